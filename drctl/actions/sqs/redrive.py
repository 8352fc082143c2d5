"""Move the messages of a dead-letter queue back to be handled again, after what had made them fail is mended.

Messages that were handled again cannot be un-handled, so there is no way back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.sqs.ensure_params import QueueName
from drctl.aws.sqs import MoveTask, Queue, find_queue, list_move_tasks, queue_arn, start_move_task
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    dead_letter_queue: QueueName
    to: QueueName | None = None
    """Where the messages go; back to where each came from, if left out."""
    max_per_second: Annotated[int, Field(ge=1, le=500)] | None = None
    """SQS chooses a rate if left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    queue: Queue | None
    tasks: tuple[MoveTask, ...] = ()


class SqsRedrive:
    """Afterwards a task of this step has moved what was in the queue, or there was nothing in it.

    Source: Amazon SQS API Reference, StartMessageMoveTask (one at a time for each queue) and ListMessageMoveTasks.
    """

    spec = ActionSpec(
        kind="sqs.redrive",
        summary="Move the messages of a dead-letter queue back to be handled again",
        params=Params,
        outputs={"moved": ValueKind.INTEGER, "left": ValueKind.INTEGER},
        expect=timedelta(minutes=2),
        deadline=timedelta(hours=1),
        operations=(
            "sqs:GetQueueUrl",
            "sqs:GetQueueAttributes",
            "sqs:ListQueueTags",
            "sqs:ListMessageMoveTasks",
            "sqs:StartMessageMoveTask",
        ),
        mutating=True,
        flips=("sqs:StartMessageMoveTask",),
        irreversible=True,
        example="""\
- id: handle-failed-tasks-again
  uses: sqs.redrive
  with: { region: eu-west-1, dead_letter_queue: amply-celery-dead, max_per_second: 50 }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Sight:
        sqs = ctx.aws.client("sqs", params.region)
        queue = find_queue(sqs, params.dead_letter_queue)
        return Sight(queue=queue, tasks=list_move_tasks(sqs, queue.arn) if queue else ())

    def decide(self, params: Params, seen: Sight, past: Past) -> Decision:
        name = params.dead_letter_queue
        if seen.queue is None:
            return Refuse(f"there is no queue {name} in {params.region}", "look at `dead_letter_queue`")
        newest = seen.tasks[0] if seen.tasks else None
        if newest is not None and newest.status in ("RUNNING", "CANCELLING"):
            return Wait(f"{newest.moved} messages of {name} are moved; the task to end", percent=_percent(newest))
        ours = _ours(seen, past)
        if ours is not None:
            return _decide_ended(ours, name)
        if seen.queue.messages == 0:
            return Done(f"there is nothing in {name}")
        return Change(
            name="redrive",
            summary=f"move about {seen.queue.messages} messages of {name} {'to ' + params.to if params.to else 'back'}",
            operation="sqs:StartMessageMoveTask",
            target=seen.queue.arn,
            # Tasks have no token. Ours is the one that came after the newest there was; no clock has to agree.
            undo={"after_ms": newest.started_ms if newest else 0},
            flip=True,
        )

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        sqs = ctx.aws.client("sqs", params.region, flip=True)
        to = queue_arn(params.region, ctx.aws.account_id(), params.to) if params.to else None
        start_move_task(sqs, change.target, to, params.max_per_second)
        return {}

    def verify(self, params: Params, seen: Sight, past: Past, ctx: StepContext) -> Evidence:
        if seen.queue is None:
            return Evidence.missing(f"there is no queue {params.dead_letter_queue}")
        ours, left = _ours(seen, past), seen.queue.messages
        moved = ours.moved if ours else 0
        return Evidence.of(
            f"{moved} messages of {params.dead_letter_queue} are moved, about {left} are in it",
            outputs={"moved": moved, "left": left},
        )

    def decide_undo(self, params: Params, seen: Sight, past: Past) -> Decision:
        if _ours(seen, past) is None:
            return Done(f"nothing of {params.dead_letter_queue} was moved by this run")
        return Refuse(
            f"messages of {params.dead_letter_queue} were moved and may have been handled", "nothing takes that back"
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        arn = queue_arn(params.region, account, params.dead_letter_queue)
        # Without `to` the messages go to queues that only SQS knows.
        to = queue_arn(params.region, account, params.to or "*")
        look = ("sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags", "sqs:ListMessageMoveTasks")
        move = ("sqs:StartMessageMoveTask", "sqs:ReceiveMessage", "sqs:DeleteMessage")
        return (
            Permission(look, (arn,), "see what is there"),
            Permission(move, (arn,), "move messages from it"),
            Permission(("sqs:SendMessage",), (to,), "move messages to where they are handled"),
        )


def _ours(seen: Sight, past: Past) -> MoveTask | None:
    """The task that this step started in this epoch; None where it did not, or the call never arrived."""
    made = [change for change in past.made("redrive") if change.epoch == past.epoch]
    if not made:
        return None
    before = made[-1].undo.get("after_ms")
    after = (task for task in reversed(seen.tasks) if isinstance(before, int) and task.started_ms > before)
    # The oldest of them: a later one is somebody's who moved what came in since.
    return next(after, None)


def _decide_ended(task: MoveTask, name: str) -> Decision:
    match task.status:
        case "COMPLETED":
            return Done(f"{task.moved} messages of {name} are moved")
        case "FAILED":
            why = task.failure or "SQS does not say why"
            return Refuse(f"moving the messages of {name} failed: {why}", "mend that, and retry the step")
        case "CANCELLED":
            return Refuse(f"somebody cancelled moving the messages of {name}", "ask who did, and retry the step")
    return Refuse(f"the task that moves the messages of {name} is {task.status!r}", "look at the task")


def _percent(task: MoveTask) -> float | None:
    return 100 * task.moved / task.to_move if task.to_move else None
