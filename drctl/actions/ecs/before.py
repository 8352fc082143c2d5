"""The way back to the service as it was before this run. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from drctl.actions.ecs.parameters import Params, Seen
from drctl.actions.ecs.rollout import UPDATE
from drctl.actions.ecs.scaling import decide_limits_back
from drctl.aws.ecs import Network, Service, short_name
from drctl.aws.tags import owner_of
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.past import Past

RESTORE, DEREGISTER = "restore-service", "deregister-task-definition"


def decide_restore(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for the service to be as it was; nothing that this run did not make is touched."""
    service = seen.service
    if service is None:
        return Done(f"{params.service} is gone, and with it all that was changed")
    # Bounds first: within ours, automatic scaling would bring the count back.
    if back := decide_limits_back(params, seen.scaling, past):
        return back
    if (restored := _service_back(params, service, past)) is not None:
        return restored
    newest = seen.latest
    ours = newest is not None and newest.status == "ACTIVE" and owner_of(newest.tags) == past.run
    if newest is not None and ours and newest.arn != service.task_definition:
        return Change(
            name=DEREGISTER,
            summary=f"deregister {short_name(newest.arn)}",
            operation="ecs:DeregisterTaskDefinition",
            target=newest.arn,
            detail=newest.arn,
            settle=timedelta(seconds=5),
        )
    return Done(f"{params.service} is as it was")


def _service_back(params: Params, service: Service, past: Past) -> Decision | None:
    """The service back at its earlier revision and count; None where it is there."""
    if not (made := past.made(UPDATE)):
        return None
    first, last = made[0].undo, made[-1].undo
    before = str(first["task_definition"]), first["desired_count"]
    ours = str(last["set_task_definition"]), last["set_desired_count"]
    now = service.task_definition, service.desired
    network = _network_before(service, past)
    if now == before and network is None:
        return _settled(service)
    # A rollback by ECS leaves our count with the old revision, and automatic scaling moves the count:
    # neither is somebody else's work.
    scaled = params.autoscaling is not None and now[0] in (before[0], ours[0])
    if not scaled and now not in (before, ours, (before[0], ours[1])):
        return Refuse(
            f"somebody else changed {service.name} since, to {now[1]} tasks of {short_name(now[0])}; left alone",
            f"it ran {before[1]} tasks of {short_name(before[0])} before this run",
        )
    return Change(
        name=RESTORE,
        summary=f"run {before[1]} tasks of {short_name(before[0])} again",
        operation="ecs:UpdateService",
        target=service.name,
        detail=(*before, False, network),
    )


def _network_before(service: Service, past: Past) -> Network | None:
    """The network that the service had before a zone was left out; None where it has it."""
    moved = [change.undo["subnets"] for change in past.made(UPDATE) if change.undo.get("subnets")]
    if not moved or service.network is None:
        return None
    first = moved[0]
    subnets = tuple(str(subnet) for subnet in first) if isinstance(first, list | tuple) else ()
    return None if service.network.subnets == subnets else replace(service.network, subnets=subnets)


def _settled(service: Service) -> Decision | None:
    primary = service.primary
    if primary is not None and primary.rollout == "FAILED":
        return Refuse(f"{service.name} does not come up as it was: {primary.reason}", "look at its stopped tasks")
    if service.running == service.desired and not service.pending:
        return None
    return Wait(f"{service.name} to run {service.desired} tasks again; {service.running} run")
