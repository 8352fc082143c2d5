"""arc.zonal_shift"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.arc.shift_sight import Seen, comment_of
from drctl.aws.zonal_shift import ManagedResource, ZonalShift
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.cases.elb_find_load_balancer import ALB, plant_load_balancer
from tests.actions.laws import FOREIGN_RUN, PAST, RUN, STEP, Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
ZONES = {"eu-west-1a": "euw1-az3", "eu-west-1b": "euw1-az1", "eu-west-1c": "euw1-az2"}
PARAMS: dict[str, Any] = {"region": RECOVERY, "load_balancer": "amply-prod", "away_from": "eu-west-1b"}
OURS = ZonalShift(
    id="s-1", away_from="euw1-az1", expires_at=AT + timedelta(hours=2), comment=comment_of(RUN, STEP)
)  # fmt: skip
THEIRS = replace(OURS, comment=comment_of(FOREIGN_RUN, STEP))
SOON = AT + timedelta(minutes=10)


def seen(*shifts: ZonalShift, weights: dict[str, float] | None = None) -> Seen:
    managed = ManagedResource(weights=weights or {"euw1-az1": 1, "euw1-az3": 1}, shifts=shifts, answered_at=AT)
    return Seen(balancer=ALB, zones=ZONES, managed=managed)


def past(name: str, state: ChangeState = ChangeState.RETURNED, **undo: Any) -> Past:
    change = PastChange(name=name, summary=name, state=state, intended_at=AT, undo=undo)
    return replace(PAST, changes=(change,))


def plant(simulated: Simulated) -> None:
    """The load balancer in two zones, with zonal shift enabled."""
    plant_load_balancer(simulated, RECOVERY)
    simulated.client("elbv2", RECOVERY).modify_load_balancer_attributes(
        LoadBalancerArn=arn(simulated), Attributes=[{"Key": "zonal_shift.config.enabled", "Value": "true"}]
    )


def arn(simulated: Simulated) -> str:
    listed = simulated.client("elbv2", RECOVERY).describe_load_balancers(Names=["amply-prod"])["LoadBalancers"]
    return str(listed[0]["LoadBalancerArn"])


def plant_shift(simulated: Simulated, comment: str, *, zone: str = "euw1-az1", span: str = "4h") -> None:
    simulated.client("arc-zonal-shift", RECOVERY).start_zonal_shift(
        resourceIdentifier=arn(simulated), awayFrom=zone, expiresIn=span, comment=comment
    )


def plant_ending(simulated: Simulated) -> None:
    """An earlier step of this run has shifted, and that is about to end."""
    plant(simulated)
    plant_shift(simulated, comment_of(RUN, "earlier"), span="5m")


def plant_other_zone(simulated: Simulated) -> None:
    plant_shift(simulated, comment_of(FOREIGN_RUN, STEP), zone="euw1-az3")


def weights(simulated: Simulated) -> object:
    arc = simulated.client("arc-zonal-shift", RECOVERY)
    return arc.get_managed_resource(resourceIdentifier=arn(simulated))["appliedWeights"]


CASES = (
    Case(
        kind="arc.zonal_shift",
        params=PARAMS,
        sees=Sightings(
            absent={
                "no shift": Sight(seen()),
                "never arrived": Sight(seen(), past("shift", ChangeState.INTENDED)),
                "a practice run, which ends for it": Sight(seen(replace(THEIRS, type="PRACTICE_RUN"))),
                "ours, which ends too soon": Sight(seen(replace(OURS, expires_at=SOON))),
            },
            settling={"not applied yet": Sight(seen(replace(OURS, applied="NOT_APPLIED")))},
            there={
                "ours": Sight(seen(OURS)),
                "ours, from an earlier attempt": Sight(seen(OURS), past("shift", ChangeState.INTENDED)),
                "somebody else's, long enough": Sight(seen(THEIRS)),
            },
            dead_end={
                "no load balancer": Sight(Seen(balancer=None, zones=ZONES)),
                "not enabled": Sight(Seen(balancer=ALB, zones=ZONES)),
                "a zone that it is not in": Sight(seen(weights={"euw1-az3": 1, "euw1-az2": 1})),
                "no such zone": Sight(replace(seen(), zones={"eu-west-1a": "euw1-az3"})),
            },
            unknown={
                "a type nobody thought of": Sight(seen(replace(THEIRS, type="LEVITATION"))),
                "applied in a way nobody thought of": Sight(seen(replace(OURS, applied="LEVITATING"))),
            },
            foreign={
                "away from another zone": Sight(seen(replace(THEIRS, away_from="euw1-az3"))),
                "somebody else's, which ends too soon": Sight(seen(replace(THEIRS, expires_at=SOON))),
                "an experiment": Sight(seen(replace(THEIRS, type="FIS_EXPERIMENT"))),
            },
            undo_own={
                "started": Sight(seen(OURS), past("shift")),
                "started, the answer lost": Sight(seen(OURS), past("shift", ChangeState.INTENDED)),
            },
            undo_over={
                "never started": Sight(seen(THEIRS)),
                "ended": Sight(seen(), past("shift")),
                "ended, and somebody else's since": Sight(seen(THEIRS), past("shift")),
                "only extended": Sight(seen(OURS), past("extend")),
            },
        ),
        live=Live(
            plant=plant,
            takes=("shift",),
            undo_takes=("cancel",),
            fingerprint=weights,
            plant_foreign=plant_other_zone,
        ),
    ),
    Case(
        kind="arc.zonal_shift",
        name="extended",
        params=PARAMS,
        live=Live(plant=plant_ending, takes=("extend",), fingerprint=weights),
    ),
)
