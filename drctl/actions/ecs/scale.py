"""Give a service another count of tasks, of what it runs already: none to stop it, more where a zone is lost.

UpdateService with nothing but a count begins no deployment, so what counts is what runs
(Amazon ECS API Reference, UpdateService). Bounds of automatic scaling that exclude the
count would undo it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from drctl.actions.ecs.rollout import Goal, progress
from drctl.actions.ecs.scale_params import Params, Seen
from drctl.actions.ecs.scale_permissions import scale_permissions
from drctl.actions.ecs.scaling import decide_limits, decide_limits_back
from drctl.actions.ecs.singleton import judge_other, look_away
from drctl.aws.autoscaling import find_limits, remove_limits, set_limits
from drctl.aws.ecs import Service, find_service, list_stopped_tasks, set_desired_count
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

COUNT, COUNT_BACK = "set-count", "restore-count"
_SCALABLE = frozenset({"ECS", "CODE_DEPLOY"})
"""Deployment controllers with which the service itself has a count (Amazon ECS API Reference, UpdateService)."""


class EcsScale:
    """Afterwards the service runs `desired_count` tasks, and none is starting or stopping."""

    spec = ActionSpec(
        kind="ecs.scale",
        summary="Change how many tasks an ECS service runs, without a new deployment",
        params=Params,
        outputs={"running": ValueKind.INTEGER},
        expect=timedelta(minutes=2),
        deadline=timedelta(minutes=20),
        poll_most=timedelta(seconds=15),
        operations=(
            "ecs:DescribeServices",
            "ecs:UpdateService",
            "ecs:ListTasks",
            "ecs:DescribeTasks",
            "application-autoscaling:DescribeScalableTargets",
            "application-autoscaling:RegisterScalableTarget",
            "application-autoscaling:DeregisterScalableTarget",
        ),
        mutating=True,
        example="""\
- id: start-beat
  uses: ecs.scale
  with:
    region: eu-west-1
    cluster: amply-prod
    service: amply-beat
    desired_count: 1
    singleton: true
    not_while: { region: eu-central-1, cluster: amply-prod, service: amply-beat }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        ecs = ctx.aws.client("ecs", params.region)
        service = find_service(ecs, params.cluster, params.service)
        if service is None:
            return Seen(service=None)
        other, stopping = look_away(params.not_while, ctx)
        return Seen(
            service=service,
            limits=find_limits(
                ctx.aws.client("application-autoscaling", params.region), params.cluster, params.service
            ),
            stopped=list_stopped_tasks(ecs, params.cluster, params.service),
            other=other,
            other_stopping=stopping,
        )

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        service = seen.service
        if service is None:
            because = f"there is no service {params.service} in {params.cluster} of {params.region}"
            return Refuse(because, "name one that is there")
        if unfit := _unfit(service):
            return unfit
        if params.desired_count and (waits := judge_other(params, seen, past)):
            return waits
        if excluded := _excluded(params, seen):
            return excluded
        if limits := decide_limits(params, seen.limits):
            return limits
        if not _count_fits(params, service):
            return _count(params, service)
        if service.running > service.desired:
            return Wait(f"{service.running - service.desired} tasks of {service.name} to stop")
        return progress(service, Goal(tasks=service.desired, healthy=0), None, seen.stopped, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        if change.name in (COUNT, COUNT_BACK):
            set_desired_count(ctx.aws.client("ecs", params.region), params.cluster, params.service, change.detail)
            return {}
        autoscaling = ctx.aws.client("application-autoscaling", params.region)
        if change.detail is None:
            remove_limits(autoscaling, params.cluster, params.service)
        else:
            set_limits(autoscaling, params.cluster, params.service, change.detail)
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        service = seen.service
        if service is None or service.running != service.desired or service.pending:
            return Evidence.missing(f"{params.service} to run what is wanted of it")
        return Evidence.of(f"{service.name} runs {service.running} tasks", outputs={"running": service.running})

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        service = seen.service
        if service is None:
            return Done(f"{params.service} is gone, and with it its count")
        # Bounds first: within ours, automatic scaling would bring the count back.
        if back := decide_limits_back(params, seen.limits, past):
            return back
        if not (made := past.made(COUNT)):
            return Done(f"the count of {service.name} was not changed")
        before, ours = int(str(made[0].undo["before"])), made[-1].undo["set"]
        if service.desired == before:
            settled = service.running == before and not service.pending
            return Done(f"{service.name} runs {before} tasks, as before") if settled else _settling(service)
        if service.desired != ours and params.autoscaling is None:
            because = f"somebody else changed {service.name} to {service.desired} tasks since; left alone"
            return Refuse(because, f"it ran {before} before this run")
        if before and (waits := judge_other(params, seen, past)):
            return waits
        return Change(
            name=COUNT_BACK,
            summary=f"run {before} tasks of {service.name} again",
            operation="ecs:UpdateService",
            target=service.name,
            detail=before,
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        return scale_permissions(params, account)


def _unfit(service: Service) -> Refuse | None:
    if service.status != "ACTIVE":
        return Refuse(
            f"the service {service.name} is {service.status!r}", "create it again; ECS does not bring it back"
        )
    if service.controller not in _SCALABLE:
        because = f"the count of {service.name} is kept by {service.controller}, not by ECS itself"
        return Refuse(because, "scale it with the tool that does")
    return None


def _excluded(params: Params, seen: Seen) -> Refuse | None:
    """A refusal where automatic scaling would move the count away again."""
    limits = seen.limits
    if params.autoscaling is not None or limits is None or limits.least <= params.desired_count <= limits.most:
        return None
    return Refuse(
        f"automatic scaling keeps {params.service} between {limits.least} and {limits.most} tasks, "
        f"so {params.desired_count} would not last",
        "give the bounds in `autoscaling` as well",
    )


def _count_fits(params: Params, service: Service) -> bool:
    bounds = params.autoscaling
    if bounds is None or params.desired_count == 0:
        return service.desired == params.desired_count
    # Automatic scaling may have found that more are needed; that is not to be fought.
    return params.desired_count <= service.desired <= bounds.max


def _count(params: Params, service: Service) -> Change:
    return Change(
        name=COUNT,
        summary=f"run {params.desired_count} tasks of {service.name} instead of {service.desired}",
        operation="ecs:UpdateService",
        target=service.name,
        detail=params.desired_count,
        undo={"before": service.desired, "set": params.desired_count},
    )


def _settling(service: Service) -> Wait:
    return Wait(f"{service.name} to run {service.desired} tasks again; {service.running} run")
