"""Beacons: small timed markers in the data stores of an environment, and what the newest survivor of them proves.

A beacon is written through the store's own front door, as the application's data is. So whatever carries the data to
another place (a replica, a snapshot, a dump, a log, a rule of replication) carries the beacons with it, and the newest
one that is found there tells how far it has come.

The law. Let beacons begin at `b, b + period, …`, each be in the store `delay` later at the latest, the copy of it be
frozen at `f`, and `n` be the newest that is in the copy. Then n <= f < n + period + delay, and against an onset
`t >= f` the reported loss `t - n` is in [true loss, true loss + period + delay), the true loss being `t - f`. It is
never too small: a beacon that nobody wrote only makes it larger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from drctl.model.instant import format_instant, parse_instant

READS_BEACON = "beacon.read"
"""The action that finds the newest one in a recovered store."""
FORM = "drctl beacon 1"
"""What every beacon says of itself; another form of it would be another number."""
LONGEST = 1000
"""Characters; what is longer is no beacon."""
SKEW = timedelta(seconds=5)
"""Up to here two clocks count as one."""


class BeaconKind(StrEnum):
    """The kinds of stores that a beacon can be in."""

    POSTGRES = "postgres"
    REDIS = "redis"
    S3 = "s3"
    SQS = "sqs"
    SECRET = "secret"  # noqa: S105 (a kind of store)


METHODS = {
    BeaconKind.POSTGRES: "beacon row",
    BeaconKind.REDIS: "beacon key",
    BeaconKind.S3: "beacon object",
    BeaconKind.SQS: "beacon message",
    BeaconKind.SECRET: "beacon secret version",
}
"""How a recovery point is known that a beacon has told, by the kind of its store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon:
    """One marker. `at` is when its writer began to write it, by the writer's clock, to the millisecond."""

    environment: str
    store: str
    at: datetime
    every: timedelta
    """The period: when the next one was due."""

    @property
    def number(self) -> int:
        """How many periods have passed since 1970: one more than that of the beacon before."""
        return self.at_ms // max(round(self.every / timedelta(milliseconds=1)), 1)

    @property
    def at_ms(self) -> int:
        """`at` in milliseconds since 1970."""
        return round((self.at - datetime.fromtimestamp(0, self.at.tzinfo)) / timedelta(milliseconds=1))

    @property
    def text(self) -> str:
        """The beacon as it is stored: canonical JSON, the same for the same beacon."""
        every = self.every.total_seconds()
        told = {
            "at": format_instant(self.at),
            "environment": self.environment,
            "every_s": int(every) if every == int(every) else every,
            "is": FORM,
            "store": self.store,
        }
        return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


@dataclass(frozen=True, slots=True)
class Survivor:
    """A beacon that was found, and when its store took it in, by the store's own clock where it keeps that."""

    beacon: Beacon
    stored_at: datetime | None = None

    @property
    def skew(self) -> timedelta | None:
        """How far the writer's clock was ahead of the store's; less where the write took its time."""
        return None if self.stored_at is None else self.beacon.at - self.stored_at

    @property
    def is_ahead(self) -> bool:
        """Whether the writer's clock was so far ahead that its instants cannot be believed."""
        return self.skew is not None and self.skew > SKEW

    @property
    def at(self) -> datetime:
        """The instant it proves: the earlier one where the writer's clock ran ahead, which never flatters."""
        return self.stored_at if self.is_ahead and self.stored_at is not None else self.beacon.at


def new_beacon(environment: str, store: str, at: datetime, every: timedelta) -> Beacon:
    """The beacon of that instant, which is cut to the millisecond: never later than it was."""
    cut = at.replace(microsecond=at.microsecond // 1000 * 1000)
    return Beacon(environment=environment, store=store, at=cut, every=every)


def parse_beacon(text: str) -> Beacon | None:
    """The beacon that `text` holds; None for anything else, such as what an application has put there."""
    if len(text) > LONGEST:
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.get("is") != FORM:
        return None
    environment, store, at, every = (told.get(key) for key in ("environment", "store", "at", "every_s"))
    if not (isinstance(environment, str) and isinstance(store, str) and isinstance(at, str)):
        return None
    if isinstance(every, bool) or not isinstance(every, int | float) or not 0 < every <= 86_400 * 366:
        return None
    try:
        return Beacon(environment=environment, store=store, at=parse_instant(at), every=timedelta(seconds=every))
    except ValueError:
        return None


def newest(survivors: Iterable[Survivor], store: str, environment: str | None = None) -> Survivor | None:
    """The newest beacon of that store, of that environment where one is named; None where there is none."""
    own = [one for one in survivors if one.beacon.store == store and environment in (None, one.beacon.environment)]
    return max(own, key=lambda one: one.at, default=None)
