"""The texts for people, as they are in tests/golden, and the laws they keep."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drctl.model import events as e
from drctl.model.events import Event
from drctl.model.plan import PlannedStep
from drctl.report.document import run_document
from drctl.report.event_line import event_line
from drctl.report.event_log import log_lines
from drctl.report.runs import run_row, runs_text
from drctl.report.status import status_text
from drctl.report.text import report_text
from drctl.report.wording import span
from tests.fakes.golden import assert_golden
from tests.fakes.sample_run import PLAN, at, begun, database_restored, failed, held, passed, recorded, run_of

RUNS = {"passed": passed(), "held": held(), "failed": failed(), "running": [*begun(), *database_restored()[:8]]}


@pytest.mark.parametrize("name", RUNS)
def test_the_report_reads_as_it_did(name: str) -> None:
    assert_golden(f"report-{name}.txt", report_text(run_document(run_of(RUNS[name]), PLAN), width=80, colour=False))


@pytest.mark.parametrize("name", RUNS)
def test_the_status_reads_as_it_did(name: str) -> None:
    assert_golden(f"status-{name}.txt", status_text(run_document(run_of(RUNS[name]), PLAN), width=80, colour=False))


@pytest.mark.parametrize("name", ["passed", "failed"])
def test_the_log_reads_as_it_did(name: str) -> None:
    assert_golden(f"log-{name}.txt", "".join(f"{line}\n" for line, _ in log_lines(recorded(RUNS[name]))))


def test_the_list_of_runs_reads_as_it_did() -> None:
    rows = [row for name in RUNS if (row := run_row(run_of(RUNS[name]), PLAN)) is not None]
    assert_golden("runs.txt", runs_text(rows))


@pytest.mark.parametrize("colour", [False, True])
def test_a_report_fits_its_width_but_for_commands(colour: bool) -> None:
    text = report_text(run_document(run_of(failed()), PLAN), width=80, colour=False)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert ("\x1b[" in report_text(run_document(run_of(failed()), PLAN), width=80, colour=colour)) is colour


def test_every_screen_of_a_simulated_report_says_so() -> None:
    steps = tuple(PlannedStep(id=f"step-{count}", uses="wait", params={}) for count in range(100))
    text = report_text(run_document(run_of(begun()), replace(PLAN, steps=steps)), width=80, colour=False)
    lines = text.splitlines()
    for top in range(len(lines) - 23):
        assert any("SIMULATED" in line for line in lines[top : top + 24])


def test_what_nobody_knows_is_not_zero() -> None:
    assert (span(None), span(0), span(4320)) == ("not known", "0s", "1h12m")


def test_brackets_in_what_aws_said_are_shown_as_they_are() -> None:
    events: list[Event] = [*begun(), e.StepFailed(at=at(5), step="serve", because="[red]oops[/red] [/]")]
    assert "[red]oops[/red] [/]" in report_text(run_document(run_of(events), PLAN), width=80, colour=True)


def test_a_mark_that_was_set_afterwards_says_so() -> None:
    from drctl.model.timing import Mark

    late = event_line(e.Marked(at=at(10), mark=Mark.DETECTED, instant=at(2), source="ops"))
    assert late.text == "detected at 2026-11-14T03:44:00Z, 8m before this was recorded (ops)"
