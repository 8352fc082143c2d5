"""Tell people by mail, through SES in a Region that still stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.notify.telling import OUTPUTS, Delivery, Telling, one_line
from drctl.actions.parameters import CLOSED, Region
from drctl.aws.ses import send_mail
from drctl.ports.action import ActionSpec, Permission, StepContext

MOST_RECIPIENTS = 50
"""Of one mail (Amazon SES API v2 Reference, SendEmail, Destination)."""
LONGEST_SUBJECT = 300

Address = Annotated[str, Field(pattern=r"^([^<>\r\n]*<)?[^@\s<>,;]+@[^@\s<>,;]+>?$")]
"""on-call@example.org, or Name <on-call@example.org>."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    sender: Address
    """An address that SES has verified in the Region, itself or by its domain."""
    to: Annotated[tuple[Address, ...], Field(min_length=1, max_length=MOST_RECIPIENTS)]
    subject: str
    text: str

    @property
    def whom(self) -> str:
        others = f" and {len(self.to) - 1} more" if len(self.to) > 1 else ""
        return f"{self.to[0]}{others}"


class NotifyEmail(Telling):
    """Afterwards SES took the mail, or the evidence says why it did not. Never fails a run.

    That SES took it does not mean that it was read, or that it arrived: a bounce comes minutes later.
    """

    operation = "sesv2:SendEmail"
    spec = ActionSpec(
        kind="notify.email",
        summary="Tell people by mail through SES; never fails a run",
        params=Params,
        outputs=OUTPUTS,
        expect=timedelta(seconds=5),
        deadline=timedelta(minutes=5),
        operations=("sesv2:SendEmail",),
        flips=("sesv2:SendEmail",),
        mutating=True,
        example="""\
- id: tell-management
  uses: notify.email
  with:
    region: eu-west-1
    sender: recovery@amply.example
    to: [management@amply.example]
    subject: Amply is being recovered
    text: Frankfurt is down. Amply is being recovered in Ireland.
""",
    )

    def send(self, params: Params, ctx: StepContext) -> Delivery:
        subject = one_line(params.subject, LONGEST_SUBJECT)
        ses = ctx.aws.client("sesv2", params.region, flip=True)
        message = send_mail(ses, params.sender, params.to, subject, params.text, tags={"drctl-run": ctx.run})
        return Delivery(True, f" (message {message})")

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        # The identity may be the address or its domain; the role's own condition on ses:FromAddress narrows it.
        arn = f"arn:aws:ses:{params.region}:{account}:identity/*"
        return (Permission(("ses:SendEmail",), (arn,), f"send mail from {params.sender}"),)
