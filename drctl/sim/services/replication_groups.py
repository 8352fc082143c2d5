"""ElastiCache replication groups as the simulated AWS keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import World

_ZONES = "abc"


@dataclass(slots=True, kw_only=True)
class ReplicationGroup:
    """One replication group. `primary` is the index of the primary node in each node group."""

    id: str
    account: str
    region: str
    created_at: datetime
    description: str
    shards: int
    """How many node groups there are."""
    members: int
    """Nodes in each node group, the primary among them."""
    settings: dict[str, Any]
    """The parameters it was made with, changed by every ModifyReplicationGroup."""
    status: str = "creating"
    primary: int = 0
    global_datastore: str | None = None
    role: str = "PRIMARY"
    """Its part in its global datastore; without one it is its own primary."""
    deferred: dict[str, Any] = field(default_factory=dict)
    """Changes that wait for the maintenance window, because nobody asked for them at once."""
    keys: int = 0
    """How many keys are in it."""

    @property
    def arn(self) -> str:
        return f"arn:aws:elasticache:{self.region}:{self.account}:replicationgroup:{self.id}"

    @property
    def port(self) -> int:
        return int(self.settings.get("Port") or 6379)

    @property
    def cluster_mode(self) -> bool:
        return self.settings.get("ClusterMode") == "enabled" or self.shards > 1

    @property
    def domain(self) -> str:
        """What all endpoints of the group end in: the same for a group of the same name, as it is on AWS."""
        place = hashlib.sha256(f"{self.account}/{self.region}".encode()).hexdigest()[:6]
        return f"{self.id}.{place}.{self.region}.cache.amazonaws.com"

    @property
    def primary_endpoint(self) -> str | None:
        """The address that always leads to the primary; None with cluster mode enabled."""
        return None if self.cluster_mode else f"master.{self.domain}"

    @property
    def addresses(self) -> frozenset[str]:
        """Every address under which clients may write to this group."""
        return frozenset({f"clustercfg.{self.domain}" if self.cluster_mode else f"master.{self.domain}"})

    def node_ids(self, shard: int) -> list[str]:
        infix = f"-{shard + 1:04d}" if self.cluster_mode else ""
        return [f"{self.id}{infix}-{member + 1:03d}" for member in range(self.members)]

    def every_node(self) -> Iterator[tuple[str, int, int]]:
        """(node id, index of its node group, index among the members) of every node."""
        for shard in range(self.shards):
            for member, node in enumerate(self.node_ids(shard)):
                yield node, shard, member

    def zone(self, member: int) -> str:
        wanted = self.settings.get("PreferredCacheClusterAZs") or []
        return str(wanted[member]) if member < len(wanted) else f"{self.region}{_ZONES[member % len(_ZONES)]}"

    @property
    def replication_group_id(self) -> str:
        """The id under the name by which moto's snapshots ask for it."""
        return self.id

    @property
    def node_groups(self) -> range:
        """The node groups, for moto's snapshots, which count them."""
        return range(self.shards)


class ReplicationGroups:
    """All replication groups of a world. Also kept in moto's backends, whose snapshots and tags refer to them."""

    def __init__(self, world: World) -> None:
        del world
        self._groups: dict[tuple[str, str, str], ReplicationGroup] = {}

    def find(self, account: str, region: str, group: str) -> ReplicationGroup | None:
        return self._groups.get((account, region, group.lower()))

    def add(self, group: ReplicationGroup) -> None:
        self._groups[group.account, group.region, group.id] = group
        resources("elasticache", group.account, group.region).replication_groups[group.id] = group

    def remove(self, group: ReplicationGroup) -> None:
        self._groups.pop((group.account, group.region, group.id), None)
        moto = resources("elasticache", group.account, group.region)
        moto.replication_groups.pop(group.id, None)
        moto.tagging_service.delete_all_tags_for_resource(group.arn)

    def in_place(self, account: str, region: str) -> list[ReplicationGroup]:
        """Those of one account in one Region, by name."""
        return [found for key, found in sorted(self._groups.items()) if key[0] == account and key[1] == region]

    def at_address(self, address: str) -> ReplicationGroup | None:
        """The group that clients of `address` write to, wherever it is."""
        return next((group for group in self._groups.values() if address in group.addresses), None)

    def ruin(self, region: str, names: Collection[str]) -> None:
        """Every node of the groups of those names is lost: they are create-failed from now on."""
        for group in self._groups.values():
            if group.region == region and group.id in names:
                group.status = "create-failed"

    def reset(self) -> None:
        self._groups.clear()

    def state(self) -> list[dict[str, Any]]:
        return [
            {
                "id": group.id,
                "account": group.account,
                "region": group.region,
                "status": group.status,
                "members": group.members,
                "shards": group.shards,
                "primary": group.primary,
                "global_datastore": group.global_datastore,
                "role": group.role,
            }
            for _, group in sorted(self._groups.items())
        ]
