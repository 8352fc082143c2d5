"""Whom an environment has told of its runs, and of what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """What people are told of."""

    START = "start"
    APPROVAL = "approval"
    HELD = "held"
    VERDICT = "verdict"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationTarget:
    """Somebody who is told: through a webhook, a topic of SNS, or by mail. Exactly one of the three."""

    region: str
    """That of the secret, the topic or the sender: one that is there when it is needed."""
    webhook_secret: str | None = None
    """The name of the secret that holds the URL of a webhook as Slack has it."""
    topic: str | None = None
    """The name of a topic of the account, or its ARN."""
    sender: str | None = None
    """An address that SES has verified in the Region."""
    receivers: tuple[str, ...] = ()
    account: str | None = None
    """The account that it is in; the default account, if left out."""
    when: tuple[Moment, ...] = tuple(Moment)
    """What is told of; everything, if left out."""

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways that are given; there has to be one."""
        given = {"webhook_secret": self.webhook_secret, "topic": self.topic, "sender": self.sender}
        return tuple(name for name, value in given.items() if value is not None)
