"""The cost of a drill: what AWS would bill by a dated list, and never a guess for what the list does not have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

import drctl
from drctl.loading.prices import load_prices
from drctl.model.cost import Price, Prices, cost_of
from drctl.model.inventory import Resource
from drctl.model.values import Json
from tests.fakes.clock import START

PRICES = Prices(
    "2026-11-27",
    {
        "eu-west-1": {
            "rds:db.t3.micro": Price(0.02, "hour"),
            "rds:storage:gp3": Price(0.146, "gb-month"),
            "elasticache:cache.t3.micro": Price(0.018, "hour"),
            "fargate:vcpu": Price(0.04, "hour"),
            "fargate:gb": Price(0.004, "hour"),
        }
    },
)
DATABASE: dict[str, Json] = {"class": "db.t3.micro", "storage_gb": 20, "storage_type": "gp3", "multi_az": False}
TASK: Mapping[str, Json] = {"cpu": "256", "memory": "512"}


def one(kind: str, size: Mapping[str, Json], *, region: str = "eu-west-1", known: bool = True) -> Resource:
    return Resource(
        arn=f"arn:{kind}", kind=kind, account="222222222222", region=region, name="drill", size=size,
        since=START if known else None,
    )  # fmt: skip


def usd(*resources: Resource, after: timedelta = timedelta(hours=1)) -> float:
    return cost_of(resources, START + after, PRICES).usd


def test_a_database_costs_its_hours_and_its_storage() -> None:
    assert usd(one("rds:db", DATABASE)) == pytest.approx(0.02 + 20 * 0.146 / 730)


def test_with_a_standby_it_costs_twice_that() -> None:
    single, double = one("rds:db", DATABASE), one("rds:db", {**DATABASE, "multi_az": True})
    assert usd(double) == pytest.approx(2 * usd(single))


def test_rds_bills_ten_minutes_at_least() -> None:
    short = usd(one("rds:db", {**DATABASE, "storage_gb": 0}), after=timedelta(minutes=1))
    assert short == pytest.approx(0.02 / 6)


def test_elasticache_bills_whole_hours_of_each_node() -> None:
    group = one("elasticache:replicationgroup", {"class": "cache.t3.micro", "nodes": 2})
    assert usd(group, after=timedelta(minutes=61)) == pytest.approx(2 * 2 * 0.018)


def test_fargate_bills_vcpu_and_memory() -> None:
    assert usd(one("ecs:task", TASK)) == pytest.approx(0.25 * 0.04 + 0.5 * 0.004)


@pytest.mark.parametrize(
    ("resource", "missing"),
    [
        (one("rds:db", {**DATABASE, "class": "db.r6g.large"}), "rds:db.r6g.large in eu-west-1"),
        (one("ecs:task", TASK, region="us-east-1"), "fargate:vcpu in us-east-1"),
        (one("rds:snapshot", {"storage_gb": 20}), "rds:backup in eu-west-1"),
        (one("ecs:task", TASK, known=False), "drill, whose age is not known"),
    ],
)
def test_what_there_is_no_price_for_is_said_and_not_guessed(resource: Resource, missing: str) -> None:
    found = cost_of([resource], START + timedelta(hours=1), PRICES)
    assert missing in found.missing
    assert not any(part.what.endswith(missing.partition(" in ")[0]) for part in found.parts)


def test_the_sum_is_that_of_its_parts_and_the_dearest_comes_first() -> None:
    found = cost_of([one("ecs:task", TASK), one("rds:db", DATABASE)], START + timedelta(hours=3), PRICES)
    assert found.usd == pytest.approx(sum(part.usd for part in found.parts))
    assert [part.usd for part in found.parts] == sorted((part.usd for part in found.parts), reverse=True)
    assert found.prices_of == "2026-11-27"


def test_a_queue_costs_nothing_while_it_lies_there() -> None:
    assert cost_of([one("sqs:queue", {})], START + timedelta(days=1), PRICES).parts == ()


def test_the_packaged_list_is_one_and_each_figure_names_its_source() -> None:
    path = Path(drctl.__file__).parent / "prices.yaml"
    found, problems = load_prices(path.read_text(), "prices.yaml")
    assert problems == ()
    assert found is not None
    assert set(found.regions) == {"eu-central-1", "eu-west-1"}
    assert path.read_text().count("source: A") == sum(len(entries) for entries in found.regions.values())


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("read_on: yesterday\nregions: {}", "expected a date"),
        ("read_on: 2026-11-27\nregions: { eu-west-1: { a: { usd: 1.0, per: hour } } }", "source"),
        (
            "read_on: 2026-11-27\nregions: { eu-west-1: { a: { usd: -1.0, per: hour, source: s } } }",
            "less than nothing",
        ),
        ("read_on: 2026-11-27\nregions: { eu-west-1: { a: { usd: 1.0, per: month, source: s } } }", "per"),
    ],
)
def test_a_list_that_is_wrong_is_refused_with_the_place(line: str, why: str) -> None:
    found, problems = load_prices(line, "prices.yaml")
    assert found is None
    assert any(why in str(problem) for problem in problems)
