"""The IAM permissions of a restore, forwards and backwards (Service Authorization Reference, Amazon RDS)."""

from __future__ import annotations

from drctl.actions.rds.restore_params import Params
from drctl.ports.action import Permission


def restore_permissions(params: Params, account: str) -> tuple[Permission, ...]:
    """What a restore with `params` needs in that account, and nothing beyond its own resources."""

    def named(kind: str, name: str) -> str:
        return name if name.startswith("arn:") else f"arn:aws:rds:{params.region}:{account}:{kind}:{name}"

    instance, snapshot = named("db", params.instance), named("snapshot", params.snapshot)
    subnets = named("subgrp", params.subnet_group)
    used = (instance, snapshot, subnets, named("pg", params.parameter_group), named("og", "*"))
    keys = f"arn:aws:kms:{params.region}:{account}:key/*"
    return (
        Permission(("rds:DescribeDBInstances",), (instance,), "see what is there"),
        Permission(("rds:DescribeDBSnapshots",), (snapshot,), "see what is restored from"),
        Permission(("rds:DescribeDBSubnetGroups",), (subnets,), "find the VPC"),
        Permission(("ec2:DescribeSecurityGroups",), why="find security groups by name"),
        Permission(("rds:RestoreDBInstanceFromDBSnapshot", "rds:AddTagsToResource"), used, "restore"),
        Permission(
            ("kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"),
            (keys,),
            "restore what is encrypted",
        ),
        Permission(("rds:RebootDBInstance",), (instance,), "put its parameters in force"),
        Permission(("rds:ModifyDBInstance", "rds:DeleteDBInstance"), (instance,), "undo"),
    )
