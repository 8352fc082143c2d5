"""The snapshots that were taken and copied in the time before, each at its own instant.

Nothing is back-dated: the clock goes through the past, and the snapshots are taken and
copied on the way, so that all their times are what the simulated RDS gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from drctl.model.estate import Estate
from drctl.model.estate_stores import Database, SnapshotSeries
from drctl.sim.moto_resources import resources
from drctl.sim.seed.ground import Ground, Spot
from drctl.sim.services.rds_snapshots import describe

BEFORE_ALL = timedelta(hours=1)
"""How long the estate stands before its first snapshot is taken."""
_TO_AN_END = timedelta(seconds=30)
"""Before the present by that much, everything that was begun has come to its end."""


@dataclass(frozen=True, slots=True)
class _Deed:
    """Something that was done at an instant of the past."""

    at: datetime
    does: Callable[[], None]


def begin_of_history(estate: Estate, present: datetime) -> datetime:
    """An instant before everything that `estate` remembers."""
    ages = [
        series.keep + series.every
        for _, _, place in estate.each_place()
        for database in place.databases.values()
        for series in database.snapshots
    ]
    return present - max(ages, default=timedelta(0)) - BEFORE_ALL


def relive(ground: Ground, present: datetime) -> None:
    """Take and copy every snapshot in its turn; the clock ends shortly before `present`."""
    deeds = [
        deed
        for spot in ground.spots()
        for name, database in spot.place.databases.items()
        for series in database.snapshots
        for deed in _deeds(spot, name, database, series, present)
    ]
    for deed in sorted(deeds, key=lambda deed: deed.at):
        ground.world.clock.advance_to(deed.at)
        deed.does()
    ground.world.clock.advance_to(present - _TO_AN_END)


def _deeds(spot: Spot, name: str, database: Database, series: SnapshotSeries, present: datetime) -> Iterator[_Deed]:
    for taken in _instants(series, present):
        snapshot = _name(name, series, taken)
        yield _Deed(taken, _automated(spot, name, snapshot) if series.automated else _manual(spot, name, snapshot))
        usable = taken + series.copied_after
        if series.copied_to is not None and usable <= present:
            # A moment earlier, because the copy itself takes the moment that everything takes in the past.
            yield _Deed(max(taken, usable - 2 * _TO_AN_END), _copy(spot, snapshot, series, database))


def _instants(series: SnapshotSeries, present: datetime) -> Iterator[datetime]:
    age = series.newest
    while age <= series.keep:
        yield present - age
        age += series.every


def _name(database: str, series: SnapshotSeries, taken: datetime) -> str:
    if series.automated:
        return f"rds:{database}-{taken:%Y-%m-%d-%H-%M}"
    return f"{database}-{taken:%Y%m%d%H%M}"


def _manual(spot: Spot, database: str, snapshot: str) -> Callable[[], None]:
    def take() -> None:
        spot.client("rds").create_db_snapshot(DBInstanceIdentifier=database, DBSnapshotIdentifier=snapshot)

    return take


def _automated(spot: Spot, database: str, snapshot: str) -> Callable[[], None]:
    def take() -> None:
        # Nobody can ask RDS for one of its own snapshots, so this one is not asked for either.
        rds: Any = resources("rds", spot.account_id, spot.region)
        made = rds.create_auto_snapshot(database, snapshot)
        describe(made, rds.databases[database])
        made.snapshot_database_time = made.created

    return take


def _copy(spot: Spot, snapshot: str, series: SnapshotSeries, database: Database) -> Callable[[], None]:
    to = spot.elsewhere(series.copied_to or spot.region)

    def copy() -> None:
        key = series.copy_key or database.key
        source = f"arn:aws:rds:{spot.region}:{spot.account_id}:snapshot:{snapshot}"
        wanted = {"KmsKeyId": to.made("key", key)} if key else {}
        to.client("rds").copy_db_snapshot(
            SourceDBSnapshotIdentifier=source,
            TargetDBSnapshotIdentifier=f"{snapshot}-{to.region}",
            SourceRegion=spot.region,
            **wanted,
        )

    return copy
