"""sqs.redrive"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from drctl.actions.sqs.redrive import Sight as Found
from drctl.aws.sqs import MoveTask, Queue, Redrive
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.cases.sqs_ensure import DEAD, DEAD_ARN, DEAD_LETTERS, NAME
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

FULL = replace(DEAD_LETTERS, messages=3)
TASK = MoveTask(status="COMPLETED", started_ms=2000, moved=3, to_move=3)
FOR_GOOD = "messages that were handled again cannot be un-handled"
ANYBODY = "the messages are the queue's; an approval stands before this step"


def redriven(state: ChangeState = ChangeState.RETURNED) -> Past:
    change = PastChange(
        name="redrive",
        summary="move them",
        state=state,
        intended_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
        undo={"after_ms": 1000},
    )
    return replace(PAST, changes=(change,))


def found(queue: Queue | None, *tasks: MoveTask, past: Past = PAST) -> Sight:
    return Sight(Found(queue=queue, tasks=tasks), past)


def task(status: str) -> MoveTask:
    return replace(TASK, status=status)


def plant(simulated: Simulated) -> None:
    """Three tasks that nobody could handle."""
    sqs = simulated.client("sqs", RECOVERY)
    dead = sqs.create_queue(QueueName=DEAD)["QueueUrl"]
    sqs.create_queue(QueueName=NAME, Attributes={"RedrivePolicy": Redrive(DEAD_ARN, 5).as_policy()})
    for number in range(3):
        sqs.send_message(QueueUrl=dead, MessageBody=str(number))


CASES = (
    Case(
        kind="sqs.redrive",
        params={"region": RECOVERY, "dead_letter_queue": DEAD},
        sees=Sightings(
            absent={
                "messages": found(FULL),
                "moved before, and full again": found(FULL, replace(TASK, started_ms=1000)),
                "the call never arrived": found(FULL, past=redriven(ChangeState.INTENDED)),
            },
            settling={
                "moving": found(FULL, task("RUNNING"), past=redriven()),
                "somebody else's task moves": found(FULL, task("RUNNING")),
                "being cancelled": found(FULL, task("CANCELLING"), past=redriven()),
            },
            there={
                "nothing in it": found(DEAD_LETTERS),
                "moved": found(DEAD_LETTERS, TASK, past=redriven()),
                "moved, the answer lost": found(DEAD_LETTERS, TASK, past=redriven(ChangeState.INTENDED)),
                "moved, and more came in since": found(FULL, TASK, past=redriven()),
            },
            dead_end={
                "no queue": found(None),
                "failed": found(FULL, task("FAILED"), past=redriven()),
                "cancelled": found(FULL, task("CANCELLED"), past=redriven()),
            },
            unknown={"a status nobody thought of": found(FULL, task("DREAMING"), past=redriven())},
            undo_over={"never moved": found(FULL), "never arrived": found(FULL, past=redriven())},
        ),
        live=Live(plant=plant, takes=("redrive",)),
        exempt={"foreign": ANYBODY, "foreign_live": ANYBODY, "undo_own": FOR_GOOD, "undo": FOR_GOOD},
    ),
)
