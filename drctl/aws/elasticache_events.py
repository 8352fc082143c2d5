"""What ElastiCache tells of failovers within a replication group, as frozen types.

An event has no code in the API, only its message; these are the messages of "Amazon ElastiCache API Reference,
TestFailover", in the order in which they come. What a failover by itself tells is among them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from drctl.aws.answered import answered_at

LOOKED_BACK = timedelta(minutes=60)


class Phase(StrEnum):
    CALLED = "called"
    COMPLETED = "completed"
    """Another node is the primary; the old one is being replaced."""
    RECOVERING = "recovering"
    RECOVERED = "recovered"


_WORDS = (
    ("test failover api called", Phase.CALLED),
    ("failover from primary node", Phase.COMPLETED),
    ("recovering cache nodes", Phase.RECOVERING),
    ("finished recovery for cache nodes", Phase.RECOVERED),
)
_ORDER = tuple(Phase)


@dataclass(frozen=True, slots=True)
class FailoverEvent:
    phase: Phase
    message: str
    at: datetime
    age: timedelta
    """How old it was when it was read, by the clock of AWS."""


def list_failovers(elasticache: Any, group: str, nodes: Collection[str]) -> tuple[FailoverEvent, ...]:
    """What was told in the last hour of failovers of `group`, by itself and by its nodes, in the order it happened."""
    minutes = int(LOOKED_BACK.total_seconds()) // 60
    found: list[FailoverEvent] = []
    # The group and its nodes are different sources, and a listing can name one only.
    for page in elasticache.get_paginator("describe_events").paginate(Duration=minutes):
        now = answered_at(page)
        for raw in page["Events"]:
            phase = _phase(raw["Message"])
            if phase is not None and raw["SourceIdentifier"] in {group, *nodes}:
                at = raw["Date"].astimezone(UTC)
                found.append(FailoverEvent(phase, raw["Message"], at, now - at))
    return tuple(sorted(found, key=lambda event: (event.at, _ORDER.index(event.phase))))


def _phase(message: str) -> Phase | None:
    said = message.lower()
    return next((phase for words, phase in _WORDS if words in said), None)
