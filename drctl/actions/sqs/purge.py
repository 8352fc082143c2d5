"""Delete everything that waits in a queue, such as tasks that have become stale while their Region was away.

There is no way back, and no way to take only some. A purge is never sent twice without
a look: what came in after the first is not stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.sqs.ensure_params import QueueName
from drctl.aws.sqs import Queue, find_queue, purge_queue, queue_arn
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

TAKES = timedelta(seconds=60)
"""How long a purge may take, and how long SQS takes no other one (Amazon SQS API Reference, PurgeQueue)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    queue: QueueName
    max_messages: Annotated[int, Field(ge=1)] | None = None
    """With more messages than that in it, the queue is not the one that was meant."""


class SqsPurge:
    """Afterwards the queue was empty, once."""

    spec = ActionSpec(
        kind="sqs.purge",
        summary="Delete every message in a queue, for good",
        params=Params,
        outputs={"purged": ValueKind.INTEGER},
        expect=timedelta(minutes=1),
        deadline=timedelta(minutes=10),
        operations=("sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags", "sqs:PurgeQueue"),
        mutating=True,
        flips=("sqs:PurgeQueue",),
        irreversible=True,
        example="""\
- id: drop-stale-tasks
  uses: sqs.purge
  with: { region: eu-central-1, queue: amply-celery, max_messages: 5000 }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Queue | None:
        return find_queue(ctx.aws.client("sqs", params.region), params.queue)

    def decide(self, params: Params, seen: Queue | None, past: Past) -> Decision:
        where = f"{params.queue} in {params.region}"
        if seen is None:
            return Refuse(f"there is no queue {where}", "look at `queue` and `region`")
        if seen.messages == 0:
            return Done(f"there is nothing in {where}")
        purged = past.returned("purge")
        if purged is not None and purged.epoch == past.epoch:
            return Wait(f"{where} to be empty; it has {seen.messages} messages, or something still sends to it")
        if params.max_messages is not None and seen.messages > params.max_messages:
            hint = "look into the queue; raise `max_messages` if these are meant"
            return Refuse(f"{where} has {seen.messages} messages, more than {params.max_messages}", hint)
        return Change(
            name="purge",
            summary=f"delete all messages in {where}, about {seen.messages}",
            operation="sqs:PurgeQueue",
            target=seen.arn,
            detail=seen.url,
            undo={"messages": seen.messages},
            flip=True,
            settle=TAKES,
        )

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        purge_queue(ctx.aws.client("sqs", params.region, flip=True), change.detail)
        return {}

    def verify(self, params: Params, seen: Queue | None, past: Past, ctx: StepContext) -> Evidence:
        if seen is None or seen.messages:
            return Evidence.missing(f"{params.queue} is not empty")
        made = past.made("purge")
        purged = made[-1].undo["messages"] if made else 0
        return Evidence.of(f"{params.queue} is empty; about {purged} messages were deleted", outputs={"purged": purged})

    def decide_undo(self, params: Params, seen: Queue | None, past: Past) -> Decision:
        if not past.made("purge"):
            return Done(f"nothing in {params.queue} was deleted by this run")
        return Refuse(f"the messages of {params.queue} are deleted for good", "nothing takes that back")

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        arns = (queue_arn(params.region, account, params.queue),)
        look = ("sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags")
        return (Permission(look, arns, "see what is there"), Permission(("sqs:PurgeQueue",), arns, "empty it"))
