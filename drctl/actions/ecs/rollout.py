"""Whether a deployment of ECS has got there. Pure.

ECS calls a service stable when one deployment is left and its count is right, which
is just as true after the circuit breaker has rolled back. So what counts here is the
deployment that our own UpdateService began: only that one can succeed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from drctl.aws.ecs import Deployment, Service, StoppedTask, short_name
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.instant import parse_instant
from drctl.model.past import ChangeState, Past, PastChange

UPDATE = "update-service"


def latest_update(past: Past) -> PastChange | None:
    """This epoch's newest UpdateService that was made, or may have been. An earlier epoch's has been given up on."""
    return next((change for change in reversed(past.made(UPDATE)) if change.epoch == past.epoch), None)


def replaced(service: Service, update: PastChange, wanted: str, stopped: Sequence[StoppedTask]) -> Decision | None:
    """A refusal where the deployment that `update` began was rolled back or replaced; None where nothing says so."""
    ours = _ours(service, update, wanted)
    if ours is not None and ours.rollout == "FAILED":
        return Refuse(
            f"deployment {ours.id} of {short_name(ours.task_definition)} failed: "
            f"{_why(stopped, ours) or ours.reason or 'ECS gives no reason'}",
            "mend what the tasks need, then retry the step",
        )
    primary = service.primary
    if ours is None:
        return _vanished(service, update, wanted, stopped)
    if primary is not None and primary.id != ours.id:
        return Refuse(
            f"deployment {ours.id} was replaced by {primary.id} of {short_name(primary.task_definition)}",
            "somebody or something else deploys this service; stop that, then retry the step",
        )
    return None


def progress(
    service: Service, desired: int, healthy: int | None, least_healthy: int, stopped: Sequence[StoppedTask]
) -> Decision:
    """How far the service's present deployment is."""
    primary = service.primary
    if primary is None:
        return Wait(f"{service.name} to have a deployment")
    if desired == 0:
        # A rollout of nothing is complete at once; what counts is that nothing is left.
        left = service.running + service.pending
        return (
            Wait(f"the last {left} tasks of {service.name} to stop") if left else _ready(f"{service.name} is stopped")
        )
    if primary.rollout == "FAILED" or primary.failed >= failures_allowed(desired):
        because = _why(stopped, primary) or primary.reason or "ECS gives no reason"
        return Refuse(
            f"tasks of {short_name(primary.task_definition)} do not stay up: {because}", "mend what they need"
        )
    if primary.rollout not in ("IN_PROGRESS", "COMPLETED"):
        return Refuse(
            f"deployment {primary.id} is {primary.rollout!r}, which drctl does not know", "look at the service"
        )
    if primary.running < desired or primary.pending or primary.rollout == "IN_PROGRESS":
        why = _why(stopped, primary)
        troubled = f" (tasks have stopped: {why})" if why else ""
        until = f"{service.name} to roll out, {primary.running} of {desired} tasks run{troubled}"
        return Wait(until, percent=min(100.0, 100.0 * primary.running / desired))
    if healthy is not None and healthy < least_healthy:
        return Wait(f"{least_healthy} healthy targets of {service.name}; there are {healthy}")
    return _ready(f"{service.name} runs {primary.running} tasks of {short_name(primary.task_definition)}")


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


def _vanished(service: Service, update: PastChange, wanted: str, stopped: Sequence[StoppedTask]) -> Decision | None:
    """What it means that ECS lists no deployment of ours: it is gone, was never begun, or does not show yet."""
    id, primary = update.facts.get("deployment"), service.primary
    started = [task for task in stopped if (task.started_by == id if id else task.task_definition == wanted)]
    rolled_back = f"the deployment of {short_name(wanted)} was rolled back"
    hint = "mend what the tasks need, then retry the step"
    if started:
        return Refuse(f"{rolled_back}: {_most_common(started)}", hint)
    if update.state is not ChangeState.RETURNED or primary is None or not id:
        return None
    begun = parse_instant(str(update.facts["created_at"]))
    if primary.created_at > begun or primary.updated_at > begun:
        return Refuse(f"{rolled_back}; {short_name(primary.task_definition)} is back in its place", hint)
    return Wait(f"ECS to show deployment {id}")


def _ready(because: str) -> Done:
    # Targets and tasks flap while they warm up; one good look proves little.
    return Done(because, looks=2, apart=timedelta(seconds=20))


def _why(stopped: Sequence[StoppedTask], deployment: Deployment) -> str:
    return _most_common([task for task in stopped if task.started_by == deployment.id])


def _most_common(stopped: Sequence[StoppedTask]) -> str:
    reasons = Counter(task.reason for task in stopped)
    return "; ".join(f"{reason} ({count}×)" if count > 1 else reason for reason, count in reasons.most_common(2))
