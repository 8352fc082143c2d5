"""A scenario may say what of a Region was never built, as long as nothing is left that stands on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drctl.loading.estate import load_estate
from drctl.loading.scenario import load_scenario
from drctl.model.estate import Estate
from drctl.model.infrastructure import Infrastructure
from tests.loading.shipped import AMPLY, find_scenario


@pytest.fixture(scope="module")
def amply() -> Estate:
    estate, _ = load_estate(AMPLY.read_text(), "amply.yaml")
    assert estate is not None
    return estate


def told(text: str, estate: Estate, more: str = "") -> list[str]:
    scenario = f"scenario: test\nestate:\n  unbuilt: {text}\n{more}"
    _, problems = load_scenario(scenario, "test.yaml", find=find_scenario, estate=estate)
    return [problem.message for problem in problems]


@pytest.mark.parametrize("region", ["recovery", "eu-west-1"])
def test_what_stands_on_nothing_else_can_be_left_out(amply: Estate, region: str) -> None:
    assert told(f"{{ {region}: [load_balancers, clusters, queues] }}", amply) == []


def test_all_of_it_can_be_left_out_together_once_nothing_stands_on_it(amply: Estate) -> None:
    kinds = ", ".join(kind.value for kind in Infrastructure if kind is not Infrastructure.BUCKETS)
    assert "the databases of the estate" in " ".join(told(f"{{ recovery: [{kinds}] }}", amply))
    assert told(f"{{ recovery: [{kinds}] }}", amply, "  missing_databases: [amply-prod-replica]\n") == []


def test_a_database_of_the_primary_region_is_none_that_the_recovery_region_lacks(amply: Estate) -> None:
    (wrong,) = told("{}", amply, "  missing_databases: [amply-prod]\n")
    assert "database in eu-west-1" in wrong


def test_the_configuration_is_for_accounts_of_the_estate(amply: Estate) -> None:
    more = "terraform: { allowed_accounts: [stagnig], destroys: [aws_db_instance.old] }\n"
    (wrong,) = told("{}", amply, more)
    assert "stagnig" in wrong


def test_what_terraform_destroys_is_named_by_its_address(amply: Estate) -> None:
    (wrong,) = told("{}", amply, "terraform: { destroys: [old] }\n")
    assert "aws_db_instance.old" in wrong


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{ recovery: [load_balancers] }", "the clusters of the estate"),
        ("{ recovery: [topics] }", "the alarms of the estate"),
        ("{ recovery: [buckets] }", "replication"),
        ("{ primary: [networks] }", "the databases of the estate"),
        ("{ recovery: [databases] }", "databases"),
        ("{ eu-west-9: [queues] }", "eu-west-9"),
    ],
)
def test_what_would_leave_something_in_the_air_is_refused(amply: Estate, text: str, why: str) -> None:
    assert any(why in message for message in told(text, amply)), told(text, amply)


def test_what_the_estate_never_had_is_refused(amply: Estate) -> None:
    places = {
        account: {region: replace(place, queues={}) for region, place in regions.items()}
        for account, regions in amply.places.items()
    }
    assert "the estate has no queues in eu-west-1" in told("{ recovery: [queues] }", replace(amply, places=places))
