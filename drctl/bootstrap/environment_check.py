"""Look whether an environment can be used from here: whose credentials these are, and whether its guard is content."""

from __future__ import annotations

from collections.abc import Mapping

from drctl.bootstrap import preflight, texts
from drctl.bootstrap.environment_world import EnvironmentWorld, MfaCode
from drctl.model.values import Json


def check_environment(
    name: str, runbook: str | None, inputs: Mapping[str, str], mfa_code: MfaCode | None = None
) -> Mapping[str, Json]:
    """What a run there would act as, in each account that `runbook` uses, or in every one.

    Nothing is changed, and nothing is recorded. Raises Refused where a run would be.
    """
    environment, settings = texts.environment_of(name)
    accounts = frozenset(environment.accounts)
    if runbook is not None:
        plan = texts.environment_runbook(runbook, inputs, environment).plan_or_refuse()
        preflight.allow(environment, environment.modes[0], plan)
        accounts = frozenset(preflight.accounts_of(plan, environment))
    world = EnvironmentWorld(environment, settings, mode=environment.modes[0], mfa_code=mfa_code)
    acting = preflight.confirm(world.access("check"), environment, accounts)
    return {
        "environment": environment.name,
        "simulated": environment.endpoint_url is not None,
        "modes": [str(mode) for mode in environment.modes],
        "regions": list(environment.regions),
        "marker": environment.marker,
        "accounts": {
            account: {"id": environment.accounts[account].id, "acting_as": arn} for account, arn in acting.items()
        },
    }
