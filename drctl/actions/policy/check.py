"""Check what a recovery stands on, long before one is needed: backups, copies, keys and switches.

Nothing here waits. A policy that is broken now was broken when the disaster struck, and whatever may not be
looked at counts as broken: nobody knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from drctl.actions.findings import Finding, refuse, worst_first
from drctl.actions.policy.buckets import BucketFacts, judge_bucket, look_at_bucket
from drctl.actions.policy.caches import CacheFacts, judge_cache, look_at_cache
from drctl.actions.policy.copies import (
    KeyFacts,
    RepositoryFacts,
    SecretFacts,
    judge_key,
    judge_repository,
    judge_secret,
    look_at_key,
    look_at_repository,
    look_at_secret,
)
from drctl.actions.policy.databases import DatabaseFacts, judge_database, look_at_database
from drctl.actions.policy.params import Params
from drctl.actions.policy.permissions import reading
from drctl.actions.read_only import ReadOnly
from drctl.aws.caller import read_caller
from drctl.model.decision import Decision, Done
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

WORST_FIRST = (
    "kms.enabled",
    "rds.encryption-key",
    "rds.instance",
    "s3.bucket",
    "elasticache.group",
    "rds.snapshot-exposure",
    "rds.copy-age",
    "rds.replicated-backups",
    "rds.snapshot-age",
    "rds.restorable",
    "rds.backup-retention",
    "rds.monthly-snapshots",
    "s3.versioning",
    "s3.replication",
    "s3.lifecycle",
    "ecr.replicated",
    "secrets.replicated",
    "s3.delete-markers",
    "s3.public-access",
    "rds.deletion-protection",
    "rds.multi-az",
    "elasticache.automatic-failover",
    "elasticache.snapshot-retention",
)
"""What loses most comes first: what cannot be decrypted or is not there, then what is old, then what is at risk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    databases: tuple[DatabaseFacts, ...] = ()
    buckets: tuple[BucketFacts, ...] = ()
    caches: tuple[CacheFacts, ...] = ()
    repositories: tuple[RepositoryFacts, ...] = ()
    secrets: tuple[SecretFacts, ...] = ()
    keys: tuple[KeyFacts, ...] = ()


class PolicyCheck(ReadOnly):
    """Holds where every check is ok at the first look; what is not is refused, all of it at once.

    Ages are told by AWS's own clock. Sources: Amazon RDS API Reference, DBInstance, DBSnapshot and
    DBInstanceAutomatedBackup; Amazon S3 API Reference, GetBucketVersioning, GetBucketReplication and
    GetBucketLifecycleConfiguration; Amazon ElastiCache API Reference, ReplicationGroup; AWS KMS Developer Guide,
    "Key states of AWS KMS keys".

    Left out, because no call of these services tells it: how long ago a restore was tested (a drill's report does),
    and what AWS Backup keeps, whose copies of databases count among the snapshots.
    """

    spec = ActionSpec(
        kind="policy.check",
        summary="Check that backups, copies, keys and switches are as the policy says",
        params=Params,
        outputs={"checks": ValueKind.LIST, "violations": ValueKind.INTEGER},
        expect=timedelta(seconds=30),
        deadline=timedelta(minutes=10),
        operations=(
            "sts:GetCallerIdentity",
            "rds:DescribeDBInstances",
            "rds:DescribeDBSnapshots",
            "rds:DescribeDBSnapshotAttributes",
            "rds:DescribeDBInstanceAutomatedBackups",
            "kms:DescribeKey",
            "s3:GetBucketVersioning",
            "s3:GetPublicAccessBlock",
            "s3:GetBucketReplication",
            "s3:GetBucketLifecycleConfiguration",
            "elasticache:DescribeReplicationGroups",
            "elasticache:ListTagsForResource",
            "ecr:DescribeImages",
            "secretsmanager:DescribeSecret",
        ),
        example="""\
- id: backups-are-as-agreed
  uses: policy.check
  with:
    region: eu-central-1
    recovery_region: eu-west-1
    databases: [{ name: amply-prod, copy_age: 90m, replicated_age: 45m }]
    buckets: [{ name: amply-storage-prod, replica: amply-storage-prod-eu-west-1 }]
    caches: [{ name: amply-prod-redis, retention_days: 0 }]
    repositories: [amply-api]
    secrets: [amply/prod/database-password]
    keys: [alias/amply-prod-data]
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        aws, here, there = ctx.aws, params.region, params.recovery_region or params.region
        now = read_caller(aws.client("sts", here)).at
        return Seen(
            databases=tuple(look_at_database(one, params, now, aws) for one in params.databases),
            buckets=tuple(look_at_bucket(one, params, aws) for one in params.buckets),
            caches=tuple(look_at_cache(one, params, aws) for one in params.caches),
            repositories=tuple(
                look_at_repository(name, there, aws.client("ecr", here), aws.client("ecr", there))
                for name in params.repositories
            ),
            secrets=tuple(look_at_secret(name, there, aws.client("secretsmanager", here)) for name in params.secrets),
            keys=tuple(
                look_at_key(name, region, aws.client("kms", region))
                for name in params.keys
                for region in params.regions
            ),
        )

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        findings = judge(seen)
        wrong = worst_first(findings, WORST_FIRST)
        return refuse(wrong) if wrong else Done(f"all {len(findings)} checks are ok")

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        findings = judge(seen)
        violations = sum(1 for finding in findings if not finding.ok)
        return Evidence.of(
            f"{len(findings)} checks of {', '.join(params.regions)} are ok",
            outputs={"checks": [finding.json for finding in findings], "violations": violations},
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        return reading(params, account)


def judge(seen: Seen) -> tuple[Finding, ...]:
    """Every check of everything that was looked at."""
    return (
        *(finding for one in seen.databases for finding in judge_database(one)),
        *(finding for one in seen.buckets for finding in judge_bucket(one)),
        *(finding for one in seen.caches for finding in judge_cache(one)),
        *(finding for one in seen.repositories for finding in judge_repository(one)),
        *(finding for one in seen.secrets for finding in judge_secret(one)),
        *(finding for one in seen.keys for finding in judge_key(one)),
    )
