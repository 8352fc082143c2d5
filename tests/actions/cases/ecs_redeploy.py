"""ecs.redeploy"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.ecs.parameters import Seen
from drctl.actions.ecs.task_definition import HASH_TAG, Overrides, wanted_revision
from drctl.aws.autoscaling import ScalingLimits
from drctl.aws.ecs import Deployment, Network, Service, StoppedTask
from drctl.aws.task_definitions import TaskDefinition
from drctl.model.instant import format_instant
from drctl.model.past import ChangeState, Past, PastChange
from drctl.model.values import Json
from drctl.ports.action import OWNER_TAG
from tests.actions.laws import PAST, RUN, Case, Live, Sight, Sightings
from tests.actions.service_planting import plant_service, running
from tests.simulated import RECOVERY, Simulated

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:amply/prod/django-secret-key-AbCdEf"
PARAMS: dict[str, Any] = {
    "region": RECOVERY,
    "cluster": "amply-prod",
    "service": "amply-api",
    "container": "api",
    "desired_count": 2,
    "environment": {"AWS_REGION": RECOVERY, "DATABASE_PORT": 5432},
    "secrets": {"DJANGO_SECRET_KEY": "amply/prod/django-secret-key"},
}
SCALED = {**PARAMS, "autoscaling": {"min": 2, "max": 6}}
STOPPED = {**PARAMS, "desired_count": 0}


def arn(revision: int) -> str:
    return f"arn:aws:ecs:eu-west-1:111111111111:task-definition/amply-api:{revision}"


def definition(revision: int, region: str, **tags: str) -> TaskDefinition:
    """A revision whose container points at `region`."""
    environment = [{"name": "AWS_REGION", "value": region}, {"name": "LOG_LEVEL", "value": "info"}]
    if region == RECOVERY:
        environment.append({"name": "DATABASE_PORT", "value": "5432"})
    container = {
        "name": "api",
        "image": "amply-api:2026.11.3",
        "environment": environment,
        "secrets": [{"name": "DJANGO_SECRET_KEY", "valueFrom": SECRET_ARN}],
    }
    content = {"family": "amply-api", "containerDefinitions": [container], "cpu": "256", "memory": "512"}
    return TaskDefinition(arn=arn(revision), status="ACTIVE", content=content, tags=tags)


BEFORE = definition(7, "eu-central-1")
OVERRIDES = Overrides(
    container="api",
    environment={"AWS_REGION": RECOVERY, "DATABASE_PORT": "5432"},
    secrets={"DJANGO_SECRET_KEY": SECRET_ARN},
    image=None,
)
SHA256 = wanted_revision(BEFORE, None, OVERRIDES).sha256
AFTER = definition(8, RECOVERY, **{HASH_TAG: SHA256, OWNER_TAG: RUN})


def deployment(revision: int, **changed: Any) -> Deployment:
    """The deployment of a revision, complete with two tasks unless said otherwise."""
    complete = Deployment(
        id=f"ecs-svc/{revision}",
        status="PRIMARY",
        task_definition=arn(revision),
        rollout="COMPLETED",
        reason="",
        desired=2,
        running=2,
        pending=0,
        failed=0,
        created_at=AT + timedelta(minutes=revision),
        updated_at=AT + timedelta(minutes=revision),
    )
    return replace(complete, **changed)


def service(primary: Deployment, *others: Deployment, **changed: Any) -> Service:
    present = Service(
        name="amply-api",
        status="ACTIVE",
        controller="ECS",
        task_definition=primary.task_definition,
        desired=primary.desired,
        running=primary.running,
        pending=primary.pending,
        deployments=(primary, *others),
        target_groups=("arn:aws:elasticloadbalancing:eu-west-1:111111111111:targetgroup/amply-api/1",),
    )
    return replace(present, **changed)


COLD = service(deployment(7, desired=0, running=0))
WARM = service(deployment(8))
BOTH_ZONES = replace(WARM, network=Network(subnets=("subnet-a", "subnet-b")))
ONE_ZONE = replace(WARM, network=Network(subnets=("subnet-a",)))
START = Seen(service=COLD, current=BEFORE, latest=BEFORE, secrets={"DJANGO_SECRET_KEY": SECRET_ARN}, healthy=0)
READY = replace(START, service=WARM, current=AFTER, latest=AFTER, healthy=2)


def updated(state: ChangeState = ChangeState.RETURNED, kind: str = "", *more: PastChange, epoch: int = 1) -> Past:
    """This step's UpdateService to revision 8, which began its deployment."""
    facts = {
        "task_definition": arn(8),
        "deployment": "ecs-svc/8",
        "created_at": format_instant(AT + timedelta(minutes=8)),
    }
    undo: dict[str, Json] = {
        "task_definition": arn(7),
        "desired_count": 0,
        "set_task_definition": arn(8),
        "set_desired_count": 2,
    }
    change = PastChange(
        name="update-service",
        summary="run 2 tasks",
        state=state,
        intended_at=AT + timedelta(minutes=8),
        facts=facts if state is ChangeState.RETURNED else {},
        undo=undo,
        failure_kind=kind,
        epoch=epoch,
    )
    return replace(PAST, epoch=epoch, changes=(change, *more))


MADE, LOST = updated(), updated(ChangeState.INTENDED)
LATE = replace(LOST, changes=(replace(LOST.changes[0], intended_at=AT + timedelta(hours=1)),))
SAME: dict[str, Json] = {"task_definition": arn(8), "desired_count": 2}
ANEW = replace(MADE, changes=(replace(MADE.changes[0], undo={**MADE.changes[0].undo, **SAME}),))
DENIED = updated(ChangeState.FAILED, "auth")
SCALE_CHANGE = PastChange(
    name="set-scaling-limits",
    summary="scale",
    state=ChangeState.RETURNED,
    intended_at=AT,
    undo={"before": None, "set": {"min": 2, "max": 6}},
)


def saw(seen: Seen = READY, past: Past = PAST, **changed: Any) -> Sight:
    return Sight(replace(seen, **changed), past)


def runs(past: Past, primary: Deployment, *others: Deployment, **changed: Any) -> Sight:
    """The service with these deployments, as a step with that past sees it."""
    current = AFTER if primary.task_definition == arn(8) else BEFORE
    latest = AFTER
    return Sight(replace(READY, service=service(primary, *others, **changed), current=current, latest=latest), past)


ROLLED_BACK = deployment(7, desired=2, updated_at=AT + timedelta(minutes=12))
STALE = deployment(7, desired=0, running=0)
CRASHED = StoppedTask(
    task_definition=arn(8),
    started_by="ecs-svc/8",
    code="EssentialContainerExited",
    reason="Essential container in task exited; api: exit code 3",
)


def plant_stopped(simulated: Simulated) -> None:
    plant_service(simulated)


def plant_scaled(simulated: Simulated) -> None:
    plant_service(simulated)
    simulated.client("application-autoscaling", RECOVERY).register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId="service/amply-prod/amply-api",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=0,
        MaxCapacity=1,
    )


def scaled(simulated: Simulated) -> object:
    listed = simulated.client("application-autoscaling", RECOVERY).describe_scalable_targets(ServiceNamespace="ecs")
    limits = [(one["ResourceId"], one["MinCapacity"], one["MaxCapacity"]) for one in listed["ScalableTargets"]]
    return running(simulated), limits


CASES = (
    Case(
        kind="ecs.redeploy",
        params=PARAMS,
        live=Live(
            plant=plant_stopped,
            takes=("register-task-definition", "update-service"),
            undo_takes=("restore-service", "deregister-task-definition"),
            fingerprint=running,
        ),
        exempt={"foreign_live": "a service has no owner; who deploys it at the same time is seen by their deployment"},
        sees=Sightings(
            absent={
                "another Region's addresses": saw(START),
                "a revision registered by an earlier attempt": saw(START, latest=AFTER),
                "the right revision, too few tasks": runs(PAST, deployment(8, desired=1, running=1)),
                "the right revision, too many tasks": runs(PAST, deployment(8, desired=5, running=5)),
                "a call of which nothing is to be seen": runs(LOST, STALE),
                "a failed deployment of an earlier epoch": runs(replace(MADE, epoch=2), ROLLED_BACK),
            },
            settling={
                "rolling out": runs(MADE, deployment(8, rollout="IN_PROGRESS", running=1, pending=1)),
                "rolling out, the answer lost": runs(LOST, deployment(8, rollout="IN_PROGRESS", running=0)),
                "complete, but one has gone again": runs(MADE, deployment(8, running=1)),
                "complete, but not healthy yet": saw(past=MADE, healthy=1),
                "not shown by ECS yet": runs(MADE, STALE),
                "a failed task or two": runs(MADE, deployment(8, rollout="IN_PROGRESS", failed=2, running=0)),
            },
            there={
                "complete and healthy": saw(past=MADE),
                "complete and healthy, the answer lost": saw(past=LOST),
                "already so": saw(),
                "scaled out since by somebody's policy": runs(MADE, deployment(8, desired=4, running=4)),
            },
            dead_end={
                "no service": saw(Seen(service=None)),
                "draining": saw(START, service=replace(COLD, status="DRAINING")),
                "deployed by something else": saw(START, service=replace(COLD, controller="CODE_DEPLOY")),
                "no such container": saw(
                    START, current=replace(BEFORE, content={**BEFORE.content, "containerDefinitions": []})
                ),
                "no task definition": saw(START, current=None),
                "a secret that the Region lacks": saw(START, secrets={"DJANGO_SECRET_KEY": None}),
                "a secret of the lost Region": saw(
                    START, secrets={"DJANGO_SECRET_KEY": SECRET_ARN.replace("eu-west-1", "eu-central-1")}
                ),
                "failed": runs(MADE, deployment(8, rollout="FAILED", running=0)),
                "failed, and on its way back": runs(
                    MADE, ROLLED_BACK, deployment(8, status="ACTIVE", rollout="FAILED", running=0)
                ),
                "rolled back": runs(MADE, ROLLED_BACK),
                "rolled back to a new deployment": runs(MADE, deployment(9, task_definition=arn(7))),
                "rolled back, the answer lost": saw(runs(LOST, ROLLED_BACK).seen, LOST, stopped=(CRASHED,)),
                "rolled back before ECS shows when": saw(runs(MADE, STALE).seen, MADE, stopped=(CRASHED,)),
                "replaced by somebody else": runs(
                    MADE, deployment(9, rollout="IN_PROGRESS"), deployment(8, status="ACTIVE")
                ),
                "tasks that never stay up, and no circuit breaker": runs(
                    MADE, deployment(8, rollout="IN_PROGRESS", failed=3, running=0)
                ),
            },
            unknown={
                "service status": saw(START, service=replace(COLD, status="LEVITATING")),
                "rollout state": runs(MADE, deployment(8, rollout="LEVITATING")),
            },
            foreign={
                "replaced by somebody else since": runs(
                    MADE, deployment(9, rollout="IN_PROGRESS"), deployment(8, status="ACTIVE")
                ),
            },
            undo_own={
                "as set": saw(past=MADE),
                "as set, the answer lost": saw(past=LOST),
                "rolled back by ECS, with our count": runs(MADE, ROLLED_BACK),
                "only the revision left": saw(START, MADE, latest=AFTER),
            },
            undo_over={
                "as before": saw(START, MADE),
                "never changed": saw(START),
                "refused by AWS": saw(START, DENIED),
                "gone": saw(Seen(service=None), MADE),
            },
        ),
    ),
    Case(
        kind="ecs.redeploy",
        name="scaled",
        params=SCALED,
        live=Live(
            plant=plant_scaled,
            takes=("register-task-definition", "set-scaling-limits", "update-service"),
            undo_takes=("restore-scaling-limits", "restore-service", "deregister-task-definition"),
            fingerprint=scaled,
        ),
        sees=Sightings(
            absent={
                "not scaled at all": saw(scaling=None),
                "other bounds": saw(scaling=ScalingLimits(0, 1)),
            },
            there={
                "more than wanted, within the bounds": replace(
                    runs(PAST, deployment(8, desired=5, running=5)),
                    seen=replace(runs(PAST, deployment(8, desired=5, running=5)).seen, scaling=ScalingLimits(2, 6)),
                ),
            },
            undo_own={
                "bounds as set": saw(past=replace(PAST, changes=(SCALE_CHANGE,)), scaling=ScalingLimits(2, 6)),
            },
            foreign={
                "outside of the bounds": saw(
                    service=replace(COLD, status="INACTIVE"),
                    past=replace(PAST, changes=(SCALE_CHANGE,)),
                    scaling=ScalingLimits(1, 9),
                ),
            },
        ),
    ),
    Case(
        kind="ecs.redeploy",
        name="stopped",
        params=STOPPED,
        live=Live(
            plant=plant_stopped,
            takes=("register-task-definition", "update-service"),
            undo_takes=("restore-service", "deregister-task-definition"),
            fingerprint=running,
        ),
        sees=Sightings(
            settling={"the last one stops": runs(MADE, deployment(8, desired=0, running=1))},
            there={"nothing runs": runs(PAST, deployment(8, desired=0, running=0))},
            absent={"complete, and not what was asked": saw()},
        ),
    ),
    Case(
        kind="ecs.redeploy",
        name="without a zone",
        params={**PARAMS, "without_zone": f"{RECOVERY}b"},
        sees=Sightings(
            absent={"tasks may start there": saw(service=BOTH_ZONES, kept_subnets=("subnet-a",))},
            there={"it is left out": saw(service=ONE_ZONE, kept_subnets=("subnet-a",))},
            dead_end={
                "there is no other zone": saw(service=BOTH_ZONES, kept_subnets=()),
                "no subnets of its own": saw(kept_subnets=None),
            },
        ),
    ),
    Case(
        kind="ecs.redeploy",
        name="with new tasks",
        params={**PARAMS, "replace_tasks": True},
        sees=Sightings(
            absent={
                "already so, with the tasks from before": saw(),
                "a call of which nothing is to be seen": saw(past=LATE),
                "replaced by an earlier epoch": saw(past=replace(MADE, epoch=2)),
            },
            settling={"rolling out": runs(MADE, deployment(8, rollout="IN_PROGRESS", running=1, pending=1))},
            there={"replaced": saw(past=MADE), "replaced, the answer lost": saw(past=LOST)},
            undo_over={"nothing but the tasks was changed": saw(past=ANEW)},
        ),
    ),
    Case(
        kind="ecs.redeploy",
        name="with fewer targets than tasks",
        params={**PARAMS, "min_healthy_targets": 1},
        sees=Sightings(
            there={"one healthy target": saw(past=MADE, healthy=1)},
            settling={"none healthy": saw(past=MADE, healthy=0)},
            dead_end={"behind no load balancer": saw(past=MADE, healthy=None)},
        ),
    ),
    Case(
        kind="ecs.redeploy",
        name="with more targets than tasks",
        params={**PARAMS, "min_healthy_targets": 3},
        sees=Sightings(dead_end={"cannot be": saw()}),
    ),
)
