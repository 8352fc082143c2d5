"""The trend of a runbook, from the runs that are kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from drctl.bootstrap.past_runs import past_runs
from drctl.errors import NotFound
from drctl.model.events import Mode, RunStarted
from drctl.model.trend import Trend, TrendRun, trend_of, trend_run

PATIENCE_S = 60.0
"""Nobody waits for a trend as for a recovery; but a folder of thousands of runs must not keep it for ever."""


@dataclass(frozen=True, kw_only=True)
class TrendRequest:
    """A trend as it was asked for."""

    runbook: str
    environment: str | None
    """None for the environment in which the runbook was run last."""
    mode: Mode | None
    last: int
    state_dir: Path


@dataclass(frozen=True, kw_only=True)
class Found:
    """The trend, what it is of, and how many journals could not be read."""

    runbook: str
    environment: str
    simulated: bool
    mode: Mode | None
    trend: Trend
    unread: int


def find_trend(request: TrendRequest) -> Found:
    """The trend that was asked for, over the newest finished runs. Simulated runs and others are never mixed.

    Raises NotFound where no run of that runbook is kept there, and Refused where the state folder cannot be read.
    """

    def wanted(started: RunStarted) -> bool:
        return (
            started.runbook == request.runbook
            and request.environment in (None, started.environment)
            and request.mode in (None, started.mode)
        )

    newest = past_runs(request.state_dir, wanted, most=1, patience_s=PATIENCE_S)
    if not newest.runs or newest.runs[0][0].started is None:
        where = f" in {request.environment}" if request.environment is not None else ""
        how = f" as a {request.mode}" if request.mode is not None else ""
        raise NotFound(f"no run of {request.runbook!r}{where}{how} is kept in {request.state_dir}", hint="drctl runs")
    last = newest.runs[0][0].started

    def comparable(started: RunStarted) -> bool:
        return wanted(started) and (started.environment, started.simulated) == (last.environment, last.simulated)

    # Runs that have not finished are among them: a few more are read than are shown.
    found = past_runs(request.state_dir, comparable, most=request.last * 2 + 10, patience_s=PATIENCE_S)
    finished = [one for run, plan in found.runs if (one := trend_run(run, plan)) is not None]
    return Found(
        runbook=request.runbook,
        environment=last.environment,
        simulated=last.simulated,
        mode=request.mode,
        trend=trend_of(_newest(finished, request.last)),
        unread=found.unread,
    )


def _newest(runs: list[TrendRun], last: int) -> list[TrendRun]:
    return sorted(runs, key=lambda run: run.started.at)[-last:]
