"""Tell whoever has subscribed to a topic: by mail, by text message, or another system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.notify.telling import OUTPUTS, Delivery, Telling, one_line
from drctl.actions.parameters import CLOSED, Region
from drctl.aws.sns import LONGEST_SUBJECT, publish, topic_arn
from drctl.ports.action import ActionSpec, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    topic: Annotated[str, Field(pattern=r"^(arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:)?[A-Za-z0-9_-]{1,256}(\.fifo)?$")]
    """The name of a topic of the step's account, or the ARN of any topic in the Region."""
    message: str
    subject: str = ""
    """The heading of a mail. A longer one than 100 characters is cut, and what is not ASCII becomes a question mark,
    because SNS takes neither."""

    @property
    def whom(self) -> str:
        return f"the topic {self.topic.rsplit(':', 1)[-1]} in {self.region}"


class NotifySns(Telling):
    """Afterwards SNS took the message, or the evidence says why it did not. Never fails a run.

    SNS has no token that would keep it from sending twice, so that a doubtful message is not sent again.
    """

    operation = "sns:Publish"
    spec = ActionSpec(
        kind="notify.sns",
        summary="Tell the subscribers of an SNS topic; never fails a run",
        params=Params,
        outputs=OUTPUTS,
        expect=timedelta(seconds=5),
        deadline=timedelta(minutes=5),
        operations=("sns:Publish",),
        flips=("sns:Publish",),
        mutating=True,
        example="""\
- id: tell-on-call
  uses: notify.sns
  with:
    region: eu-west-1
    topic: amply-prod-alarms
    subject: Recovery in eu-west-1 has begun
    message: Amply is being recovered in eu-west-1. Do not deploy.
""",
    )

    def send(self, params: Params, ctx: StepContext) -> Delivery:
        arn = topic_arn(params.region, ctx.aws.account_id(), params.topic)
        sns = ctx.aws.client("sns", params.region, flip=True)
        subject = one_line(params.subject, LONGEST_SUBJECT).encode("ascii", "replace").decode()
        message = publish(sns, arn, params.message, subject=subject, group=ctx.run, token=ctx.token)
        return Delivery(True, f" (message {message})")

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        arn = topic_arn(params.region, account, params.topic)
        return (Permission(("sns:Publish",), (arn,), "tell its subscribers"),)
