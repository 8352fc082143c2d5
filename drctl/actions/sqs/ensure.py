"""Have a queue, and the queue for its dead letters, with the attributes that the workers count on.

Queues are regional and usually planted long before; then this step only looks. What was
in the queues of a lost Region is not here, and comes back with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from drctl.actions.sqs.ensure_params import Params
from drctl.actions.sqs.one_queue import Part, decide_part, undo_part
from drctl.aws.sqs import Queue, create_queue, delete_queue, find_queue, queue_arn, set_attributes
from drctl.model.decision import Change, Decision, Done
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    queue: Queue | None
    dead_letters: Queue | None
    dead_letters_to: str | None
    """The ARN that the dead-letter queue has, or will have."""


class SqsEnsure:
    """Afterwards both queues are there and have the attributes. Source: Amazon SQS API Reference, CreateQueue."""

    spec = ActionSpec(
        kind="sqs.ensure",
        summary="Have a queue and its dead-letter queue, with their attributes",
        params=Params,
        outputs={"url": ValueKind.STRING, "arn": ValueKind.STRING, "dead_letter_arn": ValueKind.STRING},
        expect=timedelta(seconds=20),
        deadline=timedelta(minutes=10),
        operations=(
            "sqs:GetQueueUrl",
            "sqs:GetQueueAttributes",
            "sqs:ListQueueTags",
            "sqs:CreateQueue",
            "sqs:SetQueueAttributes",
            "sqs:DeleteQueue",
        ),
        mutating=True,
        example="""\
- id: worker-queue
  uses: sqs.ensure
  with:
    region: eu-west-1
    queue: amply-celery
    dead_letter_queue: amply-celery-dead
    visibility: 1h
    retention: 14d
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Sight:
        sqs, dead = ctx.aws.client("sqs", params.region), params.dead_letter_queue
        return Sight(
            queue=find_queue(sqs, params.queue),
            dead_letters=find_queue(sqs, dead) if dead else None,
            dead_letters_to=queue_arn(params.region, ctx.aws.account_id(), dead) if dead else None,
        )

    def decide(self, params: Params, seen: Sight, past: Past) -> Decision:
        decisions = (decide_part(part, past) for part in _parts(params, seen))
        wrong = (decision for decision in decisions if not isinstance(decision, Done))
        return next(wrong, Done(f"{params.queue} in {params.region} is as it has to be"))

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        sqs = ctx.aws.client("sqs", params.region)
        verb, _, _ = change.name.partition("-")
        match verb:
            case "create":
                create_queue(sqs, change.target, change.detail, ctx.tags)
            case "delete":
                delete_queue(sqs, change.detail)
            case _:
                url, attributes = change.detail
                set_attributes(sqs, url, attributes)
        return {}

    def verify(self, params: Params, seen: Sight, past: Past, ctx: StepContext) -> Evidence:
        wrong = [part.name for part in _parts(params, seen) if not part.is_as_wanted]
        if seen.queue is None or wrong:
            return Evidence.missing(f"{', '.join(wrong)} is not as it has to be")
        dead_letters = f", and what nobody can handle goes to {params.dead_letter_queue}" if seen.dead_letters else ""
        return Evidence.of(
            f"{params.queue} takes messages in {params.region}{dead_letters}",
            outputs={
                "url": seen.queue.url,
                "arn": seen.queue.arn,
                "dead_letter_arn": seen.dead_letters.arn if seen.dead_letters else "",
            },
        )

    def decide_undo(self, params: Params, seen: Sight, past: Past) -> Decision:
        # The queue before the one that its policy names, the other way round than forwards.
        for part in reversed(_parts(params, seen)):
            if not isinstance(decision := undo_part(part, past), Done):
                return decision
        return Done(f"{params.queue} is as it was")

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        names = [name for name in (params.queue, params.dead_letter_queue) if name]
        arns = tuple(queue_arn(params.region, account, name) for name in names)
        look = ("sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags")
        change = ("sqs:CreateQueue", "sqs:TagQueue", "sqs:SetQueueAttributes")
        return (
            Permission(look, arns, "see what is there"),
            Permission(change, arns, "have the queues, and their attributes"),
            Permission(("sqs:DeleteQueue",), arns, "undo"),
        )


def _parts(params: Params, seen: Sight) -> tuple[Part, ...]:
    # A policy can only name a queue that is there: the one for dead letters comes first.
    queue = Part("queue", params.queue, seen.queue, params.attributes(seen.dead_letters_to))
    if params.dead_letter_queue is None:
        return (queue,)
    wanted = params.dead_letter_attributes()
    return (Part("dead-letters", params.dead_letter_queue, seen.dead_letters, wanted), queue)
