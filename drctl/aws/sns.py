"""Messages to the subscribers of a topic."""

from __future__ import annotations

from typing import Any

LONGEST_SUBJECT = 100
"""Characters, of ASCII and without line breaks (Amazon SNS API Reference, Publish)."""


def publish(sns: Any, arn: str, message: str, *, subject: str, group: str, token: str) -> str:
    """Send `message` to a topic; the answer is its id. `group` and `token` are for a FIFO topic, which orders by the
    one and within five minutes takes the other once only. Other topics send whatever they are given."""
    ordered = {"MessageGroupId": group, "MessageDeduplicationId": token} if arn.endswith(".fifo") else {}
    headed = {"Subject": subject} if subject else {}
    return str(sns.publish(TopicArn=arn, Message=message, **headed, **ordered)["MessageId"])


def topic_arn(region: str, account: str, topic: str) -> str:
    """The ARN of a topic that is named, or that is given by its ARN."""
    return topic if topic.startswith("arn:") else f"arn:aws:sns:{region}:{account}:{topic}"
