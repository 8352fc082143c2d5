"""Stop a bucket from replicating, so that what an intruder does to it does not reach its replica; or go on again.

What is written while the rules are off is not replicated when they are on again: that
takes S3 Batch Replication (Amazon S3 User Guide, Replicating existing objects).
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
from drctl.aws.s3_rules import OFF, ON, find_replication_rules, replace_replication_rules
from drctl.aws.s3_switch import bucket_exists
from drctl.model.decision import Change, Decision
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext, passed_to

SWITCH = Switch(what="replication", operation="s3:PutBucketReplication", off="pause", on="resume")


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    bucket: BucketName
    """The bucket whose objects are replicated, in `region`."""
    state: Literal["paused", "active"] = "paused"
    rules: tuple[str, ...] | None = None
    """The ids of the rules. Without it, all that there are; to make rules active again they have to be named."""

    def __post_init__(self) -> None:
        if self.state == "active" and self.rules is None:
            raise ValueError("`state: active` needs `rules`: some may have been disabled before anybody paused them")

    @property
    def status(self) -> str:
        return ON if self.state == "active" else OFF


class S3PauseReplication:
    """Afterwards the rules are disabled (or enabled), and otherwise as they were."""

    spec = ActionSpec(
        kind="s3.pause_replication",
        summary="Disable the replication rules of a bucket, or enable them again",
        params=Params,
        outputs={"state": ValueKind.STRING, "rules": ValueKind.LIST},
        expect=timedelta(seconds=20),
        deadline=timedelta(minutes=10),
        operations=("s3:HeadBucket", "s3:GetBucketReplication", "s3:PutBucketReplication"),
        mutating=True,
        example="""\
- id: pause-replication
  uses: s3.pause_replication
  with: { region: eu-central-1, bucket: amply-storage-prod }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        s3 = ctx.aws.client("s3", params.region)
        if not bucket_exists(s3, params.bucket):
            return Seen(bucket=False)
        return Seen(bucket=True, rules=find_replication_rules(s3, params.bucket))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_turning(SWITCH, params.bucket, seen, params.rules, params.status)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        replace_replication_rules(ctx.aws.client("s3", params.region), params.bucket, *change.detail)
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        return tell_turned(
            SWITCH, params.bucket, seen, past, chosen=params.rules, state=params.state, status=params.status
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_turning_back(SWITCH, params.bucket, seen, past, params.status)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        look = ("s3:ListBucket", "s3:GetReplicationConfiguration")
        return (
            Permission(look, (bucket_arn(params.bucket),), "see which rules there are"),
            Permission(("s3:PutReplicationConfiguration",), (bucket_arn(params.bucket),), "turn rules off and on"),
            # The configuration is written as a whole, and its role with it; which one is for S3 to tell.
            Permission(
                ("iam:PassRole",),
                (f"arn:aws:iam::{account}:role/*",),
                "leave the replication its role",
                passed_to("s3.amazonaws.com"),
            ),
        )
