"""What `policy.check` needs of IAM: to look, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from drctl.actions.policy.params import BucketPolicy, Params
from drctl.aws.ecr import repository_arn
from drctl.aws.s3 import bucket_arn
from drctl.aws.secretsmanager import secret_arn
from drctl.ports.action import Permission

_DATABASES = (
    "rds:DescribeDBInstances",
    "rds:DescribeDBSnapshots",
    "rds:DescribeDBSnapshotAttributes",
    "rds:DescribeDBInstanceAutomatedBackups",
)
_BUCKETS = (
    "s3:GetBucketVersioning",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetReplicationConfiguration",
    "s3:GetLifecycleConfiguration",
)
_CACHES = ("elasticache:DescribeReplicationGroups", "elasticache:ListTagsForResource")


def reading(params: Params, account: str) -> tuple[Permission, ...]:
    """For what the parameters name; services that name no resources when they list are granted as a whole."""
    return tuple(_wanted(params, account))


def _wanted(params: Params, account: str) -> Iterator[Permission]:
    yield Permission(("sts:GetCallerIdentity",), why="tell how old backups are by AWS's clock")
    if params.databases:
        arns = tuple(f"arn:aws:rds:{region}:{account}:*" for region in params.regions)
        yield Permission(_DATABASES, arns, "see how databases are backed up")
    if params.databases or params.keys:
        keys = tuple(f"arn:aws:kms:{region}:{account}:key/*" for region in params.regions)
        yield Permission(("kms:DescribeKey",), keys, "see that keys are enabled")
    if params.buckets:
        buckets = tuple(bucket_arn(name) for one in params.buckets for name in _names(one))
        yield Permission(_BUCKETS, buckets, "see how buckets are protected")
    if params.caches:
        groups = tuple(
            f"arn:aws:elasticache:{params.region}:{account}:replicationgroup:{one.name}" for one in params.caches
        )
        yield Permission(_CACHES, groups, "see how caches are set up")
    if params.repositories:
        repositories = tuple(
            repository_arn(region, account, name) for region in params.regions for name in params.repositories
        )
        yield Permission(("ecr:DescribeImages",), repositories, "see that images are there")
    if params.secrets:
        secrets = tuple(secret_arn(params.region, account, name) for name in params.secrets)
        yield Permission(("secretsmanager:DescribeSecret",), secrets, "see that replicas are in sync")


def _names(policy: BucketPolicy) -> tuple[str, ...]:
    return (policy.name, policy.replica) if policy.replica else (policy.name,)
