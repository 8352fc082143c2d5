"""Queues with what waits in them, identities that mail is sent from, and topics."""

from __future__ import annotations

import json

from drctl.model.estate_services import Queue
from drctl.sim.seed.ground import Spot


def plant_queues(spot: Spot) -> None:
    """Every queue of the place is there, dead-letter queues before those that need them."""
    queues = dict(spot.place.queues)
    for queue in spot.place.queues.values():
        if queue.dead_letter is not None:
            queues.setdefault(queue.dead_letter, Queue(retention=queue.retention))
    waiting_for = {queue.dead_letter for queue in queues.values()}
    for name in sorted(queues, key=lambda name: (name not in waiting_for, name)):
        _plant_queue(spot, name, queues[name])


def plant_messages(spot: Spot) -> None:
    """Messages wait in the queues that have some."""
    sqs = spot.client("sqs")
    for name, queue in spot.place.queues.items():
        for number in range(queue.messages):
            body = json.dumps({"id": number, "queue": name})
            fifo = {"MessageGroupId": name, "MessageDeduplicationId": str(number)} if name.endswith(".fifo") else {}
            sqs.send_message(QueueUrl=spot.made("queue", name), MessageBody=body, **fifo)


def plant_mail(spot: Spot) -> None:
    """Every identity of the place is verified."""
    ses = spot.client("ses")
    for identity in spot.place.mail_identities:
        if "@" in identity:
            ses.verify_email_identity(EmailAddress=identity)
        else:
            ses.verify_domain_identity(Domain=identity)


def plant_topics(spot: Spot) -> None:
    """Every topic of the place is there with its subscribers."""
    sns = spot.client("sns")
    for name, topic in spot.place.topics.items():
        arn = sns.create_topic(Name=name)["TopicArn"]
        spot.note("topic", name, arn)
        for address in topic.emails:
            sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=address)


def _plant_queue(spot: Spot, name: str, queue: Queue) -> None:
    attributes = {
        "VisibilityTimeout": str(int(queue.visibility.total_seconds())),
        "MessageRetentionPeriod": str(int(queue.retention.total_seconds())),
    }
    if name.endswith(".fifo"):
        attributes["FifoQueue"] = "true"
    if queue.dead_letter is not None:
        arn = f"arn:aws:sqs:{spot.region}:{spot.account_id}:{queue.dead_letter}"
        policy = {"deadLetterTargetArn": arn, "maxReceiveCount": queue.max_receives}
        attributes["RedrivePolicy"] = json.dumps(policy)
    spot.note("queue", name, spot.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])
