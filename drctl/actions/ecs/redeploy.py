"""Run a service in this Region: the right image, this Region's addresses, as many tasks as are needed.

The service itself is there before a disaster. What it is to run is the revision it
has, with the runbook's overrides; what proves it is our own deployment, complete,
with enough targets that answer their health checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from drctl.actions.ecs.before import DEREGISTER, decide_restore
from drctl.actions.ecs.parameters import Params, Seen
from drctl.actions.ecs.permissions import permissions_for
from drctl.actions.ecs.readiness import judge_readiness
from drctl.actions.ecs.rollout import UPDATE, Goal, is_stuck, latest_update, progress, replaced
from drctl.actions.ecs.scaling import SCALE, SCALE_BACK, decide_limits
from drctl.actions.ecs.sight import look
from drctl.actions.ecs.task_definition import HASH_TAG, Revision
from drctl.aws.autoscaling import remove_limits, set_limits
from drctl.aws.ecs import Service, short_name, update_service
from drctl.aws.task_definitions import deregister_task_definition, register_task_definition
from drctl.model.decision import Change, Decision, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

REGISTER = "register-task-definition"


class EcsRedeploy:
    """Afterwards the service runs `desired_count` tasks of the wanted revision, and they are healthy."""

    spec = ActionSpec(
        kind="ecs.redeploy",
        summary="Run an ECS service with this Region's addresses, and wait until it is healthy",
        params=Params,
        outputs={
            "task_definition": ValueKind.STRING,
            "deployment": ValueKind.STRING,
            "running": ValueKind.INTEGER,
        },
        expect=timedelta(minutes=4),
        deadline=timedelta(minutes=30),
        poll_most=timedelta(seconds=15),
        operations=(
            "ecs:DescribeServices",
            "ecs:DescribeTaskDefinition",
            "ecs:RegisterTaskDefinition",
            "ecs:DeregisterTaskDefinition",
            "ecs:UpdateService",
            "ec2:DescribeSubnets",
            "ecs:ListTasks",
            "ecs:DescribeTasks",
            "elbv2:DescribeTargetHealth",
            "secretsmanager:DescribeSecret",
            "application-autoscaling:DescribeScalableTargets",
            "application-autoscaling:RegisterScalableTarget",
            "application-autoscaling:DeregisterScalableTarget",
        ),
        mutating=True,
        example="""\
- id: start-api
  uses: ecs.redeploy
  with:
    region: eu-west-1
    cluster: amply-prod
    service: amply-api
    container: api
    desired_count: 2
    environment:
      AWS_REGION: eu-west-1
      STORAGE_BUCKET: amply-storage-prod-eu-west-1
    secrets:
      DATABASE_PASSWORD: amply/prod/database-password
    min_healthy_targets: 2
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        return look(params, ctx)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if isinstance(ready := judge_readiness(params, seen), Refuse):
            return ready
        service, revision = ready.service, ready.revision
        if (answer := replaced(service, past, seen.stopped)) is not None:
            return answer
        if revision.arn is None:
            return _registration(revision)
        if (limits := decide_limits(params, seen.scaling)) is not None:
            return limits
        fits = service.task_definition == revision.arn and seen.wanted_network is None
        if not fits or not _count_fits(params, service, updated=latest_update(past) is not None):
            return _update(params, seen, service, revision.arn)
        if _failed_before(params, service, past) or _is_to_be_replaced(params, service, past):
            return _update(params, seen, service, revision.arn, anew=True)
        goal = Goal(tasks=params.desired_count, healthy=ready.least_healthy)
        return progress(service, goal, seen.healthy, seen.stopped, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        ecs = ctx.aws.client("ecs", params.region)
        if change.name == REGISTER:
            revision: Revision = change.detail
            tags = {**revision.tags, **ctx.tags, HASH_TAG: revision.sha256}
            return {"task_definition": register_task_definition(ecs, revision.content, tags)}
        if change.name == DEREGISTER:
            deregister_task_definition(ecs, change.detail)
            return {}
        if change.name in (SCALE, SCALE_BACK):
            autoscaling = ctx.aws.client("application-autoscaling", params.region)
            if change.detail is None:
                remove_limits(autoscaling, params.cluster, params.service)
            else:
                set_limits(autoscaling, params.cluster, params.service, change.detail)
            return {}
        task_definition, count, anew, network = change.detail
        return update_service(ecs, params.cluster, params.service, task_definition, count, anew=anew, network=network)

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        service = seen.service
        if service is None or service.primary is None:
            return Evidence.missing(f"{params.service} to have a deployment")
        targets = "" if seen.healthy is None else f", {seen.healthy} targets are healthy"
        return Evidence.of(
            f"{service.name} runs {service.running} tasks of {short_name(service.task_definition)}{targets}",
            outputs={
                "task_definition": service.task_definition,
                "deployment": service.primary.id,
                "running": service.running,
            },
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_restore(params, seen, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        return permissions_for(params, account)


def _registration(revision: Revision) -> Change:
    family = str(revision.content["family"])
    return Change(
        name=REGISTER,
        summary=f"register a revision of {family}",
        operation="ecs:RegisterTaskDefinition",
        target=family,
        detail=revision,
    )


def _failed_before(params: Params, service: Service, past: Past) -> bool:
    """Whether the wanted revision had failed before this epoch touched it: ECS starts no task of it by itself then."""
    primary = service.primary
    return (
        primary is not None
        and params.desired_count > 0
        and latest_update(past) is None
        and is_stuck(primary, params.desired_count)
    )


def _is_to_be_replaced(params: Params, service: Service, past: Past) -> bool:
    """Whether the tasks that run are still those from before this epoch, and new ones are asked for."""
    if not params.replace_tasks or params.desired_count == 0:
        return False
    update, primary = latest_update(past), service.primary
    if update is None or update.facts.get("deployment"):
        return update is None
    # Nobody heard an answer. Once more would be one more deployment of the same, which does no harm.
    return primary is None or primary.created_at < update.intended_at


def _update(params: Params, seen: Seen, service: Service, task_definition: str, *, anew: bool = False) -> Change:
    network = seen.wanted_network
    again = " once more" if anew else f", and none in {params.without_zone}" if network is not None else ""
    moved: dict[str, Json] = {}
    if network is not None and service.network is not None:
        moved = {"subnets": list(service.network.subnets)}
    return Change(
        name=UPDATE,
        summary=f"run {params.desired_count} tasks of {short_name(task_definition)} in {service.name}{again}",
        operation="ecs:UpdateService",
        target=service.name,
        # Sent again by the SDK it begins one more deployment, which does the same; this epoch asks for it once.
        detail=(task_definition, params.desired_count, anew, network),
        undo={
            "task_definition": service.task_definition,
            "desired_count": service.desired,
            "set_task_definition": task_definition,
            "set_desired_count": params.desired_count,
            **moved,
        },
    )


def _count_fits(params: Params, service: Service, *, updated: bool) -> bool:
    if params.desired_count == 0 or not (updated or params.autoscaling):
        return service.desired == params.desired_count
    # Automatic scaling may have found that more are needed; that is not to be fought.
    return service.desired >= params.desired_count
