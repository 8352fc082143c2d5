"""Make sure that a run acts in the account and the Regions that it is meant for.

A profile's name lies, and an alias proves nothing: what decides is the account id that AWS tells for these
credentials. An alias or a role that is given besides has to be right as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.read_only import ReadOnly
from drctl.aws.caller import Caller, read_aliases, read_caller
from drctl.model.decision import Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

IAM_REGION = "us-east-1"
"""Where the control plane of IAM is, which answers for all Regions (AWS General Reference, IAM endpoints)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    regions: Annotated[tuple[Region, ...], Field(min_length=1)]
    """The Regions that the run is going to act in: each has to answer for this account."""
    allowed_regions: tuple[Region, ...] | None = None
    """The only Regions that it may act in; every Region that answers, if left out."""
    account_id: Annotated[str, Field(pattern=r"^\d{12}$")] | None = None
    """That of the step's account in the environment, if left out."""
    alias: Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$")] | None = None
    """What the account calls itself; not asked if left out."""
    role: Annotated[str, Field(min_length=1)] | None = None
    """The name of the role that has to be assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    expected: str
    """The account that it has to be."""
    callers: dict[str, Caller]
    """Who AWS says we are, in each of the Regions."""
    aliases: tuple[str, ...] | None = None
    """None where none was asked for, or where IAM gave no answer."""


class GuardAccount(ReadOnly):
    """Holds where these credentials are the right account's in every Region that is named.

    An alias that cannot be read, because IAM in us-east-1 does not answer, is a warning: the id has decided.
    Source: AWS STS API Reference, GetCallerIdentity; AWS IAM API Reference, ListAccountAliases.
    """

    spec = ActionSpec(
        kind="guard.account",
        summary="Make sure that this is the right account, in the right Regions",
        params=Params,
        outputs={"account": ValueKind.STRING, "arn": ValueKind.STRING},
        expect=timedelta(seconds=5),
        deadline=timedelta(minutes=5),
        operations=("sts:GetCallerIdentity", "iam:ListAccountAliases"),
        example="""\
- id: right-account
  uses: guard.account
  with: { regions: [eu-central-1, eu-west-1], alias: amply-production }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        return Seen(
            expected=params.account_id or ctx.aws.account_id(),
            callers={region: read_caller(ctx.aws.client("sts", region)) for region in params.regions},
            aliases=read_aliases(ctx.aws.client("iam", IAM_REGION)) if params.alias else None,
        )

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        barred = [region for region in params.regions if region not in (params.allowed_regions or params.regions)]
        if barred:
            return Refuse(f"{barred[0]} is no Region that this run may act in", "give the Region that was meant")
        for region, caller in seen.callers.items():
            if caller.account != seen.expected:
                wrong = f"these credentials are for account {caller.account} in {region}, and not for {seen.expected}"
                return Refuse(wrong, "sign in to the right account, or give the environment a role to assume")
            if params.role not in (None, caller.role):
                wrong = f"{caller.arn} is not the role {params.role}"
                return Refuse(wrong, "have the environment assume that role")
        if params.alias and seen.aliases is not None and params.alias not in seen.aliases:
            called = ", ".join(seen.aliases) or "by no alias"
            wrong = f"account {seen.expected} calls itself {called}, and not {params.alias}"
            return Refuse(wrong, "look whether `alias` or the account is the wrong one")
        return Done(f"this is account {seen.expected} in {', '.join(params.regions)}")

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        arn = next(iter(seen.callers.values())).arn
        unread = params.alias is not None and seen.aliases is None
        return Evidence.of(
            f"acting as {arn}",
            outputs={"account": seen.expected, "arn": arn},
            warning="the account's alias could not be read: IAM in us-east-1 does not answer" if unread else "",
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        asked = (Permission(("iam:ListAccountAliases",), why="see what the account calls itself"),)
        return (
            Permission(("sts:GetCallerIdentity",), why="see whose credentials these are"),
            *(asked if params.alias else ()),
        )
