"""Whether a deployment of ECS has got there. Pure.

ECS calls a service stable when one deployment is left and its count is right, which
is just as true after the circuit breaker has rolled back. So what counts here is the
deployment that our own UpdateService began: only that one can succeed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from drctl.actions.ecs.diagnosis import most_common, why_stopped
from drctl.aws.ecs import Deployment, Service, StoppedTask, short_name
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.instant import parse_instant
from drctl.model.past import ChangeState, Past, PastChange

UPDATE = "update-service"


def latest_update(past: Past) -> PastChange | None:
    """This epoch's newest UpdateService that was made, or may have been. An earlier epoch's has been given up on."""
    return next((change for change in reversed(past.made(UPDATE)) if change.epoch == past.epoch), None)


def replaced(service: Service, past: Past, stopped: Sequence[StoppedTask]) -> Decision | None:
    """A refusal where the deployment that this epoch began was rolled back or replaced; None where nothing says so."""
    update = latest_update(past)
    if update is None:
        return None
    wanted = str(update.undo["set_task_definition"])
    ours, primary = _ours(service, update, wanted), service.primary
    if ours is None:
        return _vanished(service, update, wanted, stopped, _retry(past))
    if ours.rollout == "FAILED":
        because = f"deployment {ours.id} of {short_name(ours.task_definition)} failed: {why_stopped(stopped, ours)}"
        return Refuse(because, _retry(past))
    if primary is not None and primary.id != ours.id:
        return Refuse(
            f"deployment {ours.id} was replaced by {primary.id} of {short_name(primary.task_definition)}",
            f"somebody or something else deploys this service; stop that, then: drctl resume {past.run}",
        )
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """When a deployment has got there: how many tasks run, and how many targets answer."""

    tasks: int
    healthy: int


def progress(service: Service, goal: Goal, healthy: int | None, stopped: Sequence[StoppedTask], past: Past) -> Decision:
    """How far the service's present deployment is."""
    primary = service.primary
    if primary is None:
        return Wait(f"{service.name} to have a deployment")
    if goal.tasks == 0:
        # A rollout of nothing is complete at once; what counts is that nothing is left.
        left = service.running + service.pending
        return (
            Wait(f"the last {left} tasks of {service.name} to stop") if left else _ready(f"{service.name} is stopped")
        )
    if is_stuck(primary, goal.tasks):
        because = f"tasks of {short_name(primary.task_definition)} do not stay up: {why_stopped(stopped, primary)}"
        return Refuse(because, _retry(past))
    if primary.rollout not in ("IN_PROGRESS", "COMPLETED"):
        because = f"deployment {primary.id} is {primary.rollout!r}, which drctl does not know"
        return Refuse(because, "look at the service in the ECS console")
    if primary.running < goal.tasks or primary.pending or primary.rollout == "IN_PROGRESS":
        return _rolling_out(service, primary, goal.tasks, stopped)
    if healthy is not None and healthy < goal.healthy:
        return Wait(f"{goal.healthy} healthy targets of {service.name}; there are {healthy}")
    return _ready(f"{service.name} runs {primary.running} tasks of {short_name(primary.task_definition)}")


def is_stuck(primary: Deployment, tasks: int) -> bool:
    """Whether a deployment has failed for good: by ECS's word, or where ECS has no circuit breaker, by its count."""
    return primary.rollout == "FAILED" or primary.failed >= failures_allowed(tasks)


def failures_allowed(desired: int) -> int:
    """How many tasks may fail in a row: as many as ECS's own circuit breaker allows, for services without one.

    Half of the wanted count, at least 3, at most 200 (Amazon ECS Developer Guide, deployment circuit breaker).
    """
    return min(200, max(3, -(-desired // 2)))


def _ours(service: Service, update: PastChange, wanted: str) -> Deployment | None:
    if id := update.facts.get("deployment"):
        return service.deployment(str(id))
    # After a crash before the answer was recorded, the revision tells: nobody else deploys this one.
    same = [one for one in service.deployments if one.task_definition == wanted]
    return max(same, key=lambda one: one.created_at, default=None)


def _vanished(
    service: Service, update: PastChange, wanted: str, stopped: Sequence[StoppedTask], retry: str
) -> Decision | None:
    """What it means that ECS lists no deployment of ours: it is gone, was never begun, or does not show yet."""
    id, primary = update.facts.get("deployment"), service.primary
    started = [task for task in stopped if (task.started_by == id if id else task.task_definition == wanted)]
    rolled_back = f"the deployment of {short_name(wanted)} was rolled back"
    if started:
        return Refuse(f"{rolled_back}: {most_common(started)}", retry)
    if update.state is not ChangeState.RETURNED or primary is None or not id:
        return None
    begun = parse_instant(str(update.facts["created_at"]))
    if primary.created_at > begun or primary.updated_at > begun:
        return Refuse(f"{rolled_back}; {short_name(primary.task_definition)} is back in its place", retry)
    return Wait(f"ECS to show deployment {id}")


def _rolling_out(service: Service, primary: Deployment, wanted: int, stopped: Sequence[StoppedTask]) -> Wait:
    troubles = why_stopped(stopped, primary) if primary.failed else ""
    told = f"; tasks have stopped: {troubles}" if troubles else ""
    until = f"{service.name} to roll out, {primary.running} of {wanted} tasks run{told}"
    return Wait(until, percent=min(100.0, 100.0 * primary.running / wanted))


def _ready(because: str) -> Done:
    # Targets and tasks flap while they warm up; one good look proves little.
    return Done(because, looks=2, apart=timedelta(seconds=20))


def _retry(past: Past) -> str:
    return f"mend what its tasks need, then: drctl resume {past.run}"
