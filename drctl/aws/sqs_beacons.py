"""Beacons in a queue: a message for each, in a queue that is for nothing else.

Whoever receives a message counts it as tried, and a queue with a dead-letter queue moves what was tried too often. So
such a queue, an application's, is neither written nor read here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.aws.failures import absent
from drctl.aws.sqs import GONE
from drctl.model.beacon import Beacon, Survivor, parse_beacon

ATTRIBUTE = "drctl-beacon"
"""By which everybody can tell a beacon from work; its value is the store's name."""
_LOOKS = 60
_QUIET = 3
"""After so many answers without anything new, what is in the queue is taken to be known."""
_KEPT_PERIODS = 5
_BATCH = 10
"""(Amazon SQS API Reference, ReceiveMessage)"""
_HIDDEN_S = 20
"""How long what was seen is hidden where one answer does not hold all: or the same would come again and again."""


@dataclass(frozen=True, slots=True)
class BeaconQueue:
    url: str
    has_redrive: bool
    """Whether messages that are received too often go somewhere else: it is an application's."""
    messages: int = 0
    """How many there are, about."""


@dataclass(frozen=True, slots=True)
class _Found:
    survivor: Survivor
    receipt: str


def find_beacon_queue(sqs: Any, name: str) -> BeaconQueue | None:
    """The queue of that name; None where there is none."""
    with absent(*GONE):
        url = str(sqs.get_queue_url(QueueName=name)["QueueUrl"])
        asked = ["RedrivePolicy", "ApproximateNumberOfMessages"]
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=asked).get("Attributes", {})
        return BeaconQueue(url, bool(told.get("RedrivePolicy")), int(told.get("ApproximateNumberOfMessages", 0)))
    return None


def send_beacon(sqs: Any, url: str, beacon: Beacon) -> None:
    """Afterwards the message is in the queue, for as long as the queue retains messages."""
    marked = {ATTRIBUTE: {"DataType": "String", "StringValue": beacon.store}}
    sqs.send_message(QueueUrl=url, MessageBody=beacon.text, MessageAttributes=marked)


def find_messages(sqs: Any, queue: BeaconQueue, store: str) -> tuple[Survivor, ...]:
    """The beacons of `store` that are in the queue, as far as some looks show. Nothing is deleted."""
    return tuple(found.survivor for found in _received(sqs, queue, store).values())


def prune_messages(sqs: Any, queue: BeaconQueue, beacon: Beacon) -> None:
    """Delete messages of the same store and environment that are older than some periods, and no others."""
    oldest = beacon.at - _KEPT_PERIODS * max(beacon.every, timedelta(seconds=1))
    old = [
        found.receipt
        for found in _received(sqs, queue, beacon.store).values()
        if found.survivor.beacon.environment == beacon.environment and found.survivor.beacon.at < oldest
    ]
    # One by one: with a writer that keeps its time, there is one.
    for receipt in old:
        sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=receipt)


def _received(sqs: Any, queue: BeaconQueue, store: str) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    quiet = 0
    for _ in range(_LOOKS):
        answer = sqs.receive_message(
            QueueUrl=queue.url,
            MaxNumberOfMessages=_BATCH,
            VisibilityTimeout=_HIDDEN_S if queue.messages > _BATCH else 0,
            WaitTimeSeconds=0,
            AttributeNames=["SentTimestamp"],
            MessageAttributeNames=[ATTRIBUTE],
        )
        before = len(found)
        found |= {
            str(message["MessageId"]): _Found(survivor, str(message["ReceiptHandle"]))
            for message in answer.get("Messages", ())
            if (survivor := _read(message, store)) is not None
        }
        quiet = quiet + 1 if len(found) == before else 0
        if quiet == _QUIET:
            break
    return found


def _read(message: Any, store: str) -> Survivor | None:
    if message.get("MessageAttributes", {}).get(ATTRIBUTE, {}).get("StringValue") != store:
        return None
    beacon = parse_beacon(str(message.get("Body", "")))
    if beacon is None or beacon.store != store:
        return None
    sent_ms = message.get("Attributes", {}).get("SentTimestamp")
    return Survivor(beacon, datetime.fromtimestamp(int(sent_ms) / 1000, UTC) if sent_ms else None)
