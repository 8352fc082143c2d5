"""Which runs a trend is made of: finished ones of one runbook in one environment, read from their journals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from drctl.bootstrap import past_runs as reading
from drctl.bootstrap.trends import TrendRequest, find_trend
from drctl.errors import NotFound
from drctl.journal.sqlite import SqliteJournal
from drctl.model.events import Event, Mode
from tests.fakes.sample_run import PLAN, begun, minutes, passed

Keep = Callable[..., Path]


@pytest.fixture
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keep:
    """Writes a run's journal into the state folder; every run follows the made-up plan."""
    monkeypatch.setattr(reading, "plan_of", lambda run: PLAN)

    def kept(run: str, day: int, events: list[Event] | None = None, **started: object) -> Path:
        path = tmp_path / "runs" / run / "journal.sqlite"
        journal = SqliteJournal.open(path, create=True)
        first, *others = passed() if events is None else events
        first = replace(first, run=run, **started)  # type: ignore[arg-type]
        journal.append([replace(event, at=event.at + minutes(day * 24 * 60)) for event in (first, *others)])
        journal.release()
        return path

    return kept


def asked(state: Path, **settings: object) -> list[str]:
    request = TrendRequest(runbook="orders-failover", environment=None, mode=None, last=20, state_dir=state)
    found = find_trend(replace(request, **settings))  # type: ignore[arg-type]
    assert {run.started.environment for run in found.trend.runs} <= {found.environment}
    assert {run.started.simulated for run in found.trend.runs} <= {found.simulated}
    return [run.started.run for run in found.trend.runs]


def test_a_trend_is_of_the_environment_in_which_the_runbook_was_run_last(keep: Keep, tmp_path: Path) -> None:
    keep("sim-1", 1)
    keep("stg-2", 2, simulated=False, environment="staging")
    keep("sim-3", 3)
    keep("stg-4", 4, simulated=False, environment="staging", mode=Mode.RECOVER)
    keep("stg-5", 5, begun(), simulated=False, environment="staging")
    keep("stg-6", 6, simulated=False, environment="staging", runbook="another")
    assert asked(tmp_path) == ["stg-2", "stg-4"]
    assert asked(tmp_path, environment="simulated") == ["sim-1", "sim-3"]
    assert asked(tmp_path, environment="staging", mode=Mode.DRILL) == ["stg-2"]
    assert asked(tmp_path, environment="simulated", last=1) == ["sim-3"]


def test_simulated_runs_in_an_environment_of_the_same_name_are_left_out(keep: Keep, tmp_path: Path) -> None:
    keep("emulated", 1, simulated=True, environment="staging")
    keep("real", 2, simulated=False, environment="staging")
    assert asked(tmp_path, environment="staging") == ["real"]


def test_what_was_never_run_has_no_trend(keep: Keep, tmp_path: Path) -> None:
    keep("sim-1", 1)
    with pytest.raises(NotFound, match="no run of 'orders-failover' in staging as a drill is kept"):
        asked(tmp_path, environment="staging", mode=Mode.DRILL)


def test_a_damaged_journal_is_counted(keep: Keep, tmp_path: Path) -> None:
    keep("sim-1", 1)
    keep("sim-2", 2).write_bytes(b"no journal at all" * 500)
    request = TrendRequest(runbook="orders-failover", environment=None, mode=None, last=20, state_dir=tmp_path)
    found = find_trend(request)
    assert ([run.started.run for run in found.trend.runs], found.unread) == (["sim-1"], 1)
