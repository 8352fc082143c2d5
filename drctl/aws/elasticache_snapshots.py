"""ElastiCache snapshots as frozen types. They belong to a Region and are not copied to another one by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from drctl.aws.failures import absent

USABLE = frozenset({"available", "restoring"})
"""A snapshot can be restored while another group is being restored from it."""
SETTLING = frozenset({"creating", "copying"})
DELETING = frozenset({"deleting"})
"""Statuses: Amazon ElastiCache API Reference, Snapshot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheSnapshot:
    name: str
    group: str
    """The replication group it was taken of; empty for one of a single cluster."""
    status: str
    taken_at: datetime | None
    """When the data was captured, of several nodes the earliest; None while that is not told."""
    shards: int
    engine: str


def find_snapshot(elasticache: Any, name: str) -> CacheSnapshot | None:
    """The snapshot of that name; None where the Region has none."""
    with absent("SnapshotNotFoundFault"):
        return _snapshot(elasticache.describe_snapshots(SnapshotName=name)["Snapshots"][0])
    return None


def list_snapshots_of(elasticache: Any, group: str) -> tuple[CacheSnapshot, ...]:
    """The snapshots of `group`, the newest first; those whose time is not told yet come last.

    All of the Region's are looked through, because asking for those of a group is refused when it is gone.
    """
    pages = elasticache.get_paginator("describe_snapshots").paginate()
    found = [_snapshot(raw) for page in pages for raw in page["Snapshots"] if raw.get("ReplicationGroupId") == group]
    never = datetime.min.replace(tzinfo=UTC)
    return tuple(sorted(found, key=lambda one: one.taken_at or never, reverse=True))


def _snapshot(raw: Mapping[str, Any]) -> CacheSnapshot:
    taken = [one["SnapshotCreateTime"] for one in raw.get("NodeSnapshots", ()) if "SnapshotCreateTime" in one]
    return CacheSnapshot(
        name=raw["SnapshotName"],
        group=raw.get("ReplicationGroupId", ""),
        status=raw["SnapshotStatus"],
        taken_at=min(taken).astimezone(UTC) if taken else None,
        shards=int(raw.get("NumNodeGroups") or 1),
        engine=raw.get("Engine", ""),
    )
