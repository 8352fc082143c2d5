"""Run one Fargate task to its end: a migration, a mending of roles, a reconciliation.

It runs once for each epoch of its step. The task is found again by whom it was started by, also where the journal
is lost, for the hour that ECS tells of stopped tasks; until 24 hours after the call, the client token keeps a call
whose answer was lost from starting a second one (Amazon ECS API Reference, RunTask and "Ensuring idempotency").
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from drctl.actions.ecs.run_task_params import Params, Seen
from drctl.actions.ecs.task_definition import containers_of
from drctl.actions.ecs.task_ending import judge_task
from drctl.aws.ecs import find_service, short_name
from drctl.aws.ecs_tasks import SETTLING, Ended, Order, list_tasks_started_by, run_task, stop_task
from drctl.aws.task_definitions import TaskDefinition, find_task_definition
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.failure import FailureKind
from drctl.model.past import ChangeState, Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext, passed_to

RUN, STOP = "run-task", "stop-task"
SHOWN_WITHIN = timedelta(minutes=10)
"""How long a started task may stay out of ECS's listings, before it must be taken to be forgotten."""
TOKEN_KEPT = timedelta(hours=20)
"""How long a call in doubt is repeated: well within the 24 hours that ECS knows its token."""
_LONGEST = 128


class EcsRunTask:
    """Afterwards a task of this step has ended by itself, with exit code 0."""

    spec = ActionSpec(
        kind="ecs.run_task",
        summary="Run one Fargate task to its end, and require exit code 0",
        params=Params,
        outputs={"exit_code": ValueKind.INTEGER, "task": ValueKind.STRING},
        expect=timedelta(minutes=3),
        deadline=timedelta(minutes=45),
        poll_most=timedelta(seconds=15),
        operations=(
            "ecs:DescribeServices",
            "ecs:DescribeTaskDefinition",
            "ecs:ListTasks",
            "ecs:DescribeTasks",
            "ecs:RunTask",
            "ecs:StopTask",
        ),
        mutating=True,
        example="""\
- id: check-migrations
  uses: ecs.run_task
  with:
    region: eu-west-1
    cluster: amply-prod
    like_service: amply-api
    container: api
    command: [python, manage.py, migrate, --check]
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        ecs = ctx.aws.client("ecs", params.region)
        service = find_service(ecs, params.cluster, params.like_service) if params.like_service else None
        wanted = params.task_definition or (service.task_definition if service is not None else None)
        definition = find_task_definition(ecs, wanted) if wanted else None
        if definition is None:
            return Seen(service=service)
        starter = started_by(ctx.run, ctx.step, ctx.epoch)
        listed = list_tasks_started_by(ecs, params.cluster, definition.family, starter)
        task = listed.tasks[0] if listed.tasks else None
        return Seen(service=service, definition=definition, task=task, at=listed.at)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if seen.task is not None:
            return judge_task(params.container, seen.task, past)
        order = _order(params, seen)
        if isinstance(order, Refuse):
            return order
        refused = [change for change in past.refused_for(FailureKind.CAPACITY) if change.epoch == past.epoch]
        if refused:
            hint = f"wait, or give subnets in other zones; then: drctl resume {past.run}"
            return Refuse(f"{params.region} has no room for the task: {refused[-1].failure}", hint)
        return _in_doubt(seen.at, past) or _run(params, order)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        ecs = ctx.aws.client("ecs", params.region)
        if change.name == STOP:
            stop_task(ecs, params.cluster, change.detail, f"undone by drctl run {ctx.run}")
            return {}
        starter = started_by(ctx.run, ctx.step, ctx.epoch)
        started = run_task(ecs, params.cluster, change.detail, started_by=starter, token=ctx.token, tags=ctx.tags)
        return {"task": started}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        task = seen.task
        code = task.containers.get(params.container, Ended(None)).exit_code if task is not None else None
        if task is None or code is None:
            return Evidence.missing(f"a task of {params.container} that has ended")
        return Evidence.of(
            f"task {task.id} of {short_name(task.task_definition)} ended with exit code {code}",
            outputs={"exit_code": code, "task": task.arn},
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        task = seen.task
        if task is None or task.status not in SETTLING:
            return Done("nothing of it runs; what a task has done stays done")
        if past.last(STOP) is not None and task.status not in ("PROVISIONING", "PENDING", "ACTIVATING", "RUNNING"):
            return Wait(f"task {task.id} to stop; it is {task.status}")
        return Change(
            name=STOP,
            summary=f"stop task {task.id}, which this step started",
            operation="ecs:StopTask",
            target=task.arn,
            detail=task.arn,
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        place = f"{params.region}:{account}"
        service = f"arn:aws:ecs:{place}:service/{params.cluster}/{params.like_service or '*'}"
        tasks = (f"arn:aws:ecs:{place}:task/{params.cluster}/*",)
        family = short_name(params.task_definition).partition(":")[0] if params.task_definition else "*"
        return (
            Permission(("ecs:DescribeServices",), (service,), "find the network and the task definition"),
            Permission(("ecs:DescribeTaskDefinition", "ecs:ListTasks"), why="find the definition and the task"),
            Permission(("ecs:RunTask",), (f"arn:aws:ecs:{place}:task-definition/{family}:*",), "run the task"),
            Permission(("ecs:DescribeTasks", "ecs:StopTask", "ecs:TagResource"), tasks, "watch, stop and tag it"),
            Permission(
                ("iam:PassRole",),
                (f"arn:aws:iam::{account}:role/*",),
                "let the task have its roles",
                passed_to("ecs-tasks.amazonaws.com"),
            ),
        )


def started_by(run: str, step: str, epoch: int) -> str:
    """Whom ECS is told that the task is started by: letters, digits, `-`, `/`, `_`, 128 at most."""
    wanted = f"drctl/{run}/{step}/{epoch}"
    allowed = re.sub(r"[^A-Za-z0-9/_-]", "_", wanted)
    if allowed == wanted and len(wanted) <= _LONGEST:
        return wanted
    # Two steps whose names differ only in what is not allowed must not find each other's task.
    told = hashlib.sha256(wanted.encode()).hexdigest()[:12]
    return f"{allowed[: _LONGEST - 13]}-{told}"


def _order(params: Params, seen: Seen) -> Order | Refuse:
    if params.like_service is not None and seen.service is None:
        where = f"{params.cluster} of {params.region}"
        return Refuse(f"there is no service {params.like_service} in {where}", "name one that is there")
    if isinstance(definition := _definition(params, seen), Refuse):
        return definition
    network = seen.network(params)
    if network is None:
        return Refuse(f"{params.like_service} has no subnets of its own", "give `subnets` and `security_groups`")
    return Order(
        task_definition=definition.arn,
        network=network,
        container=params.container,
        command=params.command,
        environment=params.environment,
    )


def _definition(params: Params, seen: Seen) -> TaskDefinition | Refuse:
    found = seen.definition
    if found is None:
        wanted = params.task_definition or (seen.service.task_definition if seen.service else "")
        return Refuse(f"there is no task definition {short_name(wanted)} in {params.region}", "register it first")
    if found.status != "ACTIVE":
        return Refuse(f"{short_name(found.arn)} is {found.status!r}; ECS starts no task of it", "name an active one")
    if params.container not in containers_of(found):
        there = ", ".join(containers_of(found))
        return Refuse(f"{short_name(found.arn)} has no container {params.container!r}", f"it has: {there}")
    return found


def _in_doubt(at: datetime | None, past: Past) -> Wait | Refuse | None:
    """What it means that ECS tells of no task although this epoch has asked for one; None where it may be asked."""
    made = [change for change in past.made(RUN) if change.epoch == past.epoch]
    if not made or at is None:
        return None
    age = at - made[0].intended_at
    if made[-1].state is not ChangeState.RETURNED:
        if age < TOKEN_KEPT:
            return None
        because = "a call to run the task got no answer, and ECS no longer knows its token: it may have run"
        return Refuse(because, f"read its log; to run it (again): drctl resume {past.run}")
    if at - made[-1].intended_at < SHOWN_WITHIN:
        return Wait("ECS to show the task that it has started")
    task = made[-1].facts.get("task", "")
    because = f"ECS has forgotten the task {short_name(str(task))}, so nothing tells how it ended"
    return Refuse(because, f"read its log; to run it again: drctl resume {past.run}")


def _run(params: Params, order: Order) -> Change:
    what = f" {params.command[0]} …" if params.command else ""
    return Change(
        name=RUN,
        summary=f"run{what} once in {params.container} of {short_name(order.task_definition)}",
        operation="ecs:RunTask",
        target=order.task_definition,
        detail=order,
        settle=timedelta(minutes=1),
    )
