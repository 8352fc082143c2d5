"""What no role of a recovery may do, whatever else is attached to it. An explicit Deny outweighs every Allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from drctl.ports.action import MODE_TAG, PermissionCondition
from drctl.privileges.patterns import holds, smallest
from drctl.privileges.place import Purpose
from drctl.privileges.statements import DENY, Statement
from drctl.privileges.steps import Need

_NEVER = (
    # Roles and their policies are there beforehand: IAM has one control plane, and a recovery must not widen itself.
    "iam:Add*", "iam:Attach*", "iam:Create*", "iam:Deactivate*", "iam:Delete*", "iam:Detach*", "iam:Put*",
    "iam:Remove*", "iam:Set*", "iam:Tag*", "iam:Untag*", "iam:Update*", "iam:Upload*",
    "organizations:*",
    "account:*",
    "kms:DisableKey",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
)  # fmt: skip
_NEVER_BUT_WHERE_NEEDED = (
    "elasticache:DeleteSnapshot",
    "rds:DeleteDBCluster",
    "rds:DeleteDBInstance",
    "rds:DeleteDBInstanceAutomatedBackup",
    "rds:DeleteDBSnapshot",
    "rds:DeleteGlobalCluster",
    "s3:DeleteBucket",
    "secretsmanager:DeleteSecret",
)
"""What destroys data; a runbook that needs one of these keeps it for what it names, and for nothing else."""

_ANYWHERE = (
    # Signed for us-east-1, or for Regions of their own (AWS General Reference, "Service endpoints").
    "cloudfront:*",
    "iam:*",
    "route53:*",
    "route53-recovery-cluster:*",
    "s3:*MultiRegionAccessPointRoutes",
    "s3:ListAllMyBuckets",
    "sts:*",
    # Certificates of CloudFront are in us-east-1.
    "acm:ListCertificates",
)

_ONLY_MADE_BY_DRILLS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "DenyDatabasesNoDrillMade": (
        (
            "rds:DeleteDBInstance",
            "rds:ModifyDBInstance",
            "rds:PromoteReadReplica",
            "rds:RebootDBInstance",
            "rds:StopDBInstance",
        ),
        "arn:aws:rds:*:*:db:*",
    ),
    "DenySnapshotsNoDrillMade": (
        ("rds:DeleteDBSnapshot", "rds:ModifyDBSnapshotAttribute"),
        "arn:aws:rds:*:*:snapshot:*",
    ),
    "DenyCachesNoDrillMade": (
        ("elasticache:DeleteReplicationGroup", "elasticache:ModifyReplicationGroup", "elasticache:TestFailover"),
        "arn:aws:elasticache:*:*:replicationgroup:*",
    ),
    "DenyQueuesNoDrillMade": (("sqs:DeleteQueue", "sqs:PurgeQueue", "sqs:SetQueueAttributes"), "arn:aws:sqs:*:*:*"),
}
_NEVER_IN_A_DRILL = (
    # These move what everybody uses, and cannot be limited to what a drill has made.
    "elasticache:DisassociateGlobalReplicationGroup",
    "elasticache:FailoverGlobalReplicationGroup",
    "rds:FailoverGlobalCluster",
    "rds:RemoveFromGlobalCluster",
    "rds:SwitchoverGlobalCluster",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketPolicy",
    "s3:PutReplicationConfiguration",
    "s3:SubmitMultiRegionAccessPointRoutes",
    "secretsmanager:StopReplicationToReplica",
)

TAGGED_WHEN_MADE = frozenset(
    {
        "ecs:RegisterTaskDefinition",
        "ecs:RunTask",
        "elasticache:CreateReplicationGroup",
        "rds:CopyDBSnapshot",
        "rds:CreateDBInstanceReadReplica",
        "rds:CreateDBSnapshot",
        "rds:RestoreDBInstanceFromDBSnapshot",
        "rds:RestoreDBInstanceToPointInTime",
        "s3:CreateBucket",
        "sqs:CreateQueue",
    }
)
"""Create calls whose tags a policy can ask for (Service Authorization Reference, aws:RequestTag)."""
OF_A_DRILL = "drill"


def guardrails(needs: Sequence[Need], regions: Sequence[str], purpose: Purpose) -> tuple[Statement, ...]:
    """The statements that deny, for a role that has `needs` in these Regions."""
    return (*_in_general(needs, regions), *(_in_a_drill() if purpose is Purpose.DRILL else ()))


def _in_general(needs: Sequence[Need], regions: Sequence[str]) -> Iterator[Statement]:
    plain = list(_NEVER)
    for action in _NEVER_BUT_WHERE_NEEDED:
        needed = smallest(resource for need in needs if holds(need.action, action) for resource in need.resources)
        if not needed:
            plain.append(action)
        elif "*" not in needed:
            sid = f"Deny{action.partition(':')[2]}OfOthers"
            yield Statement(sid=sid, effect=DENY, actions=(action,), resources=needed, except_resources=True)
    yield Statement(sid="DenyAlways", effect=DENY, actions=tuple(sorted(plain)))
    elsewhere = PermissionCondition("StringNotEquals", "aws:RequestedRegion", tuple(sorted(set(regions))))
    yield Statement(
        sid="DenyOtherRegions", effect=DENY, actions=tuple(sorted(_ANYWHERE)), except_actions=True,
        conditions=(elsewhere,),
    )  # fmt: skip


def _in_a_drill() -> Iterator[Statement]:
    # A negated operator holds where there is no such tag at all (IAM User Guide, "Condition operators").
    untagged = PermissionCondition("StringNotEquals", f"aws:ResourceTag/{MODE_TAG}", (OF_A_DRILL,))
    for sid, (actions, resource) in _ONLY_MADE_BY_DRILLS.items():
        yield Statement(sid=sid, effect=DENY, actions=actions, resources=(resource,), conditions=(untagged,))
    yield Statement(sid="DenyWhatDrillsLeaveAlone", effect=DENY, actions=_NEVER_IN_A_DRILL)
