"""The IAM permissions of a cache's failover (Service Authorization Reference, Amazon ElastiCache)."""

from __future__ import annotations

from drctl.actions.elasticache.failover_params import Params
from drctl.actions.elasticache.group_permissions import group_permissions
from drctl.ports.action import Permission


def failover_permissions(params: Params, account: str) -> tuple[Permission, ...]:
    """What a failover with `params` needs in that account: of its Global Datastore, or of a fresh group."""
    if params.global_datastore is None:
        return group_permissions(params, account)
    group = f"arn:aws:elasticache:{params.region}:{account}:replicationgroup:{params.replication_group}"
    store = f"arn:aws:elasticache::{account}:globalreplicationgroup:{params.global_datastore}"
    looks = ("elasticache:DescribeReplicationGroups", "elasticache:ListTagsForResource")
    changing = ("elasticache:FailoverGlobalReplicationGroup", "elasticache:DisassociateGlobalReplicationGroup")
    return (
        Permission(looks, (group,), "see what is there"),
        Permission(("elasticache:DescribeGlobalReplicationGroups",), (store,), "see who is the primary"),
        Permission(changing, (store, group), "promote the member of this Region"),
    )
