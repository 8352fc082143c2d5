"""Read runs without driving them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from drctl.bootstrap.texts import recorded_plan
from drctl.errors import DrctlError, JournalCorrupt
from drctl.journal.folder import RunFolder, all_runs, find_run
from drctl.journal.reading import read_journal
from drctl.model.plan import Plan
from drctl.model.recorded import Recorded
from drctl.model.run import Run
from drctl.report.runs import RunRow, run_row


def plan_of(run: Run) -> Plan:
    """The plan that `run` follows, amended or not. Raises JournalCorrupt where its first event is missing."""
    if run.started is None:
        raise JournalCorrupt("the journal has no first event, so the run never began")
    return recorded_plan(run.started, run.amended[-1].sources if run.amended else None)


def read_run(run: str, state_dir: Path) -> tuple[Run, Plan, tuple[Recorded, ...]]:
    """The run of that name, its plan, and everything that was recorded. Raises NotFound and JournalCorrupt."""
    records = read_journal(find_run(state_dir, run).journal)
    found = Run.of(records)
    return found, plan_of(found), records


def list_runs(state_dir: Path) -> Sequence[RunRow]:
    """Every run in the state folder, newest first. One damaged journal does not hide the others."""
    rows = [row for folder in all_runs(state_dir) if (row := _row(folder)) is not None]
    return sorted(rows, key=lambda row: row.started_at, reverse=True)


def _row(folder: RunFolder) -> RunRow | None:
    try:
        found = Run.of(read_journal(folder.journal))
        return run_row(found, plan_of(found)) if found.started is not None else None
    except DrctlError as error:
        written = datetime.fromtimestamp(folder.journal.stat().st_mtime, UTC)
        return RunRow(
            run=folder.run,
            runbook="-",
            mode="-",
            environment="-",
            simulated=False,
            scenario=None,
            state=f"unreadable: {error.name}",
            verdict=None,
            started_at=written,
            ended_at=None,
            rto=None,
            rpo=None,
        )
