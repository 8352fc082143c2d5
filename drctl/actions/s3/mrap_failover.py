"""Send what comes through a Multi-Region Access Point to other buckets.

Routes are part of the data plane: five Regions take the change, and none of them has to
be the one that is lost. Creating an access point is another matter, that needs us-west-2
(Amazon S3 User Guide, Amazon S3 Multi-Region Access Points failover controls). Without
replication both ways readers miss what was written at the other end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from drctl.actions.parameters import CLOSED
from drctl.actions.s3.bucket_name import BucketName
from drctl.aws.s3_mrap import ACTIVE, PASSIVE, Routes, find_routes, submit_routes
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

ROUTE, ROUTE_BACK = "route", "route-back"
SPREADS = timedelta(minutes=2)
"""How long a change may take to be in force (Amazon S3 API Reference, SubmitMultiRegionAccessPointRoutes)."""

ControlRegion = Literal["us-east-1", "us-west-2", "ap-southeast-2", "ap-northeast-1", "eu-west-1"]
"""The Regions that take the call (Amazon S3 API Reference, SubmitMultiRegionAccessPointRoutes)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    access_point: Annotated[str, Field(pattern=r"^arn:aws:s3::\d{12}:accesspoint/[a-z0-9]+\.mrap$")]
    """The ARN of the Multi-Region Access Point."""
    active: Annotated[tuple[BucketName, ...], Field(min_length=1)]
    """The buckets that are to be sent requests; all others of the access point are not."""
    region: ControlRegion = "eu-west-1"
    """Where to ask for the change: any of the five that is not lost."""


class S3MrapFailover:
    """Afterwards new requests go to the active buckets only; those under way end where they began."""

    spec = ActionSpec(
        kind="s3.mrap_failover",
        summary="Send what comes through a Multi-Region Access Point to other buckets",
        params=Params,
        outputs={"active": ValueKind.LIST, "passive": ValueKind.LIST},
        expect=timedelta(minutes=3),
        deadline=timedelta(minutes=15),
        operations=(
            "s3control:GetMultiRegionAccessPointRoutes",
            "s3control:SubmitMultiRegionAccessPointRoutes",
        ),
        mutating=True,
        example="""\
- id: storage-to-ireland
  uses: s3.mrap_failover
  marks: serving
  with:
    access_point: arn:aws:s3::111111111111:accesspoint/mfzwi23gnjvgw.mrap
    active: [amply-storage-prod-eu-west-1]
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Routes | None:
        return find_routes(ctx.aws.client("s3control", params.region), ctx.aws.account_id(), params.access_point)

    def decide(self, params: Params, seen: Routes | None, past: Past) -> Decision:
        if seen is None:
            return Refuse(f"there is no access point {params.access_point}", "look at its ARN and account")
        if missing := [bucket for bucket in params.active if bucket not in seen.dials]:
            hint = f"it has {', '.join(sorted(seen.dials))}"
            return Refuse(f"the access point does not lead to {missing[0]}", hint)
        if odd := [route for route in seen.routes if route.dial not in (ACTIVE, PASSIVE)]:
            hint = "look at the access point; a route is either at 100 or at 0"
            return Refuse(f"the route to {odd[0].bucket} is at {odd[0].dial}", hint)
        wanted = _wanted(params, seen)
        if seen.dials == wanted:
            told = f"requests go to {', '.join(seen.active)}"
            # S3 may tell the new routes before they are in force everywhere.
            return Done(told, looks=2, apart=SPREADS) if past.made(ROUTE) else Done(told)
        return _route(params, seen, ROUTE, wanted)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        s3control = ctx.aws.client("s3control", params.region)
        submit_routes(s3control, ctx.aws.account_id(), params.access_point, change.detail)
        return {}

    def verify(self, params: Params, seen: Routes | None, past: Past, ctx: StepContext) -> Evidence:
        if seen is None or seen.dials != _wanted(params, seen):
            return Evidence.missing(f"requests do not go to {', '.join(params.active)} alone")
        passive = sorted(set(seen.dials) - set(seen.active))
        return Evidence.of(
            f"{params.access_point} sends requests to {', '.join(seen.active)}, and none to "
            f"{', '.join(passive) or 'no other'}",
            outputs={"active": list(seen.active), "passive": passive},
        )

    def decide_undo(self, params: Params, seen: Routes | None, past: Past) -> Decision:
        made = past.made(ROUTE)
        if not made or seen is None:
            return Done("no route was changed by this run")
        before: Any = made[0].undo["dials"]
        if seen.dials == before:
            return Done("the routes are as they were")
        if seen.dials != _wanted(params, seen):
            hint = f"before this run they were {before}"
            return Refuse("the routes were changed by somebody else since; left alone", hint)
        return _route(params, seen, ROUTE_BACK, before)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        arns = (params.access_point,)
        return (
            Permission(("s3:GetMultiRegionAccessPointRoutes",), arns, "see where requests go"),
            Permission(("s3:SubmitMultiRegionAccessPointRoutes",), arns, "send them elsewhere"),
        )


def _wanted(params: Params, seen: Routes) -> dict[str, int]:
    return {bucket: ACTIVE if bucket in params.active else PASSIVE for bucket in seen.dials}


def _route(params: Params, seen: Routes, name: str, dials: Mapping[str, int]) -> Change:
    active = ", ".join(sorted(bucket for bucket, dial in dials.items() if dial == ACTIVE))
    return Change(
        name=name,
        summary=f"send requests to {active}",
        operation="s3control:SubmitMultiRegionAccessPointRoutes",
        target=params.access_point,
        detail=dials,
        undo={"dials": seen.dials},
        settle=SPREADS + timedelta(seconds=30),
    )
