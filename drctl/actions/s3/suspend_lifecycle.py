"""Stop a bucket's lifecycle from expiring what is about to be brought back; or let it go on.

Some time after a rule is disabled S3 also takes back what it had already scheduled, and
deletes none of it (Amazon S3 User Guide, Managing the lifecycle of objects).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.s3.bucket_name import BucketName
from drctl.actions.s3.rule_switch import Seen, Switch, decide_turning, decide_turning_back, tell_turned
from drctl.aws.s3 import bucket_arn
from drctl.aws.s3_rules import OFF, ON, find_lifecycle_rules, replace_lifecycle_rules
from drctl.aws.s3_switch import bucket_exists
from drctl.model.decision import Change, Decision
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

SWITCH = Switch(what="lifecycle", operation="s3:PutBucketLifecycleConfiguration", off="suspend", on="resume")


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    bucket: BucketName
    state: Literal["suspended", "active"] = "suspended"
    rules: tuple[str, ...] | None = None
    """The ids of the rules. Without it, all that there are; to make rules active again they have to be named."""

    def __post_init__(self) -> None:
        if self.state == "active" and self.rules is None:
            raise ValueError("`state: active` needs `rules`: an intruder may have added some, to delete what is there")

    @property
    def status(self) -> str:
        return ON if self.state == "active" else OFF


class S3SuspendLifecycle:
    """Afterwards the rules are disabled (or enabled), and otherwise as they were."""

    spec = ActionSpec(
        kind="s3.suspend_lifecycle",
        summary="Disable the lifecycle rules of a bucket, or enable them again",
        params=Params,
        outputs={"state": ValueKind.STRING, "rules": ValueKind.LIST},
        expect=timedelta(seconds=20),
        deadline=timedelta(minutes=10),
        operations=(
            "s3:HeadBucket",
            "s3:GetBucketLifecycleConfiguration",
            "s3:PutBucketLifecycleConfiguration",
        ),
        mutating=True,
        example="""\
- id: suspend-lifecycle
  uses: s3.suspend_lifecycle
  with: { region: eu-central-1, bucket: amply-storage-prod }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        s3 = ctx.aws.client("s3", params.region)
        if not bucket_exists(s3, params.bucket):
            return Seen(bucket=False)
        return Seen(bucket=True, rules=find_lifecycle_rules(s3, params.bucket))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_turning(SWITCH, params.bucket, seen, params.rules, params.status)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        replace_lifecycle_rules(ctx.aws.client("s3", params.region), params.bucket, *change.detail)
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        return tell_turned(
            SWITCH, params.bucket, seen, past, chosen=params.rules, state=params.state, status=params.status
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_turning_back(SWITCH, params.bucket, seen, past, params.status)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        look = ("s3:ListBucket", "s3:GetLifecycleConfiguration")
        return (
            Permission(look, (bucket_arn(params.bucket),), "see which rules there are"),
            Permission(("s3:PutLifecycleConfiguration",), (bucket_arn(params.bucket),), "turn rules off and on"),
        )
