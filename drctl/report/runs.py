"""The list of runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from drctl.model.instant import format_instant
from drctl.model.outcome import outcome
from drctl.model.plan import Plan
from drctl.model.run import Run
from drctl.report.plain_json import plain_fields
from drctl.report.wording import date_and_time, span


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run in the list. `verdict` is None until it has finished, the two numbers while they are not known."""

    run: str
    runbook: str
    mode: str
    environment: str
    simulated: bool
    scenario: str | None
    state: str
    verdict: str | None
    started_at: datetime
    ended_at: datetime | None
    rto: timedelta | None
    rpo: timedelta | None


def run_row(run: Run, plan: Plan) -> RunRow | None:
    """`run` as a row; None where not even its first event was recorded."""
    if run.started is None:
        return None
    measured = outcome(run, plan)
    return RunRow(
        run=run.started.run,
        runbook=run.started.runbook,
        mode=run.started.mode,
        environment=run.started.environment,
        simulated=run.started.simulated,
        scenario=run.started.scenario,
        state=run.state,
        verdict=run.verdict,
        started_at=run.started.at,
        ended_at=run.ended_at,
        rto=measured.rto.total,
        rpo=measured.rpo.actual,
    )


def runs_document(rows: Sequence[RunRow]) -> dict[str, Any]:
    """The list for scripts; spans in seconds, as `rto_s` and `rpo_s`."""
    return {"runs": [_renamed(plain_fields(row)) for row in rows]}


def _renamed(fields: dict[str, Any]) -> dict[str, Any]:
    return {{"rto": "rto_s", "rpo": "rpo_s"}.get(name, name): value for name, value in fields.items()}


def runs_text(rows: Sequence[RunRow]) -> str:
    """The list for people: one line for each run, whatever the width, so that grep and cut work on it."""
    cells = [("run", "runbook", "environment", "started", "RTO", "RPO", "state"), *(_cells(row) for row in rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells)
    return "\n".join(lines) + "\n"


def _cells(row: RunRow) -> tuple[str, ...]:
    where = "SIMULATED" if row.simulated else row.environment
    started = date_and_time(format_instant(row.started_at))
    rto, rpo = (span(value.total_seconds()) if value is not None else "-" for value in (row.rto, row.rpo))
    return (row.run, row.runbook, where, started, rto, rpo, row.verdict or row.state)
