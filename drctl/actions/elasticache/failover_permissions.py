"""The IAM permissions of a cache's failover (Service Authorization Reference, Amazon ElastiCache)."""

from __future__ import annotations

from drctl.actions.elasticache.failover_params import Params
from drctl.ports.action import Permission


def failover_permissions(params: Params, account: str) -> tuple[Permission, ...]:
    """What a failover with `params` needs in that account: of its Global Datastore, or of a fresh group."""

    def named(kind: str, name: str) -> str:
        return f"arn:aws:elasticache:{params.region}:{account}:{kind}:{name}"

    group = named("replicationgroup", params.replication_group)
    looks = ("elasticache:DescribeReplicationGroups", "elasticache:ListTagsForResource")
    seeing = Permission(looks, (group,), "see what is there")
    if params.global_datastore is not None:
        store = f"arn:aws:elasticache::{account}:globalreplicationgroup:{params.global_datastore}"
        changing = ("elasticache:FailoverGlobalReplicationGroup", "elasticache:DisassociateGlobalReplicationGroup")
        return (
            seeing,
            Permission(("elasticache:DescribeGlobalReplicationGroups",), (store,), "see who is the primary"),
            Permission(changing, (store, group), "promote the member of this Region"),
        )
    subnets, parameters = named("subnetgroup", params.subnet_group), named("parametergroup", "*")
    creating = ("elasticache:CreateReplicationGroup", "elasticache:AddTagsToResource")
    return (
        seeing,
        Permission(("elasticache:DescribeCacheSubnetGroups",), (subnets,), "find the VPC"),
        Permission(("ec2:DescribeSecurityGroups",), why="find security groups by name"),
        Permission(creating, (group, named("cluster", "*"), subnets, parameters), "make a fresh group"),
        Permission(
            ("kms:DescribeKey", "kms:CreateGrant"),
            (f"arn:aws:kms:{params.region}:{account}:key/*",),
            "encrypt what is at rest",
        ),
        Permission(("elasticache:DeleteReplicationGroup",), (group,), "undo"),
    )
