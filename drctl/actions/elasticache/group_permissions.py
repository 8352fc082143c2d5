"""The IAM permissions for a group that a step makes (Service Authorization Reference, Amazon ElastiCache)."""

from __future__ import annotations

from drctl.actions.elasticache.group_params import GroupParams
from drctl.ports.action import FOR_AWS_ONLY, Permission


def group_permissions(params: GroupParams, account: str, *sources: str) -> tuple[Permission, ...]:
    """What making and removing the group of `params` needs in that account; `sources` are ARNs of its data."""

    def named(kind: str, name: str) -> str:
        return f"arn:aws:elasticache:{params.region}:{account}:{kind}:{name}"

    group = named("replicationgroup", params.replication_group)
    looks = ("elasticache:DescribeReplicationGroups", "elasticache:ListTagsForResource")
    subnets, parameters = named("subnetgroup", params.subnet_group), named("parametergroup", "*")
    keys = (f"arn:aws:kms:{params.region}:{account}:key/*",)
    creating = ("elasticache:CreateReplicationGroup", "elasticache:AddTagsToResource")
    return (
        Permission(looks, (group,), "see what is there"),
        Permission(("elasticache:DescribeCacheSubnetGroups",), (subnets,), "find the VPC"),
        Permission(("ec2:DescribeSecurityGroups",), why="find security groups by name"),
        Permission(creating, (group, named("cluster", "*"), subnets, parameters, *sources), "make the group"),
        Permission(("kms:DescribeKey",), keys, "see that the key can be used"),
        Permission(("kms:CreateGrant",), keys, "have what is at rest encrypted", FOR_AWS_ONLY),
        Permission(("elasticache:DeleteReplicationGroup",), (group,), "undo"),
    )
