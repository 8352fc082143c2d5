"""Whom an environment has told of its runs, and of what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from drctl.model.values import Json


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

    def as_step(self, text: str) -> tuple[str, Mapping[str, Json]]:
        """The action that tells this target `text`, and its parameters."""
        subject = text.partition(". ")[0]
        if self.webhook_secret is not None:
            return "notify.webhook", {"region": self.region, "url_secret": self.webhook_secret, "text": text}
        if self.topic is not None:
            return "notify.sns", {"region": self.region, "topic": self.topic, "message": text, "subject": subject}
        mail = {"sender": self.sender, "to": list(self.receivers), "subject": subject, "text": text}
        return "notify.email", {"region": self.region, **mail}

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways that are given; there has to be one."""
        given = {"webhook_secret": self.webhook_secret, "topic": self.topic, "sender": self.sender}
        return tuple(name for name, value in given.items() if value is not None)
