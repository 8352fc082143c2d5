"""What frameworks ask of a test of recovery, and which runs are evidence of it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from drctl.report.controls import CONTROLS, control_sections
from drctl.report.document import run_document
from drctl.report.schema import document_schema
from tests.fakes.sample_run import PLAN, failed, held, passed, run_of

BEA = {"who": "bea", "roles": ["approver"]}


def document(**changed: Any) -> Any:
    made: Any = copy.deepcopy(run_document(run_of(passed()), PLAN))
    made.update(changed)
    return made


def whole() -> Any:
    """A drill in an environment that leaves nothing to be asked for."""
    made = document(simulated=False, environment="staging", verdict="PASSED", findings=[], participants=[BEA])
    made["rto"]["marks"]["sustained"] = "2026-11-14T05:00:00Z"
    made["steps"][-2]["uses"] = "check.postgres"
    return made


def changed(**fields: Any) -> Any:
    made = whole()
    made.update(fields)
    return made


def supplied(made: Any) -> dict[str, str]:
    return {f"{c['framework']} {c['clause']}": str(c["supplied"]) for c in control_sections(made)}


def test_each_of_the_frameworks_is_there_once_for_each_clause() -> None:
    names = [(control.framework, control.clause) for control in CONTROLS]
    assert len(set(names)) == len(names)
    assert {framework for framework, _ in names} == {
        "SOC 2", "ISO 22301", "ISO/IEC 27001", "DORA", "NIST SP 800-34", "NIST SP 800-84",
    }  # fmt: skip


def test_the_fields_that_a_control_names_are_fields_of_the_document() -> None:
    schema = document_schema()
    for control in CONTROLS:
        for field in control.fields:
            within = schema
            for name in field.split("."):
                within = next(found for found in objects(within, schema) if name in found)[name]


def objects(within: Any, schema: Any) -> Iterator[Any]:
    """The properties of whatever objects a schema stands for."""
    if "$ref" in within:
        within = schema["$defs"][within["$ref"].rpartition("/")[2]]
    if "properties" in within:
        yield within["properties"]
    elif "items" in within:
        yield from objects(within["items"], schema)


def test_a_whole_drill_is_evidence_and_says_what_no_run_can_be_evidence_of() -> None:
    told = supplied(whole())
    assert told == {
        "SOC 2 A1.2": "partly",
        "SOC 2 A1.3": "yes",
        "ISO 22301 8.5": "yes",
        "ISO/IEC 27001 A.5.30": "yes",
        "DORA art. 11": "partly",
        "DORA art. 12": "yes",
        "DORA art. 24": "partly",
        "DORA art. 25": "yes",
        "NIST SP 800-34 3.5": "yes",
        "NIST SP 800-84 after action report": "yes",
    }


def test_a_failed_drill_is_a_test_all_the_same() -> None:
    assert supplied(changed(verdict="FAILED"))["SOC 2 A1.3"] == "yes"


def test_a_simulated_run_is_no_evidence_of_a_recovery() -> None:
    told = supplied(changed(simulated=True))
    exercises = {"ISO 22301 8.5", "NIST SP 800-84 after action report"}
    assert {name for name, worth in told.items() if worth != "no"} == exercises
    assert {told[name] for name in exercises} == {"partly"}


@pytest.mark.parametrize(
    ("change", "control", "why"),
    [
        ({"mode": "recover"}, "A1.3", "no planned test"),
        ({"participants": []}, "8.5", "nobody but who began it"),
        ({"scenario": None}, "art. 25", "no scenario"),
        ({"findings": [{"id": "F1", "owner": "", "due": None}]}, "8.5", "F1 has no owner"),
    ],
)
def test_what_is_missing_makes_it_partial_evidence_and_is_named(change: Any, control: str, why: str) -> None:
    (row,) = [row for row in control_sections(changed(**change)) if row["clause"] == control]
    assert (row["supplied"], why in row["because"]) == ("partly", True)


def test_what_was_not_measured_is_named() -> None:
    made = whole()
    made["rto"]["met"] = made["rpo"]["met"] = None
    made["rpo"]["stores"][0]["loss_s"] = None
    made["steps"][0].update(state="skipped", skipped_by="bea")
    told = " ".join(row["because"] for row in control_sections(made))
    for said in (
        "recovery time is not known",
        "loss of data is not known",
        "point was read of database",
        "by a person",
    ):
        assert said in told


@pytest.mark.parametrize("events", [held(), failed()[:-1]])
def test_a_run_that_has_not_ended_is_evidence_of_nothing(events: Any) -> None:
    assert set(supplied(run_document(run_of(events), PLAN)).values()) == {"no"}
    aborted = whole()
    aborted["verdict"] = "ABORTED"
    assert set(supplied(aborted).values()) == {"no"}
