"""What is read of earlier runs as one begins: little, quickly, and never at the cost of the new run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from drctl.bootstrap import past_runs as reading
from drctl.bootstrap.past_runs import history_of, past_runs
from drctl.journal.reading import read_first
from drctl.journal.sqlite import SqliteJournal
from drctl.model import events as e
from drctl.model.events import Event, RunStarted
from drctl.model.plan import Plan
from drctl.model.run import Run
from tests.fakes.sample_run import PLAN, at, begun, minutes, passed

Keep = Callable[..., Path]
STARTED = begun(simulated=False)[0]


@pytest.fixture
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keep:
    """Writes a run's journal into the state folder; every run follows the made-up plan."""
    monkeypatch.setattr(reading, "plan_of", lambda run: PLAN)

    def kept(run: str, events: list[Event], later: float = 0, **started: object) -> Path:
        path = tmp_path / "runs" / run / "journal.sqlite"
        journal = SqliteJournal.open(path, create=True)
        first = replace(events[0], run=run, simulated=False, environment="staging", **started)  # type: ignore[arg-type]
        journal.append([replace(event, at=event.at + minutes(later)) for event in (first, *events[1:])])
        journal.release()
        return path

    return kept


def began(**settings: object) -> RunStarted:
    assert isinstance(STARTED, RunStarted)
    return replace(STARTED, **settings)  # type: ignore[arg-type]


def names(runs: list[tuple[Run, Plan]]) -> list[str]:
    return [run.started.run for run, _ in runs if run.started is not None]


def test_the_times_of_earlier_runs_are_known_to_the_next_one(keep: Keep, tmp_path: Path) -> None:
    keep("dr-1", passed())
    (read,) = history_of(tmp_path, began(), PLAN)
    assert (read.runs, read.unread) == (1, 0)
    assert {one.step: one.p50 for one in read.times}["restore-db"] == minutes(22.5)


def test_where_nothing_is_known_nothing_is_recorded(keep: Keep, tmp_path: Path) -> None:
    assert history_of(tmp_path, began(), PLAN) == []
    keep("dr-1", passed(), runbook="queue-drain")
    keep("dr-2", begun())
    assert history_of(tmp_path, began(), PLAN) == []


def test_a_damaged_journal_is_counted_and_costs_nothing_else(keep: Keep, tmp_path: Path) -> None:
    keep("dr-1", passed())
    keep("dr-2", passed()).write_bytes(b"no journal at all" * 500)
    (read,) = history_of(tmp_path, began(), PLAN)
    assert (read.runs, read.unread) == (1, 1)


def test_a_state_folder_that_cannot_be_read_stops_no_recovery(tmp_path: Path) -> None:
    (tmp_path / "runs").symlink_to("runs")
    assert history_of(tmp_path, began(), PLAN) == []


def test_only_so_many_are_read_the_newest_and_those_of_the_environment_first(keep: Keep, tmp_path: Path) -> None:
    keep("dr-old", passed(), later=0)
    keep("dr-new", passed(), later=60)
    keep("dr-here", passed(), later=-600, incident="INC-1")
    found = past_runs(tmp_path, lambda started: True, most=2, first=lambda started: started.incident != "")
    assert names(list(found.runs)) == ["dr-here", "dr-new"]


def test_what_cannot_be_read_in_time_is_left_out(keep: Keep, tmp_path: Path) -> None:
    keep("dr-1", passed())
    found = past_runs(tmp_path, lambda started: True, most=9, patience_s=-1)
    assert (list(found.runs), found.unread) == ([], 1)


def test_the_beginning_of_a_run_is_read_without_the_rest(keep: Keep) -> None:
    first = read_first(keep("dr-1", [*begun(), e.RunPaused(at=at(9))]))
    assert first is not None
    assert (first.run, first.environment) == ("dr-1", "staging")
