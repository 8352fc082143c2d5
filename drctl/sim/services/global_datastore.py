"""An ElastiCache global datastore: one primary replication group, and secondaries of it in other Regions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drctl.sim.services.replication_groups import ReplicationGroup


@dataclass(slots=True, kw_only=True)
class Member:
    group: ReplicationGroup
    status: str = "associated"


@dataclass(slots=True, kw_only=True)
class GlobalDatastore:
    id: str
    account: str
    description: str
    members: list[Member]
    status: str = "creating"

    @property
    def primary(self) -> Member:
        return next(member for member in self.members if member.group.role == "PRIMARY")

    @property
    def settled_status(self) -> str:
        """What it is when nothing is being changed: alone, the primary is no datastore to fail over yet."""
        return "available" if len(self.members) > 1 else "primary-only"


def shown(datastore: GlobalDatastore, *, with_members: bool) -> dict[str, Any]:
    """`datastore` as DescribeGlobalReplicationGroups tells it."""
    settings = datastore.primary.group.settings
    told: dict[str, Any] = {
        "GlobalReplicationGroupId": datastore.id,
        "GlobalReplicationGroupDescription": datastore.description,
        "Status": datastore.status,
        "CacheNodeType": settings.get("CacheNodeType", ""),
        "Engine": settings.get("Engine", "redis"),
        "EngineVersion": settings.get("EngineVersion", "7.1"),
        "ClusterEnabled": datastore.primary.group.cluster_mode,
        "AuthTokenEnabled": bool(settings.get("AuthToken")),
        "TransitEncryptionEnabled": bool(settings.get("TransitEncryptionEnabled")),
        "AtRestEncryptionEnabled": bool(settings.get("AtRestEncryptionEnabled")),
        "ARN": f"arn:aws:elasticache::{datastore.account}:globalreplicationgroup:{datastore.id}",
    }
    if with_members:
        told["Members"] = [
            {
                "ReplicationGroupId": member.group.id,
                "ReplicationGroupRegion": member.group.region,
                "Role": member.group.role,
                "AutomaticFailover": "enabled" if member.group.settings.get("AutomaticFailoverEnabled") else "disabled",
                "Status": member.status,
            }
            for member in datastore.members
        ]
    return told
