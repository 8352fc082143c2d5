"""What each command answers, and where it writes it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.cli.actions import permissions_of_example
from drctl.model.events import Approve
from drctl.model.problem import Problem
from drctl.report.action_sheet import action_document
from drctl.report.action_text import action_text
from tests.cli.conftest import Call
from tests.fakes.sample_run import RUN, failed, held
from tests.fakes.stand_in_bootstrap import StandInBootstrap, ValidatedFile


def one_document(text: str) -> Any:
    """The only JSON document in `text`; anything before or after it is an error."""
    return json.loads(text)


JSON_CALLS = [
    ("drill", "--runbook", "orders-failover", "--output", "json"),
    ("resume", "latest", "--output", "json"),
    ("runs", "--output", "json"),
    ("status", "--output", "json"),
    ("logs", "latest", "--output=json"),
    ("report", "latest", "--format", "json"),
    ("validate", "runbooks", "--output", "json"),
    ("actions", "--output", "json"),
    ("actions", "thing.put", "--output", "json"),
    ("schema", "document"),
]


@pytest.mark.parametrize("arguments", JSON_CALLS, ids=" ".join)
def test_json_is_exactly_one_document_on_stdout(call: Call, arguments: tuple[str, ...]) -> None:
    result = call(*arguments)
    assert result.exit_code == 0, result.output
    assert isinstance(one_document(result.stdout), dict)


@pytest.mark.parametrize("arguments", JSON_CALLS[:6], ids=" ".join)
def test_an_error_is_exactly_one_document_too(
    call: Call, bootstrap: StandInBootstrap, arguments: tuple[str, ...]
) -> None:
    result = call(*arguments, "--no-such-option")
    error = one_document(result.stdout)["error"]
    assert (error["name"], error["exit_code"], error["note"]) == ("usage", 2, "nothing was changed")
    assert result.stderr == ""


def test_a_drill_tells_people_on_stderr_and_answers_on_stdout(call: Call) -> None:
    result = call("drill", "--runbook", "orders-failover")
    assert result.exit_code == 0
    assert "restore-db" in result.stderr
    assert "Verdict" not in result.stderr
    assert result.stdout.startswith(f"SIMULATED drill of orders-failover, run {RUN}")


def test_a_page_for_a_browser_goes_to_a_file_or_a_pipe_and_never_to_a_terminal(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped = call("report", "latest", "--format", "html")
    assert (piped.exit_code, piped.stdout[:15]) == (0, "<!DOCTYPE html>")
    assert call("report", "latest", "--format", "html", "--out", tmp_path / "report.html").stdout == ""
    assert (tmp_path / "report.html").read_text() == piped.stdout
    monkeypatch.setattr("drctl.cli.report.sys", SimpleNamespace(stdout=SimpleNamespace(isatty=lambda: True)))
    refused = call("report", "latest", "--format", "html")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "drctl report latest --format html --out report.html" in refused.stderr


def test_a_drill_asks_for_what_its_options_say(call: Call, bootstrap: StandInBootstrap, tmp_path: Path) -> None:
    call(
        *("drill", "--runbook", "x.yaml", "--environment", "staging", "--estate", "e.yaml", "--scenario", "flood"),
        *("--set", "a=1", "--set", "b=x=y", "--fault", "throttle rds", "--speed", "60", "--approve", "ask", "--keep"),
        *("--state-dir", tmp_path / "elsewhere"),
    )
    (request,) = bootstrap.requests
    assert (request.runbook, request.environment, request.estate) == ("x.yaml", "staging", "e.yaml")
    assert request.inputs == {"a": "1", "b": "x=y"}
    assert (request.scenario, request.faults, request.speed) == ("flood", ("throttle rds",), "60")
    assert (request.approve, request.keep, request.state_dir) == (Approve.ASK, True, tmp_path / "elsewhere")


def test_a_drill_by_itself_is_simulated_instant_and_unwatched(call: Call, bootstrap: StandInBootstrap) -> None:
    call("drill", "--runbook", "orders-failover")
    (request,) = bootstrap.requests
    assert (request.environment, request.estate, request.speed) == ("simulated", "amply", "instant")
    assert (request.approve, request.keep, request.scenario) == (Approve.AUTO, False, None)
    assert bootstrap.approvals == [None]


def test_where_nobody_can_be_asked_nobody_is(call: Call, bootstrap: StandInBootstrap) -> None:
    call("drill", "--runbook", "orders-failover", "--approve", "ask")
    assert bootstrap.approvals == [None]


def test_resume_changes_nothing_it_is_not_asked_to(call: Call, bootstrap: StandInBootstrap) -> None:
    call("resume", "latest")
    call("resume", RUN, "--approve", "auto", "--speed", "1", "--keep")
    assert bootstrap.resumed == [("latest", None, None, False), (RUN, Approve.AUTO, "1", True)]


def test_runs_are_listed_with_what_scripts_need(call: Call) -> None:
    (row,) = one_document(call("runs", "--output", "json").stdout)["runs"]
    assert row["run"] == RUN
    assert row["started_at"] == "2026-11-14T03:42:00Z"
    assert (row["rto_s"], row["rpo_s"], row["verdict"]) == (2160, 2520, "PASSED WITH EXCEPTIONS")
    assert RUN in call("runs").stdout


def test_without_a_run_the_list_is_empty_and_people_are_told_how_to_begin(
    call: Call, bootstrap: StandInBootstrap
) -> None:
    bootstrap.kept = False
    assert one_document(call("runs", "--output", "json").stdout) == {"runs": []}
    result = call("runs")
    assert (result.stdout, result.exit_code) == ("", 0)
    assert "drctl drill --runbook" in result.stderr


def test_reading_a_run_that_ended_badly_is_no_failure(call: Call, bootstrap: StandInBootstrap) -> None:
    bootstrap.events = failed()
    for arguments in (("status",), ("report", "latest"), ("logs", "latest")):
        assert call(*arguments).exit_code == 0


def test_logs_have_every_event(call: Call, bootstrap: StandInBootstrap) -> None:
    document = one_document(call("logs", "latest", "--output", "json").stdout)
    assert [event["seq"] for event in document["events"]] == list(range(1, len(bootstrap.events) + 1))
    assert document["events"][0]["type"] == "RunStarted"
    text = call("logs", "latest").stdout
    assert text.splitlines()[0] == f"SIMULATED run {RUN}"
    assert len(text.splitlines()) == len(bootstrap.events) + 1


def test_a_report_file_is_whole_and_has_no_colours(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "drill.txt"
    result = call("report", "latest", "--out", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert out.read_text().startswith("SIMULATED drill")
    assert "\x1b" not in out.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["drill.txt"]


def test_a_report_that_cannot_be_written_is_refused(call: Call, tmp_path: Path) -> None:
    result = call("report", "latest", "--out", tmp_path / "missing" / "drill.txt")
    assert result.exit_code == 2
    assert "nothing was changed" in result.stderr


def test_the_next_command_names_the_state_folder_that_was_named(
    call: Call, bootstrap: StandInBootstrap, tmp_path: Path
) -> None:
    bootstrap.events = held()
    folder = tmp_path / "my state"
    assert f"drctl resume {RUN} --state-dir '{folder}'\n" in call("status", "--state-dir", folder).stdout
    assert f"drctl resume {RUN}\n" in call("status").stdout
    document = one_document(call("status", "--state-dir", folder, "--output", "json").stdout)
    assert document["next"][0] == f"drctl resume {RUN} --state-dir '{folder}'"


def test_validation_tells_every_problem_with_its_place(call: Call, bootstrap: StandInBootstrap) -> None:
    problems = (
        Problem("a.yaml", 12, 13, "steps[2].uses", "unknown action 'rds.restore'", "rds.restore_snapshot"),
        Problem("a.yaml", 21, 14, "objectives.rto", "expected a duration such as 45m, got '45'"),
    )
    bootstrap.checked = [ValidatedFile("a.yaml", "runbook", problems), ValidatedFile("b.yaml", "estate")]
    result = call("validate", "a.yaml", "b.yaml")
    assert result.exit_code == 2
    assert result.stdout == "ok  b.yaml  estate\n"
    assert result.stderr == (
        "error: input-invalid\n\n"
        "2 problems in 1 of 2 files\n\n"
        "  a.yaml:12:13  steps[2].uses  unknown action 'rds.restore'; did you mean 'rds.restore_snapshot'?\n"
        "  a.yaml:21:14  objectives.rto  expected a duration such as 45m, got '45'\n\n"
        "note: nothing was changed\n"
    )
    as_json = call("validate", "a.yaml", "b.yaml", "--output", "json")
    document = one_document(as_json.stdout)
    assert (as_json.exit_code, document["valid"]) == (2, False)
    first, second = document["files"][0]["problems"]
    assert (first["file"], first["line"], first["column"]) == ("a.yaml", 12, 13)
    assert (second["path"], second["suggestion"]) == ("objectives.rto", None)


def test_an_action_shows_all_that_is_known_of_it(call: Call) -> None:
    listed = call("actions").stdout
    assert "Put a thing where it belongs (irreversible)" in listed
    text = call("actions", "thing.put").stdout
    for told in ("list of {dns_name, weight?}", "duration", "5m", "irreversible", "thing:PutThing", "name: lamp"):
        assert told in text
    assert "arn:aws:thing:eu-west-1:ACCOUNT:lamp" in text


def test_an_unknown_action_names_the_nearest(call: Call) -> None:
    result = call("actions", "thing.putt")
    assert result.exit_code == 2
    assert "did you mean 'thing.put'?" in result.stderr


@pytest.mark.parametrize("kind", ActionCatalogue().kinds())
def test_every_action_there_is_can_be_shown_with_the_permissions_of_its_example(kind: str) -> None:
    known = ActionCatalogue()
    spec = known.spec(kind)
    assert spec is not None
    permissions = permissions_of_example(known, spec)
    # check.http needs AWS only where it authorizes itself, which its example does not.
    assert bool(permissions) == bool(spec.operations) or kind == "check.http"
    text = action_text(action_document(spec, known.schema(kind), permissions), width=80)
    assert spec.example.strip().splitlines()[-1].strip() in text


@pytest.mark.parametrize(("form", "begins"), [("mermaid", "flowchart"), ("dot", "digraph"), ("svg", "<svg")])
def test_a_runbook_is_drawn_in_each_form(call: Call, tmp_path: Path, form: str, begins: str) -> None:
    drawn = call("graph", "orders-failover", "--format", form)
    assert drawn.exit_code == 0
    assert begins in drawn.stdout
    assert "restore-db" in drawn.stdout
    out = tmp_path / "graph"
    call("graph", "orders-failover", "--format", form, "--out", out)
    assert out.read_text() == drawn.stdout


@pytest.mark.parametrize("kind", ["runbook", "estate", "scenario", "environment"])
def test_schemas_are_printed_by_kind(call: Call, kind: str) -> None:
    assert one_document(call("schema", kind).stdout) == {"title": kind}
    assert one_document(call("schema").stdout) == {"title": "runbook"}


def test_the_first_line_of_a_served_simulation_is_its_address(call: Call, bootstrap: StandInBootstrap) -> None:
    bootstrap.raises = KeyboardInterrupt()
    result = call("sim", "serve")
    assert (result.exit_code, result.stdout) == (0, "http://127.0.0.1:5000\n")
    assert "SIMULATED" in result.stderr
