"""A CI system that reads the JUnit file comes to the same verdict, whatever the run has said."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.model.verdict import Verdict
from drctl.report.document import run_document
from drctl.report.junit import junit_xml
from drctl.report.shape import RunDocument
from tests.fakes.golden import assert_golden
from tests.fakes.sample_run import PLAN, begun, database_restored, failed, held, passed, run_of

RUNS = {"passed": passed(), "held": held(), "failed": failed(), "running": [*begun(), *database_restored()[:8]]}


def document(name: str) -> RunDocument:
    return run_document(run_of(RUNS[name]), PLAN)


def suite_of(shown: RunDocument) -> ET.Element:
    (suite,) = ET.fromstring(junit_xml(shown).encode())  # noqa: S314
    return suite


@pytest.mark.parametrize("name", ["passed", "failed"])
def test_the_file_reads_as_it_did(name: str) -> None:
    assert_golden(f"junit-{name}.xml", junit_xml(document(name)))


@pytest.mark.parametrize("name", RUNS)
def test_the_counts_are_those_of_the_cases(name: str) -> None:
    suite = suite_of(document(name))
    assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
    assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
    assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))


@pytest.mark.parametrize("name", RUNS)
def test_every_step_of_the_plan_is_a_case_but_for_fallbacks_that_nobody_needed(name: str) -> None:
    shown = document(name)
    cases = {case.attrib["name"] for case in suite_of(shown).findall("testcase")}
    for step in shown["steps"]:
        assert (step["id"] in cases) is not (step["dormant"] and step["state"] == "pending")
    assert {"RTO", "RPO", "verdict"} <= cases


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_run_that_has_not_met_its_objectives_is_red(verdict: Verdict) -> None:
    """Also where no step failed, as when it was aborted."""
    shown: RunDocument = {**document("passed"), "verdict": verdict}
    assert (suite_of(shown).attrib["failures"] == "0") is verdict.objectives_met


def test_a_run_that_has_passed_is_green_and_says_that_it_was_simulated() -> None:
    suite = suite_of(document("passed"))
    assert suite.attrib["failures"] == "0"
    assert suite.attrib["name"].startswith("SIMULATED drill of ")
    assert suite.find("properties/property[@name='notice']") is not None


def test_what_nobody_measured_is_a_failure_once_the_run_has_ended() -> None:
    shown = document("passed")
    unknown: RunDocument = {**shown, "rto": {**shown["rto"], "met": None, "actual_s": None}}
    failure = suite_of(unknown).find("testcase[@name='RTO']/failure")
    assert failure is not None
    assert failure.attrib["message"] == "RTO is not known"


def test_a_run_that_goes_on_has_no_verdict_yet() -> None:
    skipped = suite_of(document("running")).find("testcase[@name='verdict']/skipped")
    assert skipped is not None
    assert skipped.attrib["message"] == "the run is running"


def test_a_failure_of_what_is_not_critical_is_no_red_case_and_its_reason_is_there() -> None:
    shown = document("passed")
    first = shown["steps"][0]
    changed: RunDocument = {
        **shown,
        "steps": [{**first, "state": first["state"], "failure": "no such key", "critical": False}, *shown["steps"][1:]],
    }
    suite = suite_of(changed)
    skipped = suite.find(f"testcase[@name='{first['id']}']/skipped")
    assert suite.attrib["failures"] == "0"
    assert skipped is not None
    assert "no such key" in skipped.attrib["message"]


def test_what_could_not_be_taken_back_is_red_also_where_it_is_not_critical() -> None:
    shown = document("passed")
    first = {**shown["steps"][0], "undo_failed": "amply-drill is still there", "critical": False}
    changed: RunDocument = {**shown, "steps": [first, *shown["steps"][1:]]}  # type: ignore[list-item]
    assert suite_of(changed).attrib["failures"] == "1"


@given(st.text(max_size=40))
def test_no_text_breaks_the_file(text: str) -> None:
    plan = replace(PLAN, runbook=text or "x")
    shown = run_document(run_of(failed()), plan)
    said: RunDocument = {**shown, "reasons": [text], "runbook": text, "verdict": Verdict.FAILED}
    steps = [{**step, "failure": text} for step in said["steps"]]
    suite = suite_of({**said, "steps": steps})  # type: ignore[typeddict-item]
    assert len(suite.findall("testcase")) == int(suite.attrib["tests"])
