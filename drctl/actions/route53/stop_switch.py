"""The switch by which the standby takes over, without any control plane.

An object in a bucket of the recovery Region is watched by an inverted health check of
the primary record: while there is no object the check fails, so the primary counts as
healthy; once there is one, it counts as unhealthy and Route 53 answers the secondary
record. Putting the object and Route 53's own checks are data planes, so that this works
while us-east-1 does not; and if the recovery Region is gone, the primary goes on
serving (AWS Networking Blog, "Creating Disaster Recovery Mechanisms Using Amazon Route 53").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from drctl.actions.parameters import CLOSED, Region
from drctl.aws.s3 import bucket_arn
from drctl.aws.s3_switch import SwitchObject, bucket_exists, delete_switch, find_switch, put_switch
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

SET = "set-switch"
CLEAR = "clear-switch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    """That of the bucket: the recovery Region."""
    bucket: str
    key: str
    """The one object that the health check asks for."""
    serving: Literal["standby", "primary"] = "standby"
    """Who is to serve: with `standby` the object is there afterwards, with `primary` it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    bucket: bool
    switch: SwitchObject | None


class Route53StopSwitch:
    """Afterwards the switch stands as asked for; health checks see it within their interval times their threshold.

    That resolvers follow is for `check.http` or a look at DNS to tell, after the records' TTL.
    """

    spec = ActionSpec(
        kind="route53.stop_switch",
        summary="Have the standby take over from the primary, through the data plane only",
        params=Params,
        outputs={"serving": ValueKind.STRING, "set_by": ValueKind.STRING},
        expect=timedelta(seconds=10),
        deadline=timedelta(minutes=10),
        operations=("s3:HeadBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
        mutating=True,
        example="""\
- id: standby-takes-over
  uses: route53.stop_switch
  marks: serving
  with: { region: eu-west-1, bucket: amply-switches-eu-west-1, key: failover/api }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        s3 = ctx.aws.client("s3", params.region)
        if not bucket_exists(s3, params.bucket):
            return Seen(bucket=False, switch=None)
        return Seen(bucket=True, switch=find_switch(s3, params.bucket, params.key))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if not seen.bucket:
            hint = "the switch and its health check have to be there before a disaster"
            return Refuse(f"there is no bucket {params.bucket}", hint)
        if params.serving == "primary":
            return _clear(params, seen.switch) if seen.switch else Done("the switch is not set")
        if seen.switch is None:
            return _set(params, past.run)
        # Whoever has set it, the standby serves; two that set it at once want the same.
        return Done(f"the switch is set by {seen.switch.body!r}")

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        s3 = ctx.aws.client("s3", params.region)
        if change.name == SET:
            return {"etag": put_switch(s3, params.bucket, params.key, change.detail)}
        delete_switch(s3, params.bucket, params.key, change.detail)
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        switch = seen.switch
        if (switch is not None) != (params.serving == "standby"):
            return Evidence.missing(f"{params.bucket}/{params.key} is not as wanted")
        told = f"is there and says {switch.body!r}" if switch else "is not there"
        return Evidence.of(
            f"{params.bucket}/{params.key} {told}: the {params.serving} is to serve",
            outputs={"serving": params.serving, "set_by": switch.body if switch else ""},
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        if params.serving == "primary":
            cleared = past.made(CLEAR)
            if not cleared or seen.switch is not None:
                return Done("the switch was not cleared by this run" if not cleared else "the switch is set")
            return _set(params, str(cleared[0].undo["body"]))
        if not past.made(SET) or seen.switch is None:
            return Done("the switch is not set by this run")
        if seen.switch.body != past.run:
            hint = "whoever has set it decides when the primary serves again"
            return Refuse(f"the switch is set by {seen.switch.body!r}, not by this run; left alone", hint)
        return _clear(params, seen.switch)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        switch = f"{bucket_arn(params.bucket)}/{params.key}"
        objects = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
        return (
            Permission(objects, (switch,), "set the switch, and clear it"),
            Permission(("s3:ListBucket",), (bucket_arn(params.bucket),), "tell a switch that is not set from a denial"),
        )


def _set(params: Params, body: str) -> Change:
    return Change(
        name=SET,
        summary=f"put {params.bucket}/{params.key}, so that the standby serves",
        operation="s3:PutObject",
        target=f"{params.bucket}/{params.key}",
        detail=body,
    )


def _clear(params: Params, switch: SwitchObject) -> Change:
    return Change(
        name=CLEAR,
        summary=f"delete {params.bucket}/{params.key}, so that the primary serves",
        operation="s3:DeleteObject",
        target=f"{params.bucket}/{params.key}",
        detail=switch.etag,
        undo={"body": switch.body},
    )
