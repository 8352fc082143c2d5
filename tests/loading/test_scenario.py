"""A scenario's file becomes the model, with what it extends folded in, or a list of all that is wrong with it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drctl.loading.estate import load_estate
from drctl.loading.scenario import load_scenario, scenario_schema
from drctl.loading.yaml_source import read_yaml
from drctl.model.estate import Estate
from drctl.model.problem import Problem
from drctl.model.scenario import LossMode, Scenario
from drctl.sim.durations import DEFAULTS
from tests.loading.shipped import AMPLY, SCENARIOS, find_scenario


@pytest.fixture(scope="module")
def amply() -> Estate:
    estate, _ = load_estate(AMPLY.read_text(), "amply.yaml")
    assert estate is not None
    return estate


def shipped(name: str) -> Scenario:
    found = find_scenario(name)
    assert found is not None
    scenario, problems = load_scenario(*found, find=find_scenario)
    assert problems == ()
    assert scenario is not None
    return scenario


def problems_of(text: str, estate: Estate | None = None, **others: str) -> tuple[Problem, ...]:
    """What is wrong with the scenario in `text`, which may extend `others`."""

    def find(name: str) -> tuple[str, str] | None:
        return (others[name], f"{name}.yaml") if name in others else None

    scenario, problems = load_scenario(text, "scenario.yaml", find=find, durations=DEFAULTS, estate=estate)
    assert (scenario is None) == bool(problems)
    return problems


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_scenario_that_comes_with_drctl_fits_the_estate_that_does(path: Path, amply: Estate) -> None:
    scenario, problems = load_scenario(
        path.read_text(), str(path), find=find_scenario, durations=DEFAULTS, estate=amply
    )
    assert problems == ()
    assert scenario is not None
    assert scenario.name == path.stem


def test_a_scenario_has_everything_of_the_one_it_extends_but_what_it_says_itself() -> None:
    base, slow = shipped("region-down"), shipped("slow-restore")
    assert slow.lost_regions == base.lost_regions
    assert slow.declared_after == base.declared_after == timedelta(minutes=10)
    assert slow.title != base.title
    assert slow.durations == {"rds.restore": timedelta(hours=4, minutes=30)}


def test_mappings_are_joined_key_by_key_and_lists_are_replaced() -> None:
    base = "scenario: base\ndurations: { rds.restore: 1h, rds.create: 1h }\nlost_regions: [{ region: primary }]"
    own = "scenario: own\nextends: base\ndurations: { rds.create: 2h }\nlost_regions: []"
    scenario, _ = load_scenario(own, "own.yaml", find=lambda _: (base, "base.yaml"))
    assert scenario is not None
    assert scenario.durations == {"rds.restore": timedelta(hours=1), "rds.create": timedelta(hours=2)}
    assert scenario.lost_regions == ()


def test_503_may_stand_without_quotes() -> None:
    text = "scenario: x\nlost_regions: [{ region: primary, mode: 503 }]"
    scenario, _ = load_scenario(text, "x.yaml", find=lambda _: None)
    assert scenario is not None
    assert scenario.lost_regions[0].mode is LossMode.UNAVAILABLE


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("scenario: x\ndetected_after: 9", "2:17  detected_after  expected a duration such as 45s, 20m or 1h30m"),
        ("scenario: x\ndetected_after: 9m", "2:17  detected_after  is after `declared_after`"),
        ("scenario: x\ndurations: { rds.restor: 1h }", "durations.rds.restor  there is no lag 'rds.restor'; "
         "did you mean 'rds.restore'?"),
        ("scenario: x\nextends: region-dwn", "2:10  extends  there is no scenario 'region-dwn'"),
        ("scenario: x\nlost_regions: [{ region: eu-west-2 }]", "2:26  lost_regions[0].region  there is no Region of "
         "the estate 'eu-west-2'; did you mean 'eu-west-1'?"),
        ("scenario: x\nestate: { missing_secrets: [amply] }", "estate.missing_secrets[0]  there is no secret"),
        ("scenario: x\nfaults: [{ service: rds, kind: trottle }]", "faults[0].kind  expected one of throttle, "),
        ("scenario: x\nfaults: [{ service: rds, kind: denied, probability: 0 }]", "faults[0].probability  must be"),
        ("scenario: x\nbroken: { keys: [amply-prod-dat] }", "broken.keys[0]  there is no key that eu-west-1 has "
         "'amply-prod-dat'; did you mean 'amply-prod-data'?"),
        ("scenario: x\nbroken: { keys: [primary/amply-dat] }", "broken.keys[0]  there is no key that eu-central-1 has"),
        ("scenario: x\nbroken: { secrets: [primary/amply/prod/jwt] }", "broken.secrets[0]  there is no secret that "
         "eu-central-1 has 'amply/prod/jwt'"),
        ("scenario: x\ndamaged: { databases: { amply-prd: { before_onset: 5m } } }", "damaged.databases.amply-prd  "
         "there is no database 'amply-prd'; did you mean 'amply-prod'?"),
        ("scenario: x\ndamaged: { databases: { amply-prod: { before_onset: 5m, answers: { select 1: 1 } } } }",
         "damaged.databases.amply-prod.answers.select 1  the estate does not say what amply-prod answers"),
        ("scenario: x\nbroken: { images: [amply-api:1] }", "broken.images[0]  there is no image 'amply-api:1'"),
        ("scenario: x\nbroken: { stuck_services: [amply-prod/amply-ap] }", "broken.stuck_services[0]  there is no "
         "service 'amply-prod/amply-ap'; did you mean 'amply-prod/amply-api'?"),
        ("scenario: x\nbroken: { target_groups: [amply-ap] }", "broken.target_groups[0]  there is no target group "
         "'amply-ap'"),
        ("scenario: x\nestate: { ipv6_records: [ap.amply.example] }", "estate.ipv6_records[0]  there is no record"),
        ("scenario: x\nestate: { failover_records: { api.amply.example: primary } }", "there is no health check"),
        ("scenario: x\nbroken: { secret_replicas: [amply] }", "broken.secret_replicas[0]  there is no secret"),
        ("scenario: x\nbroken: { fargate: [eu-west-2] }", "broken.fargate[0]  there is no Region of the estate"),
        ("scenario: x\nbroken: { mail: [mars] }", "broken.mail[0]  there is no Region of the estate 'mars'"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_the_nearest_word(text: str, told: str, amply: Estate) -> None:
    found = problems_of(text, amply)
    assert len(found) == 1
    assert told in str(found[0])


def test_a_circle_of_scenarios_is_a_problem_and_not_an_endless_walk() -> None:
    one, two = "scenario: one\nextends: two", "scenario: two\nextends: one"
    assert [problem.message for problem in problems_of(one, two=two)] == ["goes round in a circle: one → two → one"]


def test_problems_of_what_is_extended_are_told_with_the_file_they_are_in() -> None:
    found = problems_of("scenario: one\nextends: two\nseeds: 1", two="scenario: two\nlost: 1")
    assert [problem.file for problem in found] == ["scenario.yaml", "two.yaml"]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_schema_takes_the_shipped_scenarios(path: Path) -> None:
    schema: Any = scenario_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    document, _ = read_yaml(path.read_text(), str(path))
    assert document is not None
    jsonschema.validate(document.data, schema)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_whatever_the_text_the_answer_is_a_scenario_or_problems(text: str) -> None:
    problems_of(text)
    problems_of(f"scenario: x\n{text}")


ZONE = "scenario: x\nlost_zones: [{{ region: {0}, zone: {1} }}]"


def test_a_lost_zone_is_one_that_the_estate_has_a_subnet_in(amply: Estate) -> None:
    assert problems_of(ZONE.format("primary", "b"), amply) == ()
    (unknown,) = problems_of(ZONE.format("primary", "c"), amply)
    assert "eu-central-1" in unknown.message
    assert problems_of(ZONE.format("eu-west-9", "a"), amply)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("broken: { keys: [amply-prod-data] }", True),
        ("broken: { keys: [primary/amply-prod-data] }", True),
        ("broken: { keys: [eu-central-1/amply-staging-data] }", True),
        ("broken: { keys: [amply-sandbox-data] }", False),
        ("broken: { keys: [primary/nothing] }", False),
        ("broken: { caches: [amply-prod-redis] }", True),
        ("broken: { caches: [amply-prod-redsi] }", False),
        ("estate: { missing_security_groups: [primary/amply-redis] }", True),
        ("estate: { missing_security_groups: [primary/amply-redsi] }", False),
        ("estate: { single_zone: [amply-prod, amply-prod-redis] }", True),
        ("estate: { single_zone: [amply-storage-prod] }", False),
        ("estate: { unshiftable: [amply-prod] }", True),
        ("estate: { unshiftable: [amply-nothing] }", False),
    ],
)
def test_what_is_broken_is_in_the_estate(amply: Estate, text: str, fits: bool) -> None:
    assert (problems_of(f"scenario: x\n{text}", amply) == ()) is fits
