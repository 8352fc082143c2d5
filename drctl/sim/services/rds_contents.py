"""What is in a database: its tables, its heartbeat, what it answers to the queries an estate describes.

Contents go with the instance that they were copied from. How new they are is the copy's own: a restored instance
has what was there when its snapshot was taken, a replica what had reached it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from drctl.model.beacon import Beacon, Survivor
from drctl.model.estate_stores import Database, DatabaseBeacons, HeartbeatColumn
from drctl.sim.overlay import World
from drctl.sim.services.rds_replication import REPLICATION

_CONTENTS = "drctl_contents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    origin: str = ""
    """The database of the estate that all of it comes from."""
    tables: Mapping[str, int] = field(default_factory=dict)
    heartbeat: HeartbeatColumn | None = None
    beacons: DatabaseBeacons | None = None
    answers: Mapping[str, bool | int | float | str] = field(default_factory=dict)
    until: datetime | None = None
    """The newest instant whose data is there, in a copy; what is written to goes on."""


def describe_contents(instance: Any, origin: str, database: Database) -> None:
    """Have moto's instance hold what the estate says of its database `origin`."""
    contents = Contents(
        origin=origin,
        tables=database.tables,
        heartbeat=database.heartbeat,
        beacons=database.beacons,
        answers=database.answers,
    )
    setattr(instance, _CONTENTS, contents)


def contents_of(instance: Any) -> Contents:
    """What moto's instance holds; nothing where nobody described it."""
    found: Contents = getattr(instance, _CONTENTS, Contents())
    return found


def restore_contents(instance: Any, source: Any, data_at: datetime, world: World) -> None:
    """Have a restored instance hold what `source` held at that instant, and nothing newer than `source` itself had."""
    newest = newest_data(source, world)
    held = replace(contents_of(source), until=min(data_at, newest))
    setattr(instance, _CONTENTS, held)


def newest_data(instance: Any, world: World) -> datetime:
    """The newest instant whose data is in moto's instance."""
    until = contents_of(instance).until
    replication = getattr(instance, REPLICATION, None)
    if replication is not None:
        # What was on its way when the source was lost, or when the replica stopped to follow it, never arrived.
        ends = (world.now(), replication.until, world.lost_since.get(replication.source_region))
        reached = min(end for end in ends if end is not None) - world.durations["rds.replica_lag"]
        until = min(until, reached) if until is not None else reached
    return until if until is not None else world.now()


def newest_beacon(contents: Contents, store: str, newest: datetime) -> Survivor | None:
    """The last beacon of that store that was due by `newest`; None where none are written."""
    beacons = contents.beacons
    if beacons is None or beacons.store != store:
        return None
    begun = datetime.fromtimestamp(0, UTC)
    at = begun + (newest - begun) // beacons.every * beacons.every
    return Survivor(Beacon(environment=beacons.environment, store=store, at=at, every=beacons.every))


def instant(value: datetime) -> datetime:
    """An instant of moto's, which has no time zone, as one that has."""
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
