"""What is made sure of before a run in an environment begins: that nothing it does can hit the wrong thing.

Everything here only looks. Whatever is not as it has to be is a refusal, all of it at once where it can be.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from drctl.errors import GuardRefused, Refused
from drctl.model.environment import Environment
from drctl.model.events import Mode
from drctl.model.failure import CallFailure, FailureKind
from drctl.model.plan import Plan, PlannedStep
from drctl.model.reference import Template, Value
from drctl.model.region import is_region

if TYPE_CHECKING:
    from drctl.aws.sessions import AwsSessions

_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:([a-z0-9-]*):(\d{12}):")

_SIGN_IN = "sign in again, and look which profile or role this terminal uses"
_HINTS: Mapping[FailureKind, str] = {FailureKind.EXPIRED: _SIGN_IN, FailureKind.AUTH: _SIGN_IN}


def allow(environment: Environment, mode: Mode, plan: Plan) -> None:
    """Let the plan be run in that mode. Raises GuardRefused with every step that points somewhere else."""
    if mode not in environment.modes:
        raise GuardRefused(
            f"{environment.name} is not for {mode}",
            context=[f"its `modes`: {', '.join(environment.modes)}"],
            hint=f"choose another environment, or allow {mode} in its file",
        )
    wrong = [f"{step.id}: {why}" for step in plan.steps for why in _astray(step, environment)]
    if wrong:
        raise GuardRefused(
            f"{plan.runbook} points out of {environment.name}",
            context=wrong,
            hint=f"look at the runbook, and at `accounts`, `regions` and `variables` of {environment.name}",
        )


def confirm(access: AwsSessions, environment: Environment, accounts: Collection[str]) -> Mapping[str, str]:
    """Make sure of each of these accounts; the ARNs that we act as in them. Raises GuardRefused."""
    return {account: _confirmed(access, environment, account) for account in sorted(accounts)}


def accounts_of(plan: Plan, environment: Environment) -> Collection[str]:
    """The accounts that the plan's steps work in, and the default one."""
    checks = (stop.check for stop in plan.stops)
    named = {step.account for step in (*plan.steps, *checks) if step.account is not None}
    return named | {environment.default_account}


def _astray(step: PlannedStep, environment: Environment) -> Iterator[str]:
    accounts = {account.id for account in environment.accounts.values()}
    for text in _texts(dict(step.params)):
        if is_region(text) and text not in environment.regions:
            yield f"{text} is none of its Regions, which are {', '.join(environment.regions)}"
        for region, account in _ARN.findall(text):
            if account not in accounts:
                yield f"{text} is in account {account}, which is none of its accounts"
            elif region and region not in environment.regions:
                yield f"{text} is in {region}, which is none of its Regions"


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Template):
        # What is known of it: an ARN whose last part is a step's output has its account in front.
        yield "".join(part if isinstance(part, str) else "*" for part in value.parts)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)


def _confirmed(access: AwsSessions, environment: Environment, account: str) -> str:
    try:
        return access.confirm(account)
    except Refused:
        raise
    except Exception as error:
        failure = access.classify(error)
        if failure is None:
            raise
        raise _unconfirmed(failure, environment, account) from error


def _unconfirmed(failure: CallFailure, environment: Environment, account: str) -> GuardRefused:
    known = environment.accounts[account]
    if failure.operation == "AssumeRole":
        what = f"the role of {account} could not be assumed: {known.role}"
        hint = "look whether the role is there, and whether its trust policy names whoever you are signed in as"
    else:
        what = f"it could not be made sure that this is {account} ({known.id}) of {environment.name}"
        hint = _HINTS.get(failure.kind, "try again, or look at `drctl check`")
    return GuardRefused(what, context=[f"AWS says: {failure}"], hint=hint)
