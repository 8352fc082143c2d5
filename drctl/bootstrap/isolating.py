"""The isolation of a drill, asserted before it starts: every breach at once, and nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from drctl.bootstrap import preflight
from drctl.bootstrap.requests import SIMULATED
from drctl.errors import GuardRefused
from drctl.model.environment import Environment
from drctl.model.events import Mode, RunStarted
from drctl.model.isolation import breaches
from drctl.model.plan import Plan

if TYPE_CHECKING:
    from drctl.aws.isolation import NetworkUse
    from drctl.bootstrap.world import RunWorld
    from drctl.ports.aws import AwsAccess


def confirm_isolation(access: AwsAccess, environment: Environment, plan: Plan) -> None:
    """Make sure that a drill by `plan` reaches nothing of production. Raises GuardRefused with every breach."""
    from drctl.aws.isolation import network_breaches

    isolation = environment.isolation
    if isolation is None:
        return
    used = sorted(preflight.accounts_of(plan, environment))
    ids = {name: account.id for name, account in environment.accounts.items()}
    found = [
        *breaches(isolation, plan, ids, used),
        *network_breaches(
            access, isolation, used, frozenset(ids.values()), environment.regions, tuple(_uses(plan, environment))
        ),
    ]
    if found:
        raise GuardRefused(
            f"a drill of {plan.runbook} in {environment.name} is not isolated",
            context=found,
            hint=f"look at `isolation` of {environment.name}, at the runbook and at the network",
        )


def stay_isolated(world: RunWorld, began: RunStarted, plan: Plan) -> None:
    """Make sure that a drill that goes on is as isolated as it had to be when it began. Raises GuardRefused."""
    from drctl.bootstrap.environment_world import EnvironmentSettings

    if began.mode is not Mode.DRILL or began.environment == SIMULATED:
        return
    confirm_isolation(world.access(began.run), EnvironmentSettings.read(began.settings).described(), plan)


def _uses(plan: Plan, environment: Environment) -> Iterator[NetworkUse]:
    from drctl.aws.isolation import NetworkUse

    for step in plan.steps:
        given, region = step.params.get("security_groups"), step.params.get("region")
        cluster, service = step.params.get("cluster"), step.params.get("service")
        groups = tuple(one for one in given if isinstance(one, str)) if isinstance(given, tuple) else ()
        serves = isinstance(cluster, str) and isinstance(service, str)
        if isinstance(region, str) and (groups or serves):
            yield NetworkUse(
                step.id,
                step.account or environment.default_account,
                region,
                groups,
                str(cluster) if serves else "",
                str(service) if serves else "",
            )
