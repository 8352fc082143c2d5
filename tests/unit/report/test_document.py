"""The run document: what it says of a run, and that it always keeps its shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from drctl.model import events as e
from drctl.model.events import Event
from drctl.model.run import Run
from drctl.report.document import run_document
from drctl.report.plain_json import to_text
from drctl.report.schema import document_schema
from drctl.report.shape import RunDocument
from drctl.report.status import status_text
from drctl.report.text import report_text
from tests.fakes.any_events import any_run
from tests.fakes.golden import assert_golden
from tests.fakes.sample_run import PLAN, RUN, at, begun, database_restored, failed, held, passed, run_of

PUBLISHED = Path(__file__).parents[3] / "docs" / "schema" / "run-document.json"


def closed(schema: Any) -> Any:
    """The schema with no room for a field that it does not name."""
    if isinstance(schema, dict):
        inner = {key: closed(value) for key, value in schema.items()}
        return {**inner, "additionalProperties": False} if "properties" in schema else inner
    return [closed(value) for value in schema] if isinstance(schema, list) else schema


VALIDATOR = jsonschema.Draft202012Validator(
    closed(document_schema()), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)


def document(events: list[Event]) -> RunDocument:
    return run_document(run_of(events), PLAN)


def step(events: list[Event], id: str) -> Any:
    return next(step for step in document(events)["steps"] if step["id"] == id)


def test_the_published_schema_is_the_one_we_keep() -> None:
    assert json.loads(PUBLISHED.read_text()) == document_schema()
    jsonschema.Draft202012Validator.check_schema(document_schema())


@pytest.mark.parametrize("events", [passed(), held(), failed()], ids=["passed", "held", "failed"])
def test_the_document_of_every_prefix_of_a_run_keeps_the_schema(events: list[Event]) -> None:
    for count in range(1, len(events) + 1):
        VALIDATOR.validate(json.loads(to_text(document(events[:count]))))


@given(any_run)
def test_whatever_was_recorded_the_document_keeps_the_schema_and_can_be_shown(events: list[Event]) -> None:
    made = document(events)
    VALIDATOR.validate(json.loads(to_text(made)))
    assert "SIMULATED" in report_text(made, width=80, colour=False)
    assert "SIMULATED" in status_text(made, width=80, colour=False)
    assert all(sentence.endswith(".") for sentence in made["not_proven"])


def test_the_document_of_a_run_is_as_it_was() -> None:
    assert_golden("document-passed.json", to_text(document(passed())) + "\n")


def test_a_run_without_its_first_event_has_no_document() -> None:
    with pytest.raises(ValueError, match="first event"):
        run_document(Run(), PLAN)


def test_both_objectives_are_measured_and_compared() -> None:
    made = document(passed())
    assert (made["rto"]["actual_s"], made["rto"]["exec_s"], made["rto"]["met"]) == (36 * 60, 32 * 60, True)
    assert (made["rpo"]["actual_s"], made["rpo"]["objective_s"], made["rpo"]["met"]) == (42 * 60, 3600, True)
    assert list(made["rto"]["marks"]) == ["onset", "declared", "executing", "data-writable", "serving", "verified"]
    assert made["rto"]["mark_sources"]["serving"] == "switch-dns"  # type: ignore[index]


def test_what_is_not_known_is_null_and_never_zero() -> None:
    made = document(held())
    assert (made["rto"]["actual_s"], made["rto"]["met"], made["verdict"]) == (None, None, None)
    database = made["rpo"]["stores"][0]
    assert (database["recovery_point"], database["loss_s"]) == (None, None)


def test_a_held_run_says_why_and_what_to_type() -> None:
    made = document(held())
    assert made["held"] is not None
    assert made["held"]["steps"][0]["step"] == "restore-db"
    assert made["next"] == [f"drctl resume {RUN}", f"drctl logs {RUN}"]


@pytest.mark.parametrize(
    ("last", "commands"),
    [
        (e.RunPaused(at=at(9)), [f"drctl resume {RUN}"]),
        (e.RunResumed(at=at(9)), [f"drctl status {RUN}", f"drctl resume {RUN}"]),
        (passed()[-1], [f"drctl report {RUN}"]),
        (failed()[-1], [f"drctl report {RUN}", f"drctl logs {RUN}"]),
    ],
    ids=["paused", "running", "met", "failed"],
)
def test_every_state_says_what_to_type_next(last: Event, commands: list[str]) -> None:
    assert document([*begun(), last])["next"] == commands


def test_a_step_keeps_its_failure_when_it_is_undone() -> None:
    undone = step(failed(), "restore-db")
    assert (undone["state"], undone["because"]) == ("undone", "amply-prod is gone")
    assert "incompatible-restore" in undone["failure"]


def test_a_call_that_got_no_answer_is_still_intended() -> None:
    events = [*begun(), *database_restored()[:6]]
    assert [change["state"] for change in step(events, "restore-db")["changes"]] == ["intended"]


def test_only_a_simulated_run_has_a_notice() -> None:
    real = [*begun(simulated=False)]
    assert document(real)["notice"] is None
    assert "SIMULATED" not in report_text(document(real), width=80, colour=False)
    assert "SIMULATED" in (document(passed())["notice"] or "")


def test_numbers_that_json_cannot_hold_become_null() -> None:
    assert json.loads(to_text({"a": float("nan"), "b": [float("inf"), 1.5]})) == {"a": None, "b": [None, 1.5]}


def test_the_critical_path_is_the_chain_that_waited() -> None:
    path = document(passed())["critical_path"]
    assert [link["step"] for link in path] == ["find-point", "restore-db", "serve", "switch-dns", "check-health"]
    assert [link["waited_s"] for link in path] == [0, 0, 0, 15, 0]
    assert document(passed())["predicted"] == {
        "duration_s": 30 * 60,
        "steps": ["find-point", "restore-db", "serve", "switch-dns", "check-health"],
    }
