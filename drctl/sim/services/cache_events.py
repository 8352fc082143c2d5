"""The events that ElastiCache tells of groups and nodes ("Amazon ElastiCache API Reference, DescribeEvents")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.replication_groups import ReplicationGroup

_LONGEST_KEPT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class _Event:
    account: str
    region: str
    source: str
    kind: str
    message: str
    at: datetime


@dataclass(slots=True)
class CacheEvents:
    """Every event of a world, oldest first."""

    world: World
    _events: list[_Event] = field(default_factory=list)

    def of_group(self, group: ReplicationGroup, message: str) -> None:
        """The group itself tells `message` from now on."""
        self._tell(group, group.id, "replication-group", message)

    def of_node(self, group: ReplicationGroup, node: str, message: str) -> None:
        """One of its nodes does."""
        self._tell(group, node, "cache-cluster", message)

    def _tell(self, group: ReplicationGroup, source: str, kind: str, message: str) -> None:
        self._events.append(_Event(group.account, group.region, source, kind, message, self.world.now()))

    def describe(self, call: Call) -> Mapping[str, Any]:
        params = call.params
        if params.get("SourceIdentifier") and not params.get("SourceType"):
            raise AwsError("InvalidParameterCombination", "SourceIdentifier is specified without SourceType.")
        now = self.world.now()
        until = params.get("EndTime") or now
        since = params.get("StartTime") or until - timedelta(minutes=int(params.get("Duration") or 60))
        found = [
            event
            for event in self._events
            if (event.account, event.region) == (call.account, call.region)
            and params.get("SourceIdentifier") in (None, event.source)
            and params.get("SourceType") in (None, event.kind)
            and max(since, now - _LONGEST_KEPT) <= event.at <= until
        ]
        # The newest come first.
        return {"Events": [_shown(event) for event in reversed(found)]}

    def reset(self) -> None:
        self._events.clear()


def _shown(event: _Event) -> dict[str, Any]:
    return {
        "SourceIdentifier": event.source,
        "SourceType": event.kind,
        "Message": event.message,
        "Date": event.at,
    }
