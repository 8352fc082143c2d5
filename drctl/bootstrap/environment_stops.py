"""What stops every run of an environment: its alarms, and one switch that anybody can throw who may write to it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from drctl.model.environment import Environment
from drctl.model.plan import Plan, PlannedStep, StopCondition

SWITCH = "environment-switch"


def with_stops(plan: Plan, environment: Environment) -> Plan:
    """`plan`, with the environment's stop conditions beside its own."""
    return replace(plan, stops=(*plan.stops, *_stops(environment)))


def _stops(environment: Environment) -> tuple[StopCondition, ...]:
    rings: dict[tuple[str | None, str], list[str]] = defaultdict(list)
    for alarm in environment.stop_alarms:
        rings[alarm.account, alarm.region].append(alarm.name)
    checks = [
        PlannedStep(
            id="-".join(filter(None, ("environment-alarms", account, region))),
            uses="cloudwatch.check_alarms",
            title=f"The alarms in {region} that stop every run in {environment.name}",
            account=account,
            params={"region": region, "alarms": tuple(names)},
            critical=False,
        )
        for (account, region), names in rings.items()
    ]
    if environment.kill_switch is not None:
        checks.append(
            PlannedStep(
                id=SWITCH,
                uses="ssm.check_parameter",
                title=f"The switch that stops every run in {environment.name}",
                params={"region": environment.sts_region, "name": environment.kill_switch},
                critical=False,
            )
        )
    return tuple(StopCondition(check=check) for check in checks)
