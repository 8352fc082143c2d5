"""sqs.ensure"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from drctl.actions.sqs.ensure import Sight as Found
from drctl.aws.sqs import Queue, Redrive
from drctl.model.past import ChangeState, Past, PastChange
from drctl.ports.action import OWNER_TAG
from tests.actions.laws import FOREIGN_RUN, PAST, RUN, Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

NAME, DEAD = "amply-celery", "amply-celery-dead"
PARAMS = {"region": RECOVERY, "queue": NAME, "dead_letter_queue": DEAD, "visibility": "1h"}
DEAD_ARN = f"arn:aws:sqs:{RECOVERY}:111111111111:{DEAD}"
POLICY = Redrive(DEAD_ARN, 5).as_policy()
QUEUE = Queue(
    name=NAME,
    url=f"https://sqs.{RECOVERY}.amazonaws.com/111111111111/{NAME}",
    arn=f"arn:aws:sqs:{RECOVERY}:111111111111:{NAME}",
    attributes={"VisibilityTimeout": "3600", "RedrivePolicy": POLICY},
)
DEAD_LETTERS = replace(QUEUE, name=DEAD, arn=DEAD_ARN, attributes={})
HASTY = replace(QUEUE, attributes={"VisibilityTimeout": "30", "RedrivePolicy": POLICY})
OURS = replace(QUEUE, tags={OWNER_TAG: RUN})


def made(name: str, **undo: Any) -> Past:
    change = PastChange(
        name=name,
        summary="a change",
        state=ChangeState.INTENDED,
        intended_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
        undo=undo,
    )
    return replace(PAST, changes=(change,))


CREATED = made("create-queue", existed=False)
SET = made("set-queue", attributes={"VisibilityTimeout": "30"}, set={"VisibilityTimeout": "3600"})


def found(queue: Queue | None, dead_letters: Queue | None = DEAD_LETTERS, past: Past = PAST) -> Sight:
    return Sight(Found(queue=queue, dead_letters=dead_letters, dead_letters_to=DEAD_ARN), past)


def plant_nothing(simulated: Simulated) -> None:
    """No queue is there yet."""


def plant_hasty(simulated: Simulated) -> None:
    """The queue is there, as somebody's tool made it, and gives up a message too soon."""
    simulated.client("sqs", RECOVERY).create_queue(QueueName=NAME)


def plant_foreign(simulated: Simulated) -> None:
    simulated.client("sqs", RECOVERY).create_queue(QueueName=DEAD)
    simulated.client("sqs", RECOVERY).create_queue(QueueName=NAME, tags={OWNER_TAG: FOREIGN_RUN})


def queues(simulated: Simulated) -> object:
    sqs = simulated.client("sqs", RECOVERY)
    return {
        url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout", "RedrivePolicy"])["Attributes"]
        for url in sqs.list_queues().get("QueueUrls", ())
    }


CASES = (
    Case(
        kind="sqs.ensure",
        params=PARAMS,
        sees=Sightings(
            absent={
                "no dead-letter queue": found(QUEUE, None),
                "no queue": found(None),
                "another attribute": found(HASTY),
                "its dead letters stay": found(replace(QUEUE, attributes={"VisibilityTimeout": "3600"})),
            },
            there={
                "as it has to be": found(QUEUE),
                "with the policy written otherwise": found(
                    replace(
                        QUEUE,
                        attributes={
                            "VisibilityTimeout": "3600",
                            "RedrivePolicy": f'{{"maxReceiveCount":"5","deadLetterTargetArn":"{DEAD_ARN}"}}',
                        },
                    )
                ),
            },
            dead_end={"made by another run, otherwise": found(replace(HASTY, tags={OWNER_TAG: FOREIGN_RUN}))},
            foreign={"made by another run": found(replace(HASTY, tags={OWNER_TAG: FOREIGN_RUN}), past=CREATED)},
            undo_own={"created": found(OURS, past=CREATED), "set": found(QUEUE, past=SET)},
            undo_over={
                "never changed": found(QUEUE),
                "gone again": found(None, past=CREATED),
                "as before": found(HASTY, past=SET),
            },
        ),
        live=Live(
            plant=plant_nothing,
            takes=("create-dead-letters", "create-queue"),
            undo_takes=("delete-queue", "delete-dead-letters"),
            fingerprint=queues,
            plant_foreign=plant_foreign,
        ),
        exempt={
            "settling": "a queue is there at once",
            "unknown": "a queue has no status",
        },
    ),
    Case(
        kind="sqs.ensure",
        name="otherwise",
        params=PARAMS,
        live=Live(
            plant=plant_hasty,
            takes=("create-dead-letters", "set-queue"),
            undo_takes=("restore-queue", "delete-dead-letters"),
            fingerprint=queues,
        ),
    ),
)
