"""route53.toggle_health_check"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from drctl.aws.health_checks import HealthCheck
from drctl.model.past import ChangeState, Past, PastChange
from drctl.sim.moto_resources import global_resources
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import SHARED_SERVICES, Simulated

ID = "6d3c1a2b-0f4e-4a57-9c1d-2b8f5e7a9c10"
PARAMS: dict[str, Any] = {"health_check": ID, "inverted": True, "disabled": True}
MEASURED = HealthCheck(id=ID, version=1, type="HTTPS", inverted=False, disabled=False)
FAILED_OVER = replace(MEASURED, version=2, inverted=True, disabled=True)
EDITED = replace(MEASURED, version=2, disabled=True)


def toggled(state: ChangeState = ChangeState.RETURNED, kind: str = "") -> Past:
    change = PastChange(
        name="toggle",
        summary="toggle it",
        state=state,
        intended_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
        undo={"old": {"inverted": False, "disabled": False}, "new": {"inverted": True, "disabled": True}},
        failure_kind=kind,
        failure="route53: HealthCheckVersionMismatch",
    )
    return replace(PAST, changes=(change,))


LOST = toggled(ChangeState.INTENDED)
RACED = toggled(ChangeState.FAILED, "precondition")


def plant(simulated: Simulated) -> None:
    plant_check(simulated)


def plant_check(simulated: Simulated, **config: Any) -> None:
    """A health check of that id, which Route 53 itself would choose."""
    route53 = simulated.client("route53", "us-east-1", SHARED_SERVICES)
    usual = {"Type": "HTTPS", "FullyQualifiedDomainName": "api.amply.example", "ResourcePath": "/health", "Port": 443}
    route53.create_health_check(CallerReference="planted", HealthCheckConfig=config or usual)
    checks = global_resources("route53", SHARED_SERVICES).health_checks
    check = checks.pop(next(iter(checks)))
    checks[ID], check.id = check, ID


def configuration(simulated: Simulated) -> object:
    route53 = simulated.client("route53", "us-east-1", SHARED_SERVICES)
    return route53.get_health_check(HealthCheckId=ID)["HealthCheck"]["HealthCheckConfig"]


CASES = (
    Case(
        kind="route53.toggle_health_check",
        account="shared-services",
        params=PARAMS,
        sees=Sightings(
            absent={
                "as it measures": Sight(MEASURED),
                "half of it": Sight(EDITED),
                "another part was edited meanwhile": Sight(replace(MEASURED, version=2), RACED),
                "raced before the operator's retry": Sight(EDITED, replace(RACED, epoch=2)),
            },
            there={
                "as wanted": Sight(FAILED_OVER),
                "as wanted, from an earlier attempt": Sight(FAILED_OVER, LOST),
                "as wanted, by whoever won the race": Sight(FAILED_OVER, RACED),
            },
            dead_end={"no health check": Sight(None)},
            foreign={
                "toggled while it was being toggled": Sight(EDITED, RACED),
                "managed by an AWS service": Sight(replace(MEASURED, managed_by="servicediscovery.amazonaws.com")),
            },
            undo_own={
                "toggled": Sight(FAILED_OVER, toggled()),
                "toggled, the answer lost": Sight(FAILED_OVER, LOST),
            },
            undo_over={
                "never toggled": Sight(FAILED_OVER),
                "refused by Route 53": Sight(EDITED, RACED),
                "as before": Sight(MEASURED, toggled()),
                "never arrived": Sight(MEASURED, LOST),
            },
        ),
        live=Live(plant=plant, takes=("toggle",), undo_takes=("toggle-back",), fingerprint=configuration),
        exempt={
            "settling": "a health check has its switches at once",
            "unknown": "its switches are on or off",
            "foreign_live": "whose a switch is, only the race for it tells: see the tests of this action",
        },
    ),
    Case(
        kind="route53.toggle_health_check",
        name="one switch of two",
        account="shared-services",
        params={"health_check": ID, "disabled": True},
        sees=Sightings(
            absent={"as it measures": Sight(MEASURED), "inverted": Sight(replace(MEASURED, inverted=True))},
            there={"disabled": Sight(EDITED), "disabled and inverted": Sight(FAILED_OVER)},
        ),
    ),
)
