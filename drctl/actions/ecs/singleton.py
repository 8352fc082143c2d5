"""A service that must not run while another one does, such as Celery beat in two Regions."""

from __future__ import annotations

from drctl.actions.ecs.scale_params import OtherService, Params, Seen
from drctl.aws.ecs import Service, count_stopping_tasks, find_service
from drctl.model.decision import Refuse, Wait
from drctl.model.past import Past
from drctl.ports.action import StepContext


def look_away(away: OtherService | None, ctx: StepContext) -> tuple[Service | None, int]:
    """The service that must not run at the same time, and how many of its tasks are stopping."""
    if away is None:
        return None, 0
    ecs = ctx.aws.client("ecs", away.region)
    other = find_service(ecs, away.cluster, away.service)
    if other is None or other.status == "INACTIVE":
        return other, 0
    return other, count_stopping_tasks(ecs, away.cluster, away.service)


def judge_other(params: Params, seen: Seen, past: Past) -> Refuse | Wait | None:
    """What to do about the service that must not run at the same time; None where it does not."""
    away, other = params.not_while, seen.other
    if away is None or other is None or other.status == "INACTIVE":
        return None
    left = other.running + other.pending + seen.other_stopping
    where = f"{away.service} in {away.cluster} of {away.region}"
    if other.desired and other.status == "ACTIVE":
        return Refuse(
            f"{where} is still wanted with {other.desired} tasks, and {params.service} must not run beside it",
            f"scale that one to 0 first; then: drctl resume {past.run}",
        )
    return Wait(f"the last {left} tasks of {where} to stop") if left else None
