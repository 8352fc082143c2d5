"""Check that mail can be sent from a Region, as it has to be there in a disaster.

Production access, quotas, identities and signing keys belong to a Region. The first of
them is granted by people at AWS within days, so it has to be known long before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.read_only import ReadOnly
from drctl.aws.ses import MailAccount, MailIdentity, find_identity, has_configuration_set, read_account
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

VERIFYING = frozenset({"PENDING", "TEMPORARY_FAILURE"})
"""SES looks for the DNS records again by itself (Amazon SES API v2 Reference, VerificationStatus)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    identity: str
    """The domain or the address that mail is sent from."""
    min_left_today: Annotated[int, Field(ge=0)] = 0
    """How many messages it must still be possible to send within the day's quota."""
    min_rate: Annotated[float, Field(ge=0)] = 0.0
    """Messages a second."""
    configuration_set: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    account: MailAccount
    identity: MailIdentity | None
    configuration_set: bool | None
    """Whether it is there; None where none was asked for."""


class SesCheck(ReadOnly):
    """Holds once mail from the identity goes to everybody, signed, in the wanted amount.

    Source of the statuses: Amazon SES API v2 Reference, GetAccount and GetEmailIdentity.
    """

    spec = ActionSpec(
        kind="ses.check",
        summary="Check that mail can be sent from a Region",
        params=Params,
        outputs={"left_today": ValueKind.NUMBER, "rate": ValueKind.NUMBER},
        expect=timedelta(seconds=10),
        deadline=timedelta(minutes=15),
        operations=("sesv2:GetAccount", "sesv2:GetEmailIdentity", "sesv2:GetConfigurationSet"),
        example="""\
- id: mail-can-be-sent
  uses: ses.check
  with: { region: eu-west-1, identity: amply.example, min_left_today: 20000, min_rate: 14 }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Sight:
        ses, configuration_set = ctx.aws.client("sesv2", params.region), params.configuration_set
        return Sight(
            account=read_account(ses),
            identity=find_identity(ses, params.identity),
            configuration_set=has_configuration_set(ses, configuration_set) if configuration_set else None,
        )

    def decide(self, params: Params, seen: Sight, past: Past) -> Decision:
        faults = [*_account_faults(params, seen.account), *_identity_faults(params, seen.identity)]
        if seen.configuration_set is False:
            there = f"there is no configuration set {params.configuration_set} in {params.region}"
            faults.append(Refuse(there, "create it, with its event destinations"))
        refused = [fault for fault in faults if isinstance(fault, Refuse)]
        if refused:
            # All that is wrong at once: some of it takes AWS days.
            return Refuse("; ".join(fault.because for fault in refused), refused[0].hint)
        return faults[0] if faults else Done(f"{params.identity} can send mail from {params.region}")

    def verify(self, params: Params, seen: Sight, past: Past, ctx: StepContext) -> Evidence:
        left, rate = seen.account.left, seen.account.rate
        unlimited = left == float("inf")
        amount = "any number of messages" if unlimited else f"{left:.0f} more messages today"
        return Evidence.of(
            f"{params.identity} can send {amount} from {params.region}, {rate:g} a second",
            outputs={"left_today": -1 if unlimited else left, "rate": rate},
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        arn = f"arn:aws:ses:{params.region}:{account}"
        sets = (f"{arn}:configuration-set/{params.configuration_set or '*'}",)
        return (
            Permission(("ses:GetAccount",), why="see what the account may send"),
            Permission(("ses:GetEmailIdentity",), (f"{arn}:identity/{params.identity}",), "see whether it is verified"),
            Permission(("ses:GetConfigurationSet",), sets, "see that it is there"),
        )


def _account_faults(params: Params, account: MailAccount) -> Iterator[Wait | Refuse]:
    where = params.region
    if not account.production:
        hint = "ask AWS for production access in this Region; it takes days"
        yield Refuse(f"SES in {where} is in the sandbox, and mail goes to nobody", hint)
    if not account.sending:
        yield Refuse(f"sending is switched off in {where}", "look at the account's dashboard of SES")
    if account.enforcement != "HEALTHY":
        hint = "look at the account's reputation and at AWS's case about it"
        yield Refuse(f"SES in {where} is {account.enforcement!r}", hint)
    if account.left < params.min_left_today:
        left = f"{account.left:.0f} messages are left of today's quota in {where}, fewer than {params.min_left_today}"
        yield Refuse(left, "ask for a higher quota, or send less")
    if account.rate < params.min_rate:
        slow = f"SES in {where} takes {account.rate:g} messages a second, fewer than {params.min_rate:g}"
        yield Refuse(slow, "ask for a higher rate")


def _identity_faults(params: Params, identity: MailIdentity | None) -> Iterator[Wait | Refuse]:
    where = f"{params.identity} in {params.region}"
    if identity is None:
        yield Refuse(f"there is no identity {where}", "create it; its DNS records can be there beforehand")
        return
    states = {"verification": identity.verification, "DKIM": identity.dkim, "MAIL FROM": identity.mail_from}
    for what, status in states.items():
        if status in VERIFYING:
            yield Wait(f"the {what} of {where} to leave {status!r}")
        elif status not in ("SUCCESS", None):
            yield Refuse(f"the {what} of {where} is {status!r}", "look at its DNS records")
    if not identity.may_send and identity.verification == "SUCCESS":
        yield Refuse(f"{where} is verified and may not send", "look at the identity and at the account's reputation")
