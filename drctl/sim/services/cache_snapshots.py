"""ElastiCache snapshots: `creating`, then `available`, with the instant at which their data was captured.

They stay when their group is deleted, and belong to one Region ("Amazon ElastiCache API Reference, Snapshot").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.replication_groups import ReplicationGroup


@dataclass(slots=True, kw_only=True)
class CacheSnapshot:
    name: str
    group: str
    taken_at: datetime
    shards: int
    settings: Mapping[str, Any]
    source: str = "manual"
    status: str = "creating"


@dataclass(slots=True)
class CacheSnapshots:
    """Every snapshot of a world."""

    world: World
    _snapshots: dict[tuple[str, str, str], CacheSnapshot] = field(default_factory=dict)

    def find(self, account: str, region: str, name: str) -> CacheSnapshot | None:
        return self._snapshots.get((account, region, name))

    def take(self, name: str, group: ReplicationGroup) -> CacheSnapshot:
        """A snapshot of what is in `group` now; it is there at once and available later."""
        key = (group.account, group.region, name)
        if key in self._snapshots:
            raise AwsError("SnapshotAlreadyExistsFault", f"Snapshot {name} already exists.")
        taken = CacheSnapshot(
            name=name,
            group=group.id,
            taken_at=self.world.now(),
            shards=group.shards,
            settings=dict(group.settings),
        )
        self._snapshots[key] = taken
        self.world.after("elasticache.snapshot", partial(setattr, taken, "status", "available"))
        return taken

    def keep(self, group: ReplicationGroup, taken_at: datetime) -> None:
        """An automatic snapshot of `group` is there since `taken_at`, under the kind of name that ElastiCache gives."""
        name = f"automatic.{group.id}-{taken_at:%Y-%m-%d-%H-%M}"
        self._snapshots[group.account, group.region, name] = CacheSnapshot(
            name=name, group=group.id, taken_at=taken_at, shards=group.shards,
            settings=dict(group.settings), source="automated", status="available",
        )  # fmt: skip

    def describe(self, call: Call) -> Mapping[str, Any]:
        name, group = call.params.get("SnapshotName"), call.params.get("ReplicationGroupId")
        if name is not None:
            return {"Snapshots": [shown(self._existing(call))]}
        return {
            "Snapshots": [
                shown(snapshot)
                for (account, region, _), snapshot in sorted(self._snapshots.items())
                if (account, region) == (call.account, call.region) and group in (None, snapshot.group)
            ]
        }

    def delete(self, call: Call) -> Mapping[str, Any]:
        snapshot = self._existing(call)
        if snapshot.status != "available":
            raise AwsError("InvalidSnapshotState", f"Snapshot {snapshot.name} is {snapshot.status}.")
        del self._snapshots[call.account, call.region, snapshot.name]
        return {"Snapshot": {**shown(snapshot), "SnapshotStatus": "deleting"}}

    def _existing(self, call: Call) -> CacheSnapshot:
        name = str(call.params["SnapshotName"])
        found = self.find(call.account, call.region, name)
        if found is None:
            raise AwsError("SnapshotNotFoundFault", f"Snapshot {name} does not exist.", 404)
        return found

    def reset(self) -> None:
        self._snapshots.clear()

    def state(self) -> list[dict[str, Any]]:
        return [
            {"snapshot": "/".join(key), "group": snapshot.group, "status": snapshot.status}
            for key, snapshot in sorted(self._snapshots.items())
        ]


def shown(snapshot: CacheSnapshot) -> dict[str, Any]:
    """`snapshot` as DescribeSnapshots tells it."""
    asked = snapshot.settings
    nodes = [
        {
            "NodeGroupId": f"{index + 1:04d}",
            "CacheClusterId": f"{snapshot.group}-001",
            "SnapshotCreateTime": snapshot.taken_at,
        }
        for index in range(snapshot.shards)
    ]
    return {
        "SnapshotName": snapshot.name,
        "ReplicationGroupId": snapshot.group,
        "SnapshotStatus": snapshot.status,
        "SnapshotSource": snapshot.source,
        "CacheNodeType": asked.get("CacheNodeType", "cache.t3.micro"),
        "Engine": asked.get("Engine", "redis"),
        "EngineVersion": asked.get("EngineVersion", "7.1"),
        "NumNodeGroups": snapshot.shards,
        # When it was captured is told only once it has been.
        "NodeSnapshots": nodes if snapshot.status != "creating" else [],
    }
