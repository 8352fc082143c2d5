"""Have a load balancer use an Availability Zone again: cancel the zonal shift that a run has started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.arc.shift_sight import ZONE, Seen, comment_of, is_of_run, left, look, shift_permissions, unusable
from drctl.actions.parameters import CLOSED, Region
from drctl.aws.zonal_shift import cancel_shift, start_shift
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

CANCEL = "cancel"
SHIFT_AGAIN = "shift-again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    load_balancer: str
    """Its name."""
    zone: Annotated[str, Field(pattern=ZONE)]
    """The Availability Zone that is well again, by its name in the step's account."""
    started_by: str | None = None
    """The run whose shift may be cancelled; this run's own where it is left out."""


class ArcCancelShift:
    """Afterwards no shift keeps the load balancer's traffic away from the zone."""

    spec = ActionSpec(
        kind="arc.cancel_shift",
        summary="Have a load balancer use an Availability Zone again",
        params=Params,
        outputs={"zone_id": ValueKind.STRING},
        expect=timedelta(seconds=30),
        deadline=timedelta(minutes=10),
        operations=(
            "ec2:DescribeAvailabilityZones",
            "elbv2:DescribeLoadBalancers",
            "arc-zonal-shift:GetManagedResource",
            "arc-zonal-shift:StartZonalShift",
            "arc-zonal-shift:CancelZonalShift",
        ),
        mutating=True,
        example="""\
- id: use-the-zone-again
  uses: arc.cancel_shift
  with: { region: eu-central-1, load_balancer: amply-prod, zone: eu-central-1b, started_by: az-loss-20261123-0342 }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        return look(ctx, params.region, params.load_balancer)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if refused := unusable(seen, params.region, params.load_balancer, params.zone):
            return refused
        zone_id = seen.zones[params.zone]
        shift = next((one for one in seen.shifts if one.away_from == zone_id), None)
        if shift is None:
            return Done(f"no shift keeps {params.load_balancer} away from {params.zone}")
        if not is_of_run(shift, params.started_by or past.run):
            because = f"{params.load_balancer} is shifted away from {params.zone} by {shift.comment!r}"
            return Refuse(because, "name that run as `started_by`, or have whoever started the shift cancel it")
        minutes = max(1, int(left(seen, shift) / timedelta(minutes=1)))
        return Change(
            name=CANCEL,
            summary=f"have {params.load_balancer} send traffic to {params.zone} again",
            operation="arc-zonal-shift:CancelZonalShift",
            target=params.load_balancer,
            detail=shift.id,
            undo={"zone_id": zone_id, "minutes_left": minutes},
        )

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        arc = ctx.aws.client("arc-zonal-shift", params.region)
        if change.name == CANCEL:
            cancel_shift(arc, change.detail)
            return {}
        arn, zone_id, span = change.detail
        return {"shift": start_shift(arc, arn, zone_id, span, comment_of(ctx.run, ctx.step))}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        zone_id = seen.zones[params.zone]
        if seen.managed is None or seen.managed.weights[zone_id] == 0:
            # AWS itself may keep it away: an autoshift ends when AWS says so.
            return Evidence.missing(f"{params.load_balancer} to send traffic to {params.zone} ({zone_id})")
        return Evidence.of(
            f"{params.load_balancer} sends traffic to {params.zone} ({zone_id})", outputs={"zone_id": zone_id}
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        if not (made := past.made(CANCEL)):
            return Done("no shift was cancelled by this run")
        if refused := unusable(seen, params.region, params.load_balancer, params.zone):
            return refused
        zone_id = str(made[0].undo["zone_id"])
        if seen.shifts:
            if seen.shifts[0].away_from == zone_id:
                return Done(f"{params.load_balancer} is shifted away from {params.zone}")
            hint = "a load balancer is shifted away from one zone at a time; decide which one"
            return Refuse(f"{params.load_balancer} is shifted away from {seen.shifts[0].away_from} since", hint)
        return Change(
            name=SHIFT_AGAIN,
            summary=f"shift {params.load_balancer} away from {params.zone} again",
            operation="arc-zonal-shift:StartZonalShift",
            target=params.load_balancer,
            detail=(
                seen.balancer.arn if seen.balancer else "", zone_id, timedelta(minutes=_minutes(made[0].undo)),
            ),
        )  # fmt: skip

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        what = ("arc-zonal-shift:StartZonalShift", "arc-zonal-shift:CancelZonalShift")
        return shift_permissions(what, params.region, account, params.load_balancer)


def _minutes(undo: Mapping[str, Json]) -> int:
    minutes = undo["minutes_left"]
    if not isinstance(minutes, int):
        raise TypeError(f"a number of minutes was journaled, not {minutes!r}")
    return minutes
