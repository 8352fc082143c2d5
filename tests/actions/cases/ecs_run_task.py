"""ecs.run_task"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.ecs.run_task import started_by
from drctl.actions.ecs.run_task_params import Seen
from drctl.aws.ecs import Network
from drctl.aws.ecs_tasks import SETTLING, Ended, Task
from drctl.aws.task_definitions import TaskDefinition
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.cases.ecs_redeploy import AFTER, WARM
from tests.actions.laws import PAST, RUN, STEP, Case, Live, Sight, Sightings
from tests.actions.service_planting import plant_service
from tests.simulated import RECOVERY, Simulated

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)
NETWORK = Network(subnets=("subnet-1a",), security_groups=("sg-1a",))
PARAMS = {
    "region": RECOVERY,
    "cluster": "amply-prod",
    "like_service": "amply-api",
    "container": "api",
    "command": ["python", "manage.py", "migrate", "--check"],
}
TASK = Task(
    arn="arn:aws:ecs:eu-west-1:111111111111:task/amply-prod/0123456789abcdef",
    status="STOPPED",
    task_definition=AFTER.arn,
    started_by=started_by(RUN, STEP, 1),
    created_at=AT,
    code="EssentialContainerExited",
    reason="Essential container in task exited",
    containers={"api": Ended(0)},
)
READY = Seen(service=replace(WARM, network=NETWORK), definition=AFTER, at=AT)


def saw(task: Task | None = None, past: Past = PAST, **changed: Any) -> Sight:
    return Sight(replace(READY, task=task, **changed), past)


def ran(state: ChangeState = ChangeState.RETURNED, ago: timedelta = timedelta(minutes=1), kind: str = "") -> Past:
    change = PastChange(
        name="run-task",
        summary="run it",
        state=state,
        intended_at=AT - ago,
        facts={"task": TASK.arn} if state is ChangeState.RETURNED else {},
        failure_kind=kind,
    )
    return replace(PAST, changes=(change,))


def ended(**changed: Any) -> Sight:
    return saw(replace(TASK, **changed), ran())


def definition(**changed: Any) -> TaskDefinition:
    return replace(AFTER, **changed)


def plant(simulated: Simulated) -> None:
    plant_service(simulated, count=1)


STAYS = "what a task has done stays done"
NO_OWNER = "a task of anybody else has another `startedBy`, so it is never looked at"
LOST = ran(ChangeState.INTENDED)

CASES = (
    Case(
        kind="ecs.run_task",
        params=PARAMS,
        live=Live(plant=plant, takes=("run-task",)),
        exempt={"foreign": NO_OWNER, "foreign_live": NO_OWNER, "undo": STAYS},
        sees=Sightings(
            absent={
                "never run": saw(),
                "a call that got no answer": saw(past=LOST),
                "one that failed in an earlier epoch": saw(past=replace(ran(), epoch=2)),
            },
            settling={
                **{status: ended(status=status, code="", containers={}) for status in sorted(SETTLING)},
                "not shown yet": saw(past=ran()),
            },
            there={"ended with 0": ended(), "ended with 0, the journal lost": saw(TASK)},
            dead_end={
                "ended with 1": ended(containers={"api": Ended(1)}),
                "killed": ended(containers={"api": Ended(137, "OutOfMemoryError")}),
                "never ran": ended(containers={"api": Ended(None)}),
                "could not start": ended(code="TaskFailedToStart", containers={}),
                "stopped by somebody, and tidy about it": ended(code="UserInitiated"),
                "forgotten by ECS": saw(past=ran(ago=timedelta(hours=2))),
                "in doubt for a day": saw(past=ran(ChangeState.INTENDED, timedelta(hours=23))),
                "no room": saw(past=ran(ChangeState.FAILED, kind="capacity")),
                "no service": saw(service=None, definition=None),
                "no definition": saw(definition=None),
                "no such container": saw(definition=definition(content={"family": "a", "containerDefinitions": []})),
                "an inactive definition": saw(definition=definition(status="INACTIVE")),
                "a service without subnets": saw(service=WARM),
            },
            unknown={"status": ended(status="LEVITATING"), "stop code": ended(code="Levitation")},
            undo_own={"still at work": ended(status="RUNNING")},
            undo_over={"ended": ended(), "never run": saw()},
        ),
    ),
    Case(
        kind="ecs.run_task",
        name="of a named definition",
        params={
            "region": RECOVERY,
            "cluster": "amply-prod",
            "container": "api",
            "task_definition": "amply-api",
            "subnets": ["subnet-1a"],
        },
        sees=Sightings(absent={"no service needed": saw(service=None)}),
    ),
)
