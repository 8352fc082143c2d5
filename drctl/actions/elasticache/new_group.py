"""The ground that a new replication group stands on, and the call that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from drctl.actions.elasticache.group_params import Create, GroupParams
from drctl.aws.ec2 import security_group_ids
from drctl.aws.elasticache import vpc_of_subnet_group
from drctl.aws.kms import KmsKey, find_key
from drctl.aws.tags import tag_list
from drctl.model.values import Json
from drctl.ports.action import StepContext

OPERATIONS = (
    "elasticache:DescribeReplicationGroups",
    "elasticache:ListTagsForResource",
    "elasticache:DescribeCacheSubnetGroups",
    "ec2:DescribeSecurityGroups",
    "kms:DescribeKey",
    "elasticache:CreateReplicationGroup",
    "elasticache:DeleteReplicationGroup",
)
"""The calls that look at a group, make one, and take it back."""


class Ground(TypedDict):
    """What a new group needs, by the fields of GroupSeen."""

    vpc: str | None
    security_groups: Mapping[str, str]
    key: KmsKey | None


def ground_of(params: GroupParams, ctx: StepContext) -> Ground:
    """What there is of that in the Region. Reads only."""
    vpc = vpc_of_subnet_group(ctx.aws.client("elasticache", params.region), params.subnet_group)
    ec2, kms = ctx.aws.client("ec2", params.region), ctx.aws.client("kms", params.region)
    return Ground(
        vpc=vpc,
        security_groups=security_group_ids(ec2, vpc, params.security_groups) if vpc else {},
        key=find_key(kms, params.kms_key) if params.kms_key else None,
    )


def send_create(client: Any, params: GroupParams, create: Create, ctx: StepContext) -> Mapping[str, Json]:
    """Make the group that `params` and `create` describe, with this run's tags on it; the facts tell its ARN."""
    # A crash right after this call leaves no record of it; the next look finds the name taken, with our tag on it.
    optional = {
        "EngineVersion": params.engine_version,
        "CacheParameterGroupName": params.parameter_group,
        "KmsKeyId": create.kms_key,
    }
    made = client.create_replication_group(
        ReplicationGroupId=params.replication_group,
        ReplicationGroupDescription=f"made by drctl run {ctx.run}",
        CacheNodeType=params.node_type,
        Engine=params.engine,
        NumCacheClusters=params.replicas + 1,
        AutomaticFailoverEnabled=params.replicas > 0,
        MultiAZEnabled=params.replicas > 0,
        CacheSubnetGroupName=params.subnet_group,
        SecurityGroupIds=list(create.security_groups),
        TransitEncryptionEnabled=params.transit_encryption,
        AtRestEncryptionEnabled=True,
        Tags=tag_list({**params.tags, **create.tags, **ctx.tags}),
        **{name: value for name, value in optional.items() if value is not None},
        **create.source,
    )["ReplicationGroup"]
    return {"arn": made["ARN"]}
