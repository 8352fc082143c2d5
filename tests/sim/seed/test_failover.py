"""An estate can have failover records, and what an action does to their health checks moves its traffic."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from drctl.loading.estate import load_estate
from drctl.model.decision import Done
from drctl.sim.dns import Dns
from drctl.sim.seed.plant import plant
from tests.actions.cases.route53_toggle_health_check import ID
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.simulated import RECOVERY, START, Simulated

CENTRAL, WEST = "192.0.2.1", "192.0.2.2"
ESTATE = f"""
estate: small
accounts: {{ production: "111111111111", shared-services: "444444444444" }}
default_account: production
regions: {{ primary: eu-central-1, recovery: eu-west-1 }}
places:
  production:
    eu-west-1:
      buckets: {{ switches: {{ versioning: true }} }}
zones:
  amply.example:
    account: shared-services
    health_checks:
      primary: {{ host: api.elsewhere.example, id: {ID} }}
      switch: {{ host: switches.s3.eu-west-1.amazonaws.com, path: /failover/api, inverted: true }}
    records:
      - {{ name: api.amply.example, values: [{CENTRAL}], failover: PRIMARY, set_identifier: one, health_check: primary }}
      - {{ name: api.amply.example, values: [{WEST}], failover: SECONDARY, set_identifier: two }}
      - {{ name: app.amply.example, values: [{CENTRAL}], failover: PRIMARY, set_identifier: one, health_check: switch }}
      - {{ name: app.amply.example, values: [{WEST}], failover: SECONDARY, set_identifier: two }}
"""  # noqa: E501
TOGGLE = {"health_check": ID, "inverted": True, "disabled": True}
SWITCH = {"region": RECOVERY, "bucket": "switches", "key": "failover/api"}


@pytest.fixture
def dns(simulated: Simulated) -> Dns:
    estate, problems = load_estate(ESTATE, "estate.yaml")
    assert estate is not None, problems
    plant(estate, simulated.app, START)
    return Dns(simulated.world)


@pytest.mark.parametrize(
    ("kind", "params", "account", "name"),
    [
        ("route53.toggle_health_check", TOGGLE, "shared-services", "api.amply.example"),
        ("route53.stop_switch", SWITCH, "production", "app.amply.example"),
    ],
)
def test_traffic_moves_with_the_action_and_back_with_its_undo(
    simulated: Simulated, dns: Dns, kind: str, params: dict[str, Any], account: str, name: str
) -> None:
    """As soon as checkers have noticed."""
    case = Case(kind=kind, params=params, account=account, live=Live(plant=lambda _: None))
    step = Driver(case, simulated)
    assert dns.destination(name) == CENTRAL
    assert isinstance(step.converge().decision, Done)
    simulated.advance(timedelta(seconds=90))
    assert dns.destination(name) == WEST
    assert isinstance(step.converge(undo=True).decision, Done)
    simulated.advance(timedelta(seconds=90))
    assert dns.destination(name) == CENTRAL


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("health_check: primary", "health_check: primry", "primary"),
        ("failover: SECONDARY, set_identifier: two", "failover: SECONDARY", "go with it"),
        ("failover: SECONDARY,", "failover: SECONDARY, weight: 1,", "not by both"),
    ],
)
def test_half_of_a_failover_is_a_mistake_in_the_estate(written: str, instead: str, told: str) -> None:
    """It is named, with what was meant where that can be told."""
    estate, problems = load_estate(ESTATE.replace(written, instead), "estate.yaml")
    assert estate is None
    assert any(told in f"{problem.message} {problem}" for problem in problems), problems
