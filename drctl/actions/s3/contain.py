"""Keep everybody from writing to a bucket or deleting from it, but a few roles; or let them again.

A Deny of the bucket's policy is stronger than any Allow, so that this stops an intruder
whose credentials nobody knows yet. Bucket policies are a control plane that stands in
us-east-1 ("AWS Fault Isolation Boundaries", Amazon S3): where that is lost, stop the
writers themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.s3.bucket_name import BucketName, RoleArn
from drctl.actions.s3.containment import SID, contained, containing
from drctl.aws.s3 import bucket_arn
from drctl.aws.s3_policy import BucketPolicy, find_policy, replace_policy, same_statement, with_statement
from drctl.aws.s3_switch import bucket_exists
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

CONTAIN, RELEASE = "contain", "release"
SETTLE = timedelta(seconds=60)
"""Bucket configurations are eventually consistent (Amazon S3 User Guide, Amazon S3 data consistency model)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    bucket: BucketName
    state: Literal["contained", "open"] = "contained"
    """`contained`: only the roles of `exempt` write and delete afterwards. `open`: everybody whom the rest allows."""
    exempt: tuple[RoleArn, ...] = ()
    """The ARNs of the roles that go on writing: that of the restoring steps above all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    bucket: bool
    policy: BucketPolicy | None = None


class S3Contain:
    """Afterwards the bucket's policy holds the statement `DrctlContain`, or does not; all others are as they were.

    The account's root user and whoever may write bucket policies can still take it away. What has been uploaded in
    parts can still not be completed.
    """

    spec = ActionSpec(
        kind="s3.contain",
        summary="Keep everybody but a few roles from writing to a bucket, or let them again",
        params=Params,
        outputs={"state": ValueKind.STRING, "other_statements": ValueKind.INTEGER},
        expect=timedelta(seconds=20),
        deadline=timedelta(minutes=10),
        operations=("s3:HeadBucket", "s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"),
        mutating=True,
        example="""\
- id: contain-storage
  uses: s3.contain
  with:
    region: eu-central-1
    bucket: amply-storage-prod
    exempt: [arn:aws:iam::111111111111:role/drctl-recovery]
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        s3 = ctx.aws.client("s3", params.region)
        if not bucket_exists(s3, params.bucket):
            return Seen(bucket=False)
        return Seen(bucket=True, policy=find_policy(s3, params.bucket))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if not seen.bucket:
            return Refuse(f"there is no bucket {params.bucket}", "look at `bucket` and `region`")
        present = seen.policy.statement(SID) if seen.policy else None
        if params.state == "open":
            return Done(f"nothing contains {params.bucket}") if present is None else _release(params, seen)
        if contained(seen.policy, params.bucket, params.exempt):
            return Done(f"{params.bucket} is contained")
        if present is not None:
            hint = "give the same `exempt` as that one, or release it first with `state: open`"
            return Refuse(f"the policy of {params.bucket} already has another statement {SID}", hint)
        return _contain(params, seen, with_statement(seen.policy, containing(params.bucket, params.exempt)))

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        seen, wanted = change.detail
        replace_policy(ctx.aws.client("s3", params.region), params.bucket, seen, wanted)
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        present = seen.policy.statement(SID) if seen.policy else None
        if (present is not None) != (params.state == "contained"):
            return Evidence.missing(f"{params.bucket} is not {params.state}")
        others = len(seen.policy.statements) - (present is not None) if seen.policy else 0
        roles = f"all but {len(params.exempt)} roles" if params.exempt else "everybody"
        told = f"denies {roles} to write and delete" if present else "is not in its policy"
        return Evidence.of(
            f"{params.bucket}: the statement {SID} {told}; {others} other statements",
            outputs={"state": params.state, "other_statements": others},
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        made = past.made(CONTAIN) if params.state == "contained" else past.made(RELEASE)
        if not made or not seen.bucket:
            return Done(f"the policy of {params.bucket} was not changed by this run")
        present = seen.policy.statement(SID) if seen.policy else None
        if params.state == "contained":
            if present is None:
                return Done(f"nothing contains {params.bucket}")
            if not same_statement(present, containing(params.bucket, params.exempt)):
                hint = f"look at the statement {SID}, and take it away by hand or with `state: open`"
                return Refuse(f"the statement {SID} was changed by somebody else since; left alone", hint)
            return _release(params, seen)
        if present is not None:
            return Done(f"{params.bucket} is contained")
        before: Any = made[0].undo["policy"]
        ours = [one for one in BucketPolicy(before).statements if one.get("Sid") == SID]
        return _contain(params, seen, with_statement(seen.policy, *ours))

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        arns = (bucket_arn(params.bucket),)
        write = ("s3:PutBucketPolicy", "s3:DeleteBucketPolicy")
        return (
            Permission(("s3:ListBucket", "s3:GetBucketPolicy"), arns, "see who is kept from writing"),
            Permission(write, arns, "put one statement, and take it away"),
        )


def _contain(params: Params, seen: Seen, wanted: BucketPolicy) -> Change | Refuse:
    if wanted.too_long:
        hint = "shorten the policy by hand, or stop the writers themselves"
        return Refuse(f"with one more statement the policy of {params.bucket} is longer than S3 takes", hint)
    return Change(
        name=CONTAIN,
        summary=f"deny writes and deletes to {params.bucket}",
        operation="s3:PutBucketPolicy",
        target=params.bucket,
        detail=(seen.policy, wanted),
        undo={"policy": seen.policy.document if seen.policy else None},
        settle=SETTLE,
    )


def _release(params: Params, seen: Seen) -> Change:
    wanted = seen.policy.without(SID) if seen.policy else None
    return Change(
        name=RELEASE,
        summary=f"take the statement {SID} from the policy of {params.bucket}",
        operation="s3:PutBucketPolicy" if wanted else "s3:DeleteBucketPolicy",
        target=params.bucket,
        detail=(seen.policy, wanted),
        undo={"policy": seen.policy.document if seen.policy else None},
        settle=SETTLE,
    )
