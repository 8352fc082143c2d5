"""sqs.purge"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.cases.sqs_ensure import NAME, QUEUE
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

FULL = replace(QUEUE, messages=3)
FOR_GOOD = "what is deleted is gone"
ANYBODY = "the messages are the queue's; an approval stands before this step"


def purged(state: ChangeState = ChangeState.RETURNED) -> Past:
    change = PastChange(
        name="purge",
        summary="delete them",
        state=state,
        intended_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
        undo={"messages": 3},
        flip=True,
    )
    return replace(PAST, changes=(change,))


def plant(simulated: Simulated) -> None:
    """Three tasks that have become stale."""
    sqs = simulated.client("sqs", RECOVERY)
    url = sqs.create_queue(QueueName=NAME)["QueueUrl"]
    for number in range(3):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))


CASES = (
    Case(
        kind="sqs.purge",
        params={"region": RECOVERY, "queue": NAME, "max_messages": 100},
        sees=Sightings(
            absent={
                "messages": Sight(FULL),
                "whether it was purged is in doubt": Sight(FULL, purged(ChangeState.INTENDED)),
            },
            settling={"purged, and not empty": Sight(FULL, purged())},
            there={"empty": Sight(QUEUE), "purged": Sight(QUEUE, purged())},
            dead_end={"no queue": Sight(None), "more than was meant": Sight(replace(QUEUE, messages=101))},
            undo_over={"never purged": Sight(FULL)},
        ),
        live=Live(plant=plant, takes=("purge",)),
        exempt={
            "unknown": "a queue has no status",
            "foreign": ANYBODY,
            "foreign_live": ANYBODY,
            "undo_own": FOR_GOOD,
            "undo": FOR_GOOD,
        },
    ),
)
