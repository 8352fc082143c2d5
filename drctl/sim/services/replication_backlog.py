"""What is on its way between two buckets, and how far a rule was behind at one instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(slots=True, kw_only=True, eq=False)
class Shipment:
    """One version on its way to one bucket."""

    bucket: str
    key: str
    version: str
    destination: str
    rule: str
    size: int
    since: datetime
    arrived_at: datetime | None = None
    failed_at: datetime | None = None
    attempt: int = 0
    """Only the newest of the deliveries that have been arranged counts."""

    @property
    def source(self) -> tuple[str, str, str]:
        return self.bucket, self.key, self.version

    def waits_at(self, instant: datetime) -> bool:
        ended = self.arrived_at or self.failed_at
        return self.since <= instant and (ended is None or instant < ended)


@dataclass(frozen=True, slots=True)
class Route:
    """A rule that CloudWatch is told of, with both ends; it has existed since `since`."""

    source: str
    destination: str
    rule: str
    since: datetime | None
    """None for a rule that is as old as the world."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a rule had not replicated at one instant, and for how long the oldest of it had waited."""

    operations: int = 0
    bytes: int = 0
    latency: timedelta = timedelta(0)
