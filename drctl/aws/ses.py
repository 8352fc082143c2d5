"""Whether a Region may send mail, and one mail, as frozen types. Nothing of SES crosses Regions by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drctl.aws.failures import absent


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAccount:
    """What the account may send in one Region (Amazon SES API v2 Reference, GetAccount)."""

    production: bool
    """Whether mail goes to everybody; without production access only to identities of one's own."""
    sending: bool
    enforcement: str
    daily_quota: float
    """Messages in 24 hours; -1 where there is no limit."""
    rate: float
    """Messages a second."""
    sent: float
    """Messages in the last 24 hours."""

    @property
    def left(self) -> float:
        """How many messages may still be sent today; infinite where there is no limit."""
        return float("inf") if self.daily_quota < 0 else max(0.0, self.daily_quota - self.sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailIdentity:
    """A domain or an address that mail is sent from (Amazon SES API v2 Reference, GetEmailIdentity)."""

    name: str
    may_send: bool
    verification: str
    dkim: str | None
    """How far the signing key is verified; None for an address, which is signed for by its domain."""
    mail_from: str | None = None
    """How far the identity's own MAIL FROM domain is verified; None where it has none."""


def read_account(ses: Any) -> MailAccount:
    """What the account may send in the client's Region."""
    raw = ses.get_account()
    quota = raw["SendQuota"]
    return MailAccount(
        production=raw["ProductionAccessEnabled"],
        sending=raw["SendingEnabled"],
        enforcement=raw["EnforcementStatus"],
        daily_quota=float(quota["Max24HourSend"]),
        rate=float(quota["MaxSendRate"]),
        sent=float(quota["SentLast24Hours"]),
    )


def find_identity(ses: Any, name: str) -> MailIdentity | None:
    """The identity of that name, or None where there is none in the client's Region."""
    with absent("NotFoundException"):
        raw = ses.get_email_identity(EmailIdentity=name)
        own_mail_from = raw.get("MailFromAttributes", {})
        return MailIdentity(
            name=name,
            may_send=raw["VerifiedForSendingStatus"],
            verification=raw["VerificationStatus"],
            dkim=None if raw["IdentityType"] == "EMAIL_ADDRESS" else raw["DkimAttributes"]["Status"],
            mail_from=own_mail_from["MailFromDomainStatus"] if own_mail_from.get("MailFromDomain") else None,
        )
    return None


def has_configuration_set(ses: Any, name: str) -> bool:
    """Whether there is a configuration set of that name in the client's Region."""
    with absent("NotFoundException"):
        ses.get_configuration_set(ConfigurationSetName=name)
        return True
    return False


def send_mail(ses: Any, sender: str, to: Sequence[str], subject: str, text: str, *, tags: Mapping[str, str]) -> str:
    """Send one mail of plain text; the answer is its id. `tags` mark it in the events that SES sends about it."""
    answer = ses.send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": list(to)},
        Content={
            "Simple": {
                "Subject": {"Data": subject, "Charset": "UTF-8"},
                "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
            }
        },
        # Values may hold letters, digits, hyphens and underscores (Amazon SES API v2 Reference, MessageTag).
        EmailTags=[
            {"Name": name, "Value": re.sub(r"[^\w-]", "_", value, flags=re.ASCII)} for name, value in tags.items()
        ],
    )
    return str(answer["MessageId"])
