"""What can still be written of a run that has ended, from the command line to its journal and back."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from drctl.cli import cli
from drctl.journal.sqlite import SqliteJournal
from drctl.model import events as e
from drctl.model.evidence import Evidence
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.timing import Mark
from drctl.model.verdict import Verdict
from tests.fakes.clock import START

RUN = "dr-sim-20300101-aaaa"
RUNBOOK = """\
runbook: pause
title: Wait a little
version: 1
owner: team-platform
objectives: { rto: 1h }
steps:
  - id: pause
    uses: wait
    marks: serving
    with: { duration: 1s }
"""
MINUTE = timedelta(minutes=1)
FOUND = Finding(FindingKind.STEP_FAILED, Severity.WARNING, "pause was slow", "pause")


def ended(state: Path, run: str = RUN, days: int = 0, *found: Finding) -> None:
    """A drill that served after half an hour, on a simulated AWS that has gone."""
    folder = state / "runs" / run
    folder.mkdir(parents=True)
    began = START + timedelta(days=days)
    journal = SqliteJournal.open(folder / "journal.sqlite", create=True)
    try:
        journal.append(
            [
                e.RunStarted(
                    at=began,
                    run=run,
                    runbook="pause",
                    mode=e.Mode.DRILL,
                    approve=e.Approve.AUTO,
                    environment="simulated",
                    simulated=True,
                    sources={"pause": RUNBOOK},
                    inputs={},
                    variables={},
                    started_by="ana@ops (process 3)",
                    settings={
                        "url": "http://127.0.0.1:1",
                        "world": "w",
                        "speed": "instant",
                        "estate": "none",
                        "accounts": {},
                        "default_account": "main",
                        "home_region": "eu-west-1",
                        "role": "r",
                    },
                ),
                e.Marked(at=began, mark=Mark.ONSET, instant=began, source="the scenario"),
                e.Marked(at=began, mark=Mark.DECLARED, instant=began, source="the start"),
                e.StepStarted(at=began, step="pause"),
                e.StepSucceeded(at=began + 30 * MINUTE, step="pause", because="over", evidence=Evidence.of("over")),
                e.Marked(at=began + 30 * MINUTE, mark=Mark.SERVING, instant=began + 30 * MINUTE, source="pause"),
                *(e.FindingRecorded(at=began + 30 * MINUTE, finding=finding) for finding in found),
                e.RunFinished(at=began + 31 * MINUTE, verdict=Verdict.PASSED, reasons=("Every step was verified.",)),
            ]
        )
    finally:
        journal.release()


def call(state: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--state-dir", str(state)], prog_name="drctl")


def document(state: Path) -> Any:
    return json.loads(call(state, "report", "latest", "--format", "json").stdout)


def test_a_mark_is_amended_after_the_end_and_the_report_says_what_the_verdict_would_be(tmp_path: Path) -> None:
    ended(tmp_path)
    told = call(tmp_path, "mark", RUN, "onset", "2029-12-31T22:00:00Z", "--reason", "the log")
    assert told.exit_code == 0, told.output
    made = document(tmp_path)
    assert (made["verdict"], made["reassessed"]["verdict"]) == ("PASSED", "FAILED")
    assert made["rto"]["actual_s"] == 2.5 * 3600
    text = call(tmp_path, "report", RUN).stdout
    said = " ".join(text.split())
    assert "By what was amended since, the verdict would be FAILED. RTO missed" in said
    assert "onset was amended from 2030-01-01 00:00:00Z to 2029-12-31 22:00:00Z by" in said
    assert "after the verdict was recorded: the log" in said
    assert "By what was amended since" in call(tmp_path, "report", RUN, "--format", "markdown").stdout


@pytest.mark.parametrize(
    ("mark", "time", "because"),
    [
        ("serving", "2029-12-31T23:00:00Z", "serving cannot be before onset"),
        ("onset", "2030-01-02T00:00:00Z", "2030-01-02T00:00:00Z is still to come"),
        ("verified", "2030-01-01T00:10:00Z", "the run has not reached verified"),
        ("onset", "yesterday", "expected a time such as"),
        ("executing", "2030-01-01T00:10:00Z", "'executing' is not one of"),
    ],
)
def test_a_mark_that_cannot_be_is_refused_with_two_and_nothing_is_written(
    tmp_path: Path, mark: str, time: str, because: str
) -> None:
    ended(tmp_path)
    before = document(tmp_path)["journal"]
    told = call(tmp_path, "mark", RUN, mark, time, "--reason", "the log")
    assert told.exit_code == 2
    assert because in told.output
    assert document(tmp_path)["journal"] == before


def test_a_finding_is_listed_given_to_somebody_else_and_closed_by_the_run_that_did_not_find_it(tmp_path: Path) -> None:
    ended(tmp_path, RUN, 0, FOUND)
    (found,) = json.loads(call(tmp_path, "findings", "--open", "--output", "json").stdout)["findings"]
    assert (found["run"], found["id"], found["owner"], found["due"]) == (RUN, "F1", "team-platform", "2030-01-31")
    assert found["retest"] == "drctl drill --runbook pause"
    told = call(tmp_path, "finding", RUN, "f1", "--owner", "team-data", "--due", "2030-03-01", "--why", "theirs")
    assert told.exit_code == 0, told.output
    line = call(tmp_path, "findings").stdout.splitlines()[1].split()
    assert line[:6] == [RUN, "F1", "warning", "2030-03-01", "open", "team-data"]
    ended(tmp_path, "dr-sim-20300105-bbbb", 4)
    assert call(tmp_path, "findings", "--open").stdout == ""
    (closed,) = json.loads(call(tmp_path, "findings", "--output", "json").stdout)["findings"]
    assert (closed["open"], closed["closed_by"]) == (False, "dr-sim-20300105-bbbb")
    assert call(tmp_path, "findings", "--runbook", "other").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        (("F9", "--owner", "x"), "this run has no finding 'F9'; it has F1"),
        (("F1",), "--owner or --due has to be given"),
        (("F1", "--due", "soon"), "expected a day such as 2026-12-31"),
    ],
)
def test_an_assignment_that_means_nothing_is_refused_with_two(
    tmp_path: Path, arguments: tuple[str, ...], because: str
) -> None:
    ended(tmp_path, RUN, 0, FOUND)
    told = call(tmp_path, "finding", RUN, *arguments, "--why", "theirs")
    assert told.exit_code == 2
    assert because in " ".join(told.output.split())
