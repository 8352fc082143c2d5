"""Bring what a bucket holds under a prefix back to an instant: after deletions, overwriting, or ransomware.

Without `plan` the step only plans: it tells how much there is to do, and a digest of
the goal. A second step, after somebody has approved, names that digest and does it,
or refuses where the goal has become another one. Deleted objects are undeleted by
taking their delete markers away, overwritten ones are brought back as copies on top.
No call deletes an object without naming a version, so that no step adds a marker;
what was not there at the instant is counted and left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from drctl.actions.s3.restore_parameters import Params, Seen
from drctl.actions.s3.version_batches import next_batch, taking_back
from drctl.actions.s3.version_ledger import (
    COPY,
    UNDELETE,
    buried_copies,
    count,
    own_copies,
    still_undeleted,
    written_since,
)
from drctl.actions.s3.version_plan import Plan, make_plan
from drctl.aws.s3 import bucket_arn, find_bucket
from drctl.aws.s3_versions import bring_back, delete_versions, list_histories
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.instant import format_instant
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


class S3RestoreVersions:
    """Afterwards every object that was there at the instant is there as it was, and nothing was destroyed."""

    spec = ActionSpec(
        kind="s3.restore_versions",
        summary="Bring what a bucket holds under a prefix back to an instant",
        params=Params,
        outputs={
            "plan": ValueKind.STRING,
            "undelete": ValueKind.INTEGER,
            "copy": ValueKind.INTEGER,
            "unchanged": ValueKind.INTEGER,
            "newer": ValueKind.INTEGER,
            "gone": ValueKind.INTEGER,
            "at": ValueKind.TIMESTAMP,
        },
        expect=timedelta(minutes=5),
        deadline=timedelta(hours=4),
        poll_most=timedelta(seconds=15),
        operations=(
            "s3:HeadBucket",
            "s3:GetBucketVersioning",
            "s3:GetBucketReplication",
            "s3:ListObjectVersions",
            "s3:CopyObject",
            "s3:DeleteObjects",
        ),
        mutating=True,
        recovers_store=True,
        example="""\
- id: plan-storage
  uses: s3.restore_versions
  with:
    region: eu-central-1
    bucket: amply-storage-prod
    prefix: uploads/
    at: "2026-11-23T03:30:00Z"
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        s3 = ctx.aws.client("s3", params.region)
        bucket = find_bucket(s3, params.bucket)
        if bucket is None:
            return Seen(bucket=None)
        histories, complete = list_histories(s3, params.bucket, params.prefix, params.most)
        return Seen(bucket=bucket, histories=histories, complete=complete)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if refused := _cannot(params, seen):
            return refused
        at = params.goal(past)
        if at is None:
            return Refuse("nobody has told when the onset was", "set `at`: the instant to go back to")
        plan = _plan(seen, at, past)
        if params.most_gone is not None and len(plan.gone) > params.most_gone:
            objects = f"{len(plan.gone)} objects in {params.bucket}, {plan.gone[0]} among them"
            hint = "copy them from the replica: the deletion of a version is never replicated"
            return Refuse(f"of {objects}, only a delete marker is left: their versions were deleted too", hint)
        if large := plan.impossible:
            hint = "bring it back by hand: restore it from the archive, or copy it in parts"
            return Refuse(f"version {large.wanted.id} of {large.key} is archived or larger than 5 GiB", hint)
        if params.plan is None or (plan.complete and params.plan == plan.digest):
            return Done(plan.told())
        if params.plan != plan.digest:
            hint = f"plan again and have it approved; it is {plan.digest} now: {plan.told()}"
            because = f"what {params.bucket} has left of {format_instant(at)} is not what the approved plan counted on"
            return Refuse(f"{because}: versions were deleted since, or it is another bucket's plan", hint)
        if key := written_since(plan, past):
            hint = f"stop whoever writes, then: drctl resume {past.run}"
            return Refuse(f"{key} was brought back, and somebody has changed it since", hint)
        return next_batch(f"{params.bucket}/{params.prefix}", plan)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        s3 = ctx.aws.client("s3", params.region)
        if change.name != COPY:
            delete_versions(s3, params.bucket, change.detail)
            return {}
        copies = {one.key: bring_back(s3, params.bucket, one) for one in change.detail}
        return {"copies": {key: version for key, version in copies.items() if version is not None}}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        at = params.goal(past)
        if at is None:
            return Evidence.missing("nobody has told when the onset was")
        plan = _plan(seen, at, past)
        if params.plan is not None and not plan.complete:
            return Evidence.missing(f"{params.bucket}/{params.prefix} is not as it was: {plan.told()}")
        when = format_instant(at)
        planned = f"plan {plan.digest} to go back to {when}: {plan.told()}"
        done = f"all {len(plan.as_wanted)} objects of {when} are as they were; {len(plan.newer)} newer ones left alone"
        return Evidence.of(
            f"{params.bucket}/{params.prefix}: {planned if params.plan is None else done}",
            outputs={
                "plan": plan.digest,
                "undelete": len(plan.undelete) + count(past, UNDELETE),
                "copy": len(plan.copy) + count(past, COPY),
                "unchanged": len(plan.as_wanted) - count(past, UNDELETE) - count(past, COPY),
                "newer": len(plan.newer),
                "gone": len(plan.gone),
                "at": when,
            },
            recovery_point=RecoveryPoint(at, "object versions") if params.plan is not None else None,
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        if ours := own_copies(seen.histories, past):
            return taking_back(f"{params.bucket}/{params.prefix}", ours)
        if buried := buried_copies(seen.histories, past):
            hint = "what they have written is above this run's copy; look at its versions"
            return Refuse(f"{buried[0]} and {len(buried) - 1} others were changed by somebody else since", hint)
        if undeleted := still_undeleted(seen.histories, past):
            because = f"{len(undeleted)} objects were undeleted, {undeleted[0]} among them, and are there"
            return Refuse(because, "only deleting them again would undo that; do so by hand if it is wanted")
        return Done("no copy of this run is left")

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        bucket = bucket_arn(params.bucket)
        looks = (
            "s3:ListBucket",
            "s3:ListBucketVersions",
            "s3:GetBucketVersioning",
            "s3:GetReplicationConfiguration",
        )
        # CopyObject and DeleteObjects are no IAM actions: what they do to each object is.
        acts = (
            "s3:GetObject",
            "s3:GetObjectVersion",
            "s3:GetObjectVersionTagging",
            "s3:PutObject",
            "s3:PutObjectTagging",
            "s3:DeleteObjectVersion",
        )
        return (
            Permission(looks, (bucket,), "see every version"),
            Permission(acts, (f"{bucket}/{params.prefix}*",), "bring older versions back, and take copies away"),
        )


def _plan(seen: Seen, at: datetime, past: Past) -> Plan:
    return make_plan(seen.histories, at, own_copies(seen.histories, past))


def _cannot(params: Params, seen: Seen) -> Refuse | None:
    if seen.bucket is None:
        return Refuse(f"there is no bucket {params.bucket}", "a bucket that was deleted has no versions any more")
    if not seen.bucket.versioned:
        hint = "without versioning a copy would destroy what is there"
        return Refuse(f"versioning is not on for {params.bucket}", hint)
    if not seen.complete:
        hint = "narrow the prefix, or raise `most`"
        return Refuse(f"there are more than {params.most} keys under {params.bucket}/{params.prefix}", hint)
    return None
