"""What RDS tells of failovers, as frozen types.

An event has no code in the API, only its message; these are the messages of the category `failover` in the Amazon
RDS User Guide, "Amazon RDS event categories and event messages" (RDS-EVENT-0013, 0015, 0034, 0049, 0050, 0051, 0065).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from drctl.aws.answered import answered_at

LOOKED_BACK = timedelta(minutes=60)


class FailoverPhase(StrEnum):
    STARTED = "started"
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    UNKNOWN = "unknown"


_WORDS = (
    ("abandoning user requested failover", FailoverPhase.ABANDONED),
    ("failover started", FailoverPhase.STARTED),
    ("activation started", FailoverPhase.STARTED),
    ("failover completed", FailoverPhase.COMPLETED),
    ("failover to standby complete", FailoverPhase.COMPLETED),
    ("activation completed", FailoverPhase.COMPLETED),
    ("recovered from partial failover", FailoverPhase.COMPLETED),
)


@dataclass(frozen=True, slots=True)
class FailoverEvent:
    phase: FailoverPhase
    message: str
    at: datetime
    age: timedelta
    """How old it was when it was read, by the clock of AWS."""


def list_failovers(rds: Any, instance: str) -> tuple[FailoverEvent, ...]:
    """What was told of failovers of `instance` in the last hour, oldest first."""
    minutes = int(LOOKED_BACK.total_seconds()) // 60
    found: list[FailoverEvent] = []
    for page in rds.get_paginator("describe_events").paginate(
        SourceIdentifier=instance, SourceType="db-instance", Duration=minutes, EventCategories=["failover"]
    ):
        now = answered_at(page)
        for raw in page["Events"]:
            at = raw["Date"].astimezone(UTC)
            found.append(FailoverEvent(_phase(raw["Message"]), raw["Message"], at, now - at))
    return tuple(sorted(found, key=lambda event: event.at))


def _phase(message: str) -> FailoverPhase:
    said = message.lower()
    return next((phase for words, phase in _WORDS if words in said), FailoverPhase.UNKNOWN)
