"""What a queue has to look like, and the attributes that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from drctl.actions.parameters import CLOSED, Duration, Region
from drctl.aws.sqs import Queue, Redrive

QueueName = Annotated[str, Field(pattern=r"^([A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo)$")]


def _visibility(span: timedelta) -> timedelta:
    return _between(span, timedelta(0), timedelta(hours=12))


def _retention(span: timedelta) -> timedelta:
    return _between(span, timedelta(minutes=1), timedelta(days=14))


def _between(span: timedelta, least: timedelta, most: timedelta) -> timedelta:
    if not least <= span <= most:
        raise ValueError(f"SQS takes from {least} to {most}, got {span}")
    return span


Retention = Annotated[Duration, AfterValidator(_retention)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """What is left out is not looked at in a queue that is there, and is SQS's own choice in a new one."""

    __pydantic_config__ = CLOSED

    region: Region
    queue: QueueName
    dead_letter_queue: QueueName | None = None
    max_receives: Annotated[int, Field(ge=1, le=1000)] = 5
    """How often a message may be received before it goes to the dead-letter queue."""
    visibility: Annotated[Duration, AfterValidator(_visibility)] | None = None
    """How long a message that is being handled is hidden: at least as long as the longest task."""
    retention: Retention | None = None
    dead_letter_retention: Retention | None = None
    kms_key: str | None = None
    """The key, or its alias, that both queues are encrypted with."""

    def __post_init__(self) -> None:
        if self.dead_letter_queue == self.queue:
            raise ValueError("a queue cannot be its own dead-letter queue")
        if self.dead_letter_queue is None and self.dead_letter_retention is not None:
            raise ValueError("`dead_letter_retention` needs a `dead_letter_queue`")
        if self.dead_letter_queue and self.dead_letter_queue.endswith(".fifo") != self.queue.endswith(".fifo"):
            raise ValueError("a FIFO queue needs a FIFO dead-letter queue, and any other queue one that is none")

    def attributes(self, dead_letters_to: str | None) -> Mapping[str, str]:
        """The attributes that the queue has to have; its dead letters go to the queue of that ARN."""
        redrive = {"RedrivePolicy": Redrive(dead_letters_to, self.max_receives).as_policy()} if dead_letters_to else {}
        hidden = {} if self.visibility is None else {"VisibilityTimeout": _seconds(self.visibility)}
        return hidden | _kept(self.retention) | self._both(self.queue) | redrive

    def dead_letter_attributes(self) -> Mapping[str, str]:
        """The attributes that the dead-letter queue has to have."""
        return _kept(self.dead_letter_retention) | self._both(self.dead_letter_queue or "")

    def _both(self, name: str) -> dict[str, str]:
        fifo = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
        return fifo | ({"KmsMasterKeyId": self.kms_key} if self.kms_key else {})


def differences(queue: Queue, wanted: Mapping[str, str]) -> Mapping[str, str]:
    """Those of `wanted` that the queue has otherwise."""
    return {name: value for name, value in wanted.items() if not _is(queue, name, value)}


def _is(queue: Queue, name: str, value: str) -> bool:
    if name != "RedrivePolicy":
        return queue.attributes.get(name) == value
    # SQS writes the JSON of a policy in its own way.
    return queue.redrive is not None and queue.redrive.as_policy() == value


def _kept(span: timedelta | None) -> dict[str, str]:
    return {} if span is None else {"MessageRetentionPeriod": _seconds(span)}


def _seconds(span: timedelta) -> str:
    return str(int(span.total_seconds()))
