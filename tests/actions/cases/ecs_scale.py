"""ecs.scale"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drctl.actions.ecs.scale_params import Seen
from drctl.aws.autoscaling import ScalingLimits
from drctl.aws.ecs import Service
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.cases.ecs_redeploy import AT, deployment, plant_scaled, scaled, service
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.actions.service_planting import plant_service, running
from tests.simulated import RECOVERY, Simulated

PARAMS = {"region": RECOVERY, "cluster": "amply-prod", "service": "amply-api"}
NO_OWNER = "a service has no owner; who scales it at the same time is seen by its count"


def has(desired: int, running: int | None = None, **changed: Any) -> Service:
    here = desired if running is None else running
    return service(deployment(8, desired=desired, running=here), **changed)


def saw(found: Service | None, past: Past = PAST, **changed: Any) -> Sight:
    return Sight(replace(Seen(service=found), **changed), past)


def counted(before: int, to: int, state: ChangeState = ChangeState.RETURNED, kind: str = "") -> Past:
    change = PastChange(
        name="set-count",
        summary="scale",
        state=state,
        intended_at=AT,
        undo={"before": before, "set": to},
        failure_kind=kind,
    )
    return replace(PAST, changes=(change,))


def plant_two(simulated: Simulated) -> None:
    plant_service(simulated, count=2)


UP = counted(2, 4)

CASES = (
    Case(
        kind="ecs.scale",
        name="up",
        params={**PARAMS, "desired_count": 4},
        live=Live(plant=plant_two, takes=("set-count",), undo_takes=("restore-count",), fingerprint=running),
        exempt={"foreign_live": NO_OWNER},
        sees=Sightings(
            absent={
                "too few": saw(has(2)),
                "too many": saw(has(6)),
                "within bounds": saw(has(2), limits=ScalingLimits(1, 4)),
            },
            settling={
                "starting": saw(has(4, 2), UP),
                "stopping": saw(has(4, 6), counted(6, 4)),
                "pending": saw(service(deployment(8, desired=4, running=4, pending=1)), UP),
                "somebody deploys": saw(service(deployment(8, desired=4, running=4, rollout="IN_PROGRESS")), UP),
            },
            there={"all run": saw(has(4), UP), "already so": saw(has(4))},
            dead_end={
                "not there": saw(None),
                "draining": saw(has(2, status="DRAINING")),
                "counted by somebody else": saw(has(2, controller="EXTERNAL")),
                "bounds exclude it": saw(has(2), limits=ScalingLimits(1, 3)),
                "its tasks do not stay up": saw(service(deployment(8, desired=4, running=2, failed=3)), UP),
            },
            unknown={
                "status": saw(has(2, status="LEVITATING")),
                "rollout": saw(service(deployment(8, desired=4, running=4, rollout="LEVITATING")), UP),
            },
            foreign={"not ours to count": saw(has(3, controller="EXTERNAL"), UP)},
            undo_own={"as set": saw(has(4), UP), "the answer lost": saw(has(4), counted(2, 4, ChangeState.INTENDED))},
            undo_over={
                "as before": saw(has(2), UP),
                "never changed": saw(has(4)),
                "refused by AWS": saw(has(2), counted(2, 4, ChangeState.FAILED, "auth")),
                "gone": saw(None, UP),
            },
        ),
    ),
    Case(
        kind="ecs.scale",
        name="to nothing",
        params={**PARAMS, "desired_count": 0},
        live=Live(plant=plant_two, takes=("set-count",), undo_takes=("restore-count",), fingerprint=running),
        sees=Sightings(
            absent={"running": saw(has(2))},
            settling={"the last one stops": saw(has(0, 1), counted(2, 0))},
            there={"nothing runs": saw(has(0))},
            dead_end={"bounds would bring it back": saw(has(2), limits=ScalingLimits(2, 6))},
        ),
    ),
    Case(
        kind="ecs.scale",
        name="with bounds",
        params={**PARAMS, "desired_count": 2, "autoscaling": {"min": 2, "max": 6}},
        live=Live(
            plant=plant_scaled,
            takes=("set-scaling-limits", "set-count"),
            undo_takes=("restore-scaling-limits", "restore-count"),
            fingerprint=scaled,
        ),
        sees=Sightings(
            absent={
                "other bounds": saw(has(2), limits=ScalingLimits(0, 1)),
                "above": saw(has(7), limits=ScalingLimits(2, 6)),
            },
            there={"scaled out since": saw(has(5), limits=ScalingLimits(2, 6))},
        ),
    ),
    Case(
        kind="ecs.scale",
        name="a singleton",
        params={
            **PARAMS,
            "desired_count": 1,
            "singleton": True,
            "not_while": {"region": "eu-central-1", "cluster": "amply-prod", "service": "amply-api"},
        },
        sees=Sightings(
            absent={
                "the other is stopped": saw(has(0), other=has(0)),
                "there is no other": saw(has(0)),
                "the other was deleted": saw(has(0), other=has(1, status="INACTIVE")),
            },
            settling={
                "the other stops": saw(has(0), other=has(0, 1)),
                "a task of it, that nothing counts, stops": saw(has(0), other=has(0), other_stopping=1),
            },
            dead_end={
                "the other runs": saw(has(0), other=has(1)),
                "the other is wanted": saw(has(0), other=has(1, 0)),
                "both run": saw(has(1), other=has(1)),
            },
        ),
    ),
)
