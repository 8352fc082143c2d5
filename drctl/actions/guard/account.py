"""Make sure that a run acts in the account and the Regions that it is meant for.

A profile's name lies, and an alias proves nothing: what decides is the account id that AWS tells for these
credentials. An alias or a role that is given besides has to be right as well, and so has the environment: a
parameter of SSM in each Region that says what it is for, which tells two places apart that look alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.read_only import ReadOnly
from drctl.aws.caller import IAM_REGION, Caller, read_aliases, read_caller
from drctl.aws.ssm import find_parameter, parameter_arn
from drctl.model.decision import Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


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
    environment: Annotated[str, Field(min_length=1)] | None = None
    """What `environment_parameter` has to hold in each of `regions`, such as production; not asked if left out."""
    environment_parameter: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-/]{1,1011}$")] = "/drctl/environment"
    """The parameter of SSM that says what environment a Region of the account belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    expected: str
    """The account that it has to be."""
    callers: dict[str, Caller]
    """Who AWS says we are, in each of the Regions."""
    aliases: tuple[str, ...] | None = None
    """None where none was asked for, or where IAM gave no answer."""
    environments: dict[str, str | None] = field(default_factory=dict)
    """What the parameter holds in each of the Regions, None where there is none; nothing where it was not asked."""


class GuardAccount(ReadOnly):
    """Holds where these credentials are the right account's in every Region that is named.

    An alias that cannot be read, because IAM in us-east-1 does not answer, is a warning: the id has decided.
    Source: AWS STS API Reference, GetCallerIdentity; AWS IAM API Reference, ListAccountAliases; AWS Systems Manager
    API Reference, GetParameter.
    """

    spec = ActionSpec(
        kind="guard.account",
        summary="Make sure that this is the right account, in the right Regions",
        params=Params,
        outputs={"account": ValueKind.STRING, "arn": ValueKind.STRING},
        expect=timedelta(seconds=5),
        deadline=timedelta(minutes=5),
        operations=("sts:GetCallerIdentity", "iam:ListAccountAliases", "ssm:GetParameter"),
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
            environments={one: _environment(params, ctx, one) for one in params.regions if params.environment},
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
        for region, environment in seen.environments.items():
            if environment != params.environment:
                return _other_environment(params, region, environment)
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
        marks = tuple(parameter_arn(one, account, params.environment_parameter) for one in params.regions)
        marked = (Permission(("ssm:GetParameter",), marks, why="see what environment this is"),)
        asked = (Permission(("iam:ListAccountAliases",), why="see what the account calls itself"),)
        return (
            Permission(("sts:GetCallerIdentity",), why="see whose credentials these are"),
            *(asked if params.alias else ()),
            *(marked if params.environment else ()),
        )


def _environment(params: Params, ctx: StepContext, region: str) -> str | None:
    found = find_parameter(ctx.aws.client("ssm", region), params.environment_parameter)
    return None if found is None else found.value


def _other_environment(params: Params, region: str, environment: str | None) -> Refuse:
    name = params.environment_parameter
    if environment is None:
        missing = f"there is no parameter {name} in {region}, which would say what environment it is"
        return Refuse(missing, f"put {params.environment} into it, if this is {params.environment}")
    wrong = f"{name} in {region} says that this is {environment}, and not {params.environment}"
    return Refuse(wrong, "look whether `environment` or the account is the wrong one")
