"""Queues and the tasks that move messages between them, as frozen types. Nothing of SQS crosses Regions by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from drctl.aws.failures import absent, already

GONE = ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")
_COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    name: str
    url: str
    arn: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    messages: int = 0
    """How many messages are in it, about: waiting, delayed and in flight."""

    @property
    def redrive(self) -> Redrive | None:
        """Where messages go that nobody can handle; None where they stay."""
        policy = self.attributes.get("RedrivePolicy")
        if not policy:
            return None
        found = json.loads(policy)
        return Redrive(found["deadLetterTargetArn"], int(found["maxReceiveCount"]))


@dataclass(frozen=True, slots=True)
class Redrive:
    to: str
    """The ARN of the dead-letter queue."""
    receives: int

    def as_policy(self) -> str:
        """As the attribute `RedrivePolicy` holds it."""
        return json.dumps({"deadLetterTargetArn": self.to, "maxReceiveCount": self.receives})


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTask:
    """One task that moves the messages of a dead-letter queue (Amazon SQS API Reference, ListMessageMoveTasks)."""

    status: str
    started_ms: int
    """When it was started, by the clock of AWS, in milliseconds since 1970: it tells tasks apart."""
    moved: int
    to_move: int | None
    failure: str = ""


def find_queue(sqs: Any, name: str) -> Queue | None:
    """The queue of that name, or None where there is none."""
    with absent(*GONE):
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return Queue(
            name=name,
            url=url,
            arn=attributes["QueueArn"],
            attributes=attributes,
            tags=sqs.list_queue_tags(QueueUrl=url).get("Tags", {}),
            messages=sum(int(attributes.get(count, 0)) for count in _COUNTS),
        )
    return None


def create_queue(sqs: Any, name: str, attributes: Mapping[str, str], tags: Mapping[str, str]) -> None:
    """Make a queue with these attributes. AWS refuses for a minute after one of that name was deleted."""
    sqs.create_queue(QueueName=name, Attributes=dict(attributes), tags=dict(tags))


def set_attributes(sqs: Any, url: str, attributes: Mapping[str, str]) -> None:
    """Give a queue these attributes; those that are not named stay, an empty one is taken away."""
    sqs.set_queue_attributes(QueueUrl=url, Attributes=dict(attributes))


def delete_queue(sqs: Any, url: str) -> None:
    """Afterwards there is no such queue, and nothing of what was in it."""
    with already(*GONE):
        sqs.delete_queue(QueueUrl=url)


def purge_queue(sqs: Any, url: str) -> None:
    """Delete every message in the queue, for good; it takes up to a minute."""
    sqs.purge_queue(QueueUrl=url)


def list_move_tasks(sqs: Any, arn: str) -> tuple[MoveTask, ...]:
    """The newest ten tasks that moved, or move, what is in the queue of that ARN; the newest first."""
    listed = sqs.list_message_move_tasks(SourceArn=arn, MaxResults=10).get("Results", ())
    tasks = (
        MoveTask(
            status=raw["Status"],
            started_ms=int(raw["StartedTimestamp"]),
            moved=int(raw.get("ApproximateNumberOfMessagesMoved", 0)),
            to_move=raw.get("ApproximateNumberOfMessagesToMove"),
            failure=raw.get("FailureReason", ""),
        )
        for raw in listed
    )
    return tuple(sorted(tasks, key=lambda task: task.started_ms, reverse=True))


def start_move_task(sqs: Any, arn: str, to: str | None, most_per_second: int | None) -> None:
    """Begin to move the messages of a dead-letter queue to `to`, or back to the queues that they came from."""
    sqs.start_message_move_task(
        SourceArn=arn,
        **({"DestinationArn": to} if to else {}),
        **({"MaxNumberOfMessagesPerSecond": most_per_second} if most_per_second else {}),
    )


def queue_arn(region: str, account: str, name: str) -> str:
    """The ARN of a queue."""
    return f"arn:aws:sqs:{region}:{account}:{name}"
