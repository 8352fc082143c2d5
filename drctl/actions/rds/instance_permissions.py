"""The IAM permissions of making an instance and removing it again (Service Authorization Reference, Amazon RDS)."""

from __future__ import annotations

from drctl.actions.rds.new_instance import NewInstance
from drctl.ports.action import FOR_AWS_ONLY, Permission, by_service


def resource_arn(region: str, account: str, kind: str, name: str) -> str:
    """The ARN of an RDS resource; `name` itself where it is one."""
    return name if name.startswith("arn:") else f"arn:aws:rds:{region}:{account}:{kind}:{name}"


def instance_permissions(
    params: NewInstance, account: str, *, making: str, of: tuple[str, ...], keys: tuple[str, ...] = ()
) -> tuple[Permission, ...]:
    """What making an instance by the IAM action `making` of the ARNs `of` needs, and nothing beyond its own resources.

    `keys` are those of other Regions that have a part in it.
    """

    def named(kind: str, name: str) -> str:
        return resource_arn(params.region, account, kind, name)

    instance, subnets = named("db", params.instance), named("subgrp", params.subnet_group)
    used_keys = (f"arn:aws:kms:{params.region}:{account}:key/*", *keys)
    used = (instance, *of, subnets, named("pg", params.parameter_group), named("og", "*"))
    return (
        Permission(("rds:DescribeDBInstances",), (instance,), "see what is there"),
        Permission(("rds:DescribeDBSubnetGroups",), (subnets,), "find the VPC"),
        Permission(("ec2:DescribeSecurityGroups",), why="find security groups by name"),
        Permission((making, "rds:AddTagsToResource"), used, "make the instance"),
        Permission(("kms:DescribeKey",), used_keys, "see that keys can be used"),
        Permission(
            ("kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"),
            used_keys,
            "read and write what is encrypted",
            by_service("rds", *(key.split(":")[3] for key in used_keys)),
        ),
        Permission(("kms:CreateGrant",), used_keys, "let RDS use the keys", FOR_AWS_ONLY),
        Permission(("rds:RebootDBInstance",), (instance,), "put its parameters in force"),
        Permission(("rds:ModifyDBInstance", "rds:DeleteDBInstance"), (instance,), "undo"),
    )
