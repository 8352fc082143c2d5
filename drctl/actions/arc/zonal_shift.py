"""Shift a load balancer away from an Availability Zone that is ill.

There is one shift of a load balancer at a time, and ARC answers ConflictException to a
second one, so that a repeated call changes nothing. A shift takes no tags: its comment
says which run and step have started it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.arc.shift_sight import ZONE, Seen, comment_of, is_of_run, left, look, shift_permissions, unusable
from drctl.actions.parameters import CLOSED, Duration, Region
from drctl.aws.zonal_shift import APPLIED, LONGEST, NOT_APPLIED, ZonalShift, cancel_shift, extend_shift, start_shift
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.duration import format_duration
from drctl.model.evidence import Evidence
from drctl.model.instant import format_instant
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

START = "shift"
EXTEND = "extend"
CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    load_balancer: str
    """Its name."""
    away_from: Annotated[str, Field(pattern=ZONE)]
    """The Availability Zone by its name in the step's account, such as eu-central-1b; ARC is told its id."""
    expires_in: Duration = timedelta(hours=6)
    """When traffic comes back by itself, from 1 minute to 72 hours after the shift begins; whole minutes."""
    at_least: Duration = timedelta(minutes=30)
    """A shift that ends sooner than this is extended to `expires_in` from then; less than `expires_in`."""

    def __post_init__(self) -> None:
        if not timedelta(minutes=1) <= self.expires_in <= LONGEST or self.expires_in % timedelta(minutes=1):
            raise ValueError("`expires_in` is from 1m to 72h, in whole minutes")
        if not timedelta(0) <= self.at_least < self.expires_in:
            raise ValueError("`at_least` is less than `expires_in`")


class ArcZonalShift:
    """Afterwards the load balancer sends no traffic to the zone, for at least `at_least` more.

    Connections that are open go on for as long as clients keep them
    (ARC Developer Guide, "How a zonal shift works").
    """

    spec = ActionSpec(
        kind="arc.zonal_shift",
        summary="Shift a load balancer away from an Availability Zone",
        params=Params,
        outputs={"shift": ValueKind.STRING, "zone_id": ValueKind.STRING, "expires_at": ValueKind.TIMESTAMP},
        expect=timedelta(seconds=30),
        deadline=timedelta(minutes=10),
        operations=(
            "ec2:DescribeAvailabilityZones",
            "elbv2:DescribeLoadBalancers",
            "arc-zonal-shift:GetManagedResource",
            "arc-zonal-shift:StartZonalShift",
            "arc-zonal-shift:UpdateZonalShift",
            "arc-zonal-shift:CancelZonalShift",
        ),
        mutating=True,
        example="""\
- id: leave-the-zone
  uses: arc.zonal_shift
  with: { region: eu-central-1, load_balancer: amply-prod, away_from: eu-central-1b, expires_in: 6h }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        return look(ctx, params.region, params.load_balancer)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if refused := unusable(seen, params.region, params.load_balancer, params.away_from):
            return refused
        zone_id = seen.zones[params.away_from]
        if not seen.shifts:
            return Change(
                name=START,
                summary=f"shift {params.load_balancer} away from {params.away_from} ({zone_id})",
                operation="arc-zonal-shift:StartZonalShift",
                target=params.load_balancer,
                detail=(seen.balancer.arn if seen.balancer else "", zone_id),
                undo={"zone_id": zone_id},
            )
        return _judge(params, seen, seen.shifts[0], zone_id, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        arc = ctx.aws.client("arc-zonal-shift", params.region)
        if change.name == CANCEL:
            cancel_shift(arc, change.detail)
            return {}
        if change.name == EXTEND:
            extend_shift(arc, change.detail, params.expires_in)
            return {}
        arn, zone_id = change.detail
        return {"shift": start_shift(arc, arn, zone_id, params.expires_in, comment_of(ctx.run, ctx.step))}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        zone_id = seen.zones[params.away_from]
        shift = next((one for one in seen.shifts if one.away_from == zone_id), None)
        if shift is None or seen.managed is None or seen.managed.weights[zone_id] != 0:
            return Evidence.missing(f"{params.load_balancer} to send nothing to {params.away_from} ({zone_id})")
        until = format_instant(shift.expires_at)
        return Evidence.of(
            f"{params.load_balancer} sends nothing to {params.away_from} ({zone_id}) until {until}",
            outputs={"shift": shift.id, "zone_id": zone_id, "expires_at": until},
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        if not past.made(START):
            return Done("no shift was started by this run")
        ours = next((one for one in seen.shifts if one.comment == comment_of(past.run, past.step)), None)
        if ours is None:
            return Done("the shift of this step has ended")
        return Change(
            name=CANCEL,
            summary=f"have {params.load_balancer} send traffic to {params.away_from} again",
            operation="arc-zonal-shift:CancelZonalShift",
            target=params.load_balancer,
            detail=ours.id,
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        what = tuple(f"arc-zonal-shift:{does}ZonalShift" for does in ("Start", "Update", "Cancel"))
        return shift_permissions(what, params.region, account, params.load_balancer)


def _judge_applied(shift: ZonalShift, told: str) -> Decision:
    if shift.applied == APPLIED:
        return Done(told)
    if shift.applied == NOT_APPLIED:
        return Wait(f"the shift away from {shift.away_from} to be applied")
    return Refuse(f"{told}, and it is {shift.applied!r}, which drctl does not know", "look whether traffic is shifted")


def _judge(params: Params, seen: Seen, shift: ZonalShift, zone_id: str, past: Past) -> Decision:
    """What the shift that is there means: it is enough, it ends too soon, or it is another one."""
    told = f"{params.load_balancer} is shifted away from {shift.away_from} by {shift.comment!r}"
    if shift.away_from != zone_id:
        return Refuse(told, "a load balancer is shifted away from one zone at a time: cancel that shift first")
    if left(seen, shift) >= params.at_least:
        return _judge_applied(shift, told)
    if not is_of_run(shift, past.run):
        until = format_instant(shift.expires_at)
        return Refuse(f"{told}, and that ends at {until}", "have it extended, or wait until it has ended, and resume")
    return Change(
        name=EXTEND,
        summary=f"keep {params.load_balancer} away from {params.away_from} for {format_duration(params.expires_in)}",
        operation="arc-zonal-shift:UpdateZonalShift",
        target=params.load_balancer,
        detail=shift.id,
    )
