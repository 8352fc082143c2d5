"""ElastiCache replication groups and Global Datastores as frozen types, and what their statuses mean.

Statuses: Amazon ElastiCache API Reference, ReplicationGroup and GlobalReplicationGroup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from drctl.aws.failures import absent
from drctl.aws.tags import owner_of, tags_of

USABLE = frozenset({"available"})
SETTLING = frozenset({"creating", "modifying", "snapshotting"})
DELETING = frozenset({"deleting"})
DEAD_ENDS = frozenset({"create-failed"})

GLOBAL_USABLE = frozenset({"available", "primary-only"})
GLOBAL_SETTLING = frozenset({"creating", "modifying"})
GLOBAL_DEAD_ENDS = frozenset({"deleting", "deleted"})


@dataclass(frozen=True, slots=True)
class Node:
    id: str
    zone: str
    role: str
    """primary or replica; empty with cluster mode enabled, where ElastiCache does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicationGroup:
    id: str
    arn: str
    status: str
    owner: str | None
    """The run that made it, where its tags can be read."""
    tags_readable: bool
    """ElastiCache tells the tags of a group only while it is available."""
    node_type: str
    nodes: int
    automatic_failover: str
    """enabled, disabled, enabling or disabling."""
    transit_encryption: bool
    pending: tuple[str, ...]
    endpoint: str | None
    port: int | None
    tags: Mapping[str, str] = field(default_factory=dict)
    multi_az: bool = False
    cluster_mode: bool = False
    node_group: str = ""
    """The id of its first node group, which is the only one with cluster mode disabled."""
    members: tuple[Node, ...] = ()
    """The nodes of that one."""
    snapshot_days: int = 0
    """For how many days its daily snapshots are kept; 0 where none are taken."""

    @property
    def primary(self) -> Node | None:
        """The node that takes the writes; None where ElastiCache does not tell."""
        return next((node for node in self.members if node.role == "primary"), None)


@dataclass(frozen=True, slots=True)
class GlobalMember:
    group: str
    region: str
    role: str
    """PRIMARY or SECONDARY."""
    status: str
    """associated, disassociating or disassociated."""


@dataclass(frozen=True, slots=True)
class GlobalDatastore:
    id: str
    status: str
    members: tuple[GlobalMember, ...]

    def member(self, group: str, region: str) -> GlobalMember | None:
        """The member that is this group; None where it is none of them."""
        return next((m for m in self.members if m.group == group and m.region == region), None)


def find_replication_group(elasticache: Any, id: str) -> ReplicationGroup | None:
    """The replication group of that id, with its owner where that can be read; None where there is none."""
    with absent("ReplicationGroupNotFoundFault"):
        raw = elasticache.describe_replication_groups(ReplicationGroupId=id)["ReplicationGroups"][0]
        readable = raw["Status"] in USABLE
        listed = elasticache.list_tags_for_resource(ResourceName=raw["ARN"])["TagList"] if readable else ()
        return _group(raw, tags_of(listed), readable)
    return None


def find_global_datastore(elasticache: Any, id: str) -> GlobalDatastore | None:
    """The Global Datastore of that id, as this Region sees it; None where there is none."""
    with absent("GlobalReplicationGroupNotFoundFault"):
        raw = elasticache.describe_global_replication_groups(GlobalReplicationGroupId=id, ShowMemberInfo=True)
        for found in raw["GlobalReplicationGroups"]:
            return GlobalDatastore(id, found["Status"], tuple(_member(m) for m in found.get("Members", ())))
    return None


def vpc_of_subnet_group(elasticache: Any, name: str) -> str | None:
    """The VPC of a cache subnet group; None where there is no such group."""
    with absent("CacheSubnetGroupNotFoundFault"):
        groups = elasticache.describe_cache_subnet_groups(CacheSubnetGroupName=name)["CacheSubnetGroups"]
        return str(groups[0]["VpcId"])
    return None


def delete_replication_group(elasticache: Any, id: str) -> None:
    """Afterwards the group is on its way out, or is not there."""
    with absent("ReplicationGroupNotFoundFault"):
        elasticache.delete_replication_group(ReplicationGroupId=id, RetainPrimaryCluster=False)


def promote_node(elasticache: Any, group: str, node: str) -> None:
    """Have that replica become the primary. AWS takes this only while automatic failover is off."""
    elasticache.modify_replication_group(ReplicationGroupId=group, PrimaryClusterId=node, ApplyImmediately=True)


def set_automatic_failover(elasticache: Any, group: str, *, on: bool, multi_az: bool) -> None:
    """Have ElastiCache fail over by itself, or not; Multi-AZ needs that it does."""
    elasticache.modify_replication_group(
        ReplicationGroupId=group, AutomaticFailoverEnabled=on, MultiAZEnabled=multi_az, ApplyImmediately=True
    )


def _group(raw: Mapping[str, Any], tags: Mapping[str, str], tags_readable: bool) -> ReplicationGroup:
    endpoint = raw.get("ConfigurationEndpoint") or _primary_endpoint(raw)
    return ReplicationGroup(
        id=raw["ReplicationGroupId"],
        arn=raw["ARN"],
        status=raw["Status"],
        owner=owner_of(tags),
        tags_readable=tags_readable,
        node_type=raw.get("CacheNodeType", ""),
        nodes=len(raw.get("MemberClusters", ())),
        automatic_failover=raw.get("AutomaticFailover", "disabled"),
        transit_encryption=bool(raw.get("TransitEncryptionEnabled")),
        pending=tuple(sorted(raw.get("PendingModifiedValues") or ())),
        endpoint=endpoint.get("Address"),
        port=endpoint.get("Port"),
        tags=tags,
        multi_az=raw.get("MultiAZ") == "enabled",
        cluster_mode=bool(raw.get("ClusterEnabled")),
        node_group=next((one["NodeGroupId"] for one in raw.get("NodeGroups", ())), ""),
        members=tuple(_node(one) for shard in raw.get("NodeGroups", ())[:1] for one in shard["NodeGroupMembers"]),
        snapshot_days=raw.get("SnapshotRetentionLimit", 0),
    )


def _node(raw: Mapping[str, Any]) -> Node:
    return Node(raw["CacheClusterId"], raw.get("PreferredAvailabilityZone", ""), raw.get("CurrentRole", ""))


def _primary_endpoint(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    # With cluster mode disabled there is one node group, and its primary endpoint follows the primary.
    for node_group in raw.get("NodeGroups", ()):
        if found := node_group.get("PrimaryEndpoint"):
            endpoint: Mapping[str, Any] = found
            return endpoint
    return {}


def _member(raw: Mapping[str, Any]) -> GlobalMember:
    return GlobalMember(
        group=raw["ReplicationGroupId"],
        region=raw["ReplicationGroupRegion"],
        role=raw.get("Role", "").upper(),
        status=raw.get("Status", ""),
    )
