"""The runbooks that come with drctl load against the actions that come with it."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from drctl.actions.catalogue import ActionCatalogue
from drctl.loading.runbook import Surroundings, load_plan
from drctl.loading.sources import Files, Kind, folders, pinned
from drctl.model.plan import Plan
from drctl.model.timing import Mark
from tests.loading.shipped import RUNBOOKS

FOLDERS = folders(RUNBOOKS.parent)
NAMES = Files(Kind.RUNBOOK, FOLDERS).names()


VARIABLES = yaml.safe_load((RUNBOOKS / "estates" / "amply.yaml").read_text(encoding="utf-8"))["variables"]


def shipped(name: str) -> Plan:
    surroundings = Surroundings(
        variables=VARIABLES,
        accounts=("production", "staging", "sandbox", "shared-services"),
        scenarios=Files(Kind.SCENARIO, FOLDERS).names(),
    )
    return load_plan(name, Files(Kind.RUNBOOK, FOLDERS), ActionCatalogue(), surroundings).plan_or_refuse()


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_runbook_has_no_problem_and_tells_what_each_step_does(name: str) -> None:
    for step in shipped(name).steps:
        assert step.title, step.id


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_runbook_can_be_checked_where_no_environment_is_known(name: str) -> None:
    unknown = Surroundings(variables=None, scenarios=Files(Kind.SCENARIO, FOLDERS).names())
    assert load_plan(name, Files(Kind.RUNBOOK, FOLDERS), ActionCatalogue(), unknown, complete=False).problems == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_runbook_begins_with_the_editors_schema_comment(name: str) -> None:
    text = Files(Kind.RUNBOOK, FOLDERS)(name).text
    assert text.startswith("# yaml-language-server: $schema=./runbook.schema.json\n")


def test_nothing_of_the_failover_calls_the_lost_region() -> None:
    for step in shipped("region-failover").steps:
        assert step.params.get("region", "eu-west-1") == "eu-west-1", step.id
        assert not step.source_side


def test_the_failover_is_as_parallel_as_its_data_allows() -> None:
    plan = shipped("region-failover")
    at_once = {step.id for step in plan.steps if not step.needs and not step.final}
    assert at_once == {
        "freeze-deploys",
        "newest-recovery-point",
        "redis",
        "promote-storage",
        "promote-widgets",
        "promote-frontend",
        "find-load-balancer",
    }
    assert plan.step("restore-db").needs == ("newest-recovery-point",)


def test_the_failover_measures_what_it_has_objectives_for() -> None:
    plan = shipped("region-failover")
    assert {step.marks for step in plan.steps} - {None} == {Mark.DATA_WRITABLE, Mark.SERVING, Mark.VERIFIED}
    stores = {step.store.name: step.store.ephemeral for step in plan.steps if step.store is not None}
    assert stores == {"postgres": False, "redis": True, "storage": False, "widgets": False, "frontend": False}


def test_customers_are_sent_over_only_after_somebody_has_decided() -> None:
    plan = shipped("region-failover")
    assert plan.step("switch-dns").needs == ("approve-traffic",)
    assert plan.step("switch-dns").account == "shared-services"
    assert plan.step("unfreeze-deploys").final


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_whatever_is_broken_in_a_good_runbook_the_answer_is_a_plan_or_problems(data: st.DataObject) -> None:
    lines = (RUNBOOKS / "region-failover.yaml").read_text().splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "double", "cut", "indent", "swap", "spoil"]))
        match change:
            case "drop":
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "cut":
                lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
            case "indent":
                lines[at] = f"  {lines[at]}"
            case "swap":
                lines[at], lines[at - 1] = lines[at - 1], lines[at]
            case "spoil":
                lines[at] = lines[at].replace(
                    data.draw(st.sampled_from("aeiou:{}[]-.")), data.draw(st.text(max_size=2))
                )
    text = "\n".join(lines) + "\n"
    loaded = load_plan("region-failover", pinned({"region-failover": text}), ActionCatalogue())
    assert (loaded.plan is None) is bool(loaded.problems)


def variables_of(plan: object) -> set[str]:
    """Every variable that a text refers to."""
    return set(re.findall(r"\$\{\{ env\.([A-Za-z0-9_-]+) \}\}", str(plan)))


@pytest.mark.parametrize("name", NAMES)
def test_no_step_holds_a_value_that_belongs_to_one_account(name: str) -> None:
    """Another shop adopts a runbook by giving an environment, and changes no step."""
    text = Files(Kind.RUNBOOK, FOLDERS)(name).text
    document = yaml.safe_load(text)
    steps = json.dumps([document["steps"], document.get("finally", [])])
    assert not re.search(r"amply|\d{12}|\.example\b|arn:aws", steps)
    assert not re.search(r"\b[a-z]{2}-[a-z]+-\d\b", steps), "a Region is an input"


def test_the_estate_and_the_example_environment_give_every_variable() -> None:
    wanted = set().union(*(variables_of(Files(Kind.RUNBOOK, FOLDERS)(name).text) for name in NAMES))
    for file in ("estates/amply.yaml", "environments/example.yaml"):
        given = yaml.safe_load((RUNBOOKS / file).read_text(encoding="utf-8"))["variables"]
        assert wanted - set(given) == set(), file
