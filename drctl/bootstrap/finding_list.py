"""The findings of all runs in a state folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drctl.bootstrap.records import plan_of
from drctl.clock import SystemClock
from drctl.errors import DrctlError
from drctl.journal.folder import RunFolder, all_runs
from drctl.journal.reading import read_journal
from drctl.model.finding_history import TrackedFinding, tracked_findings
from drctl.model.plan import Plan
from drctl.model.run import Run


def list_findings(state_dir: Path, runbook: str | None = None) -> Sequence[TrackedFinding]:
    """The findings of every run that can be read, or of those of one runbook; `drctl runs` tells of the others."""
    read = [found for folder in all_runs(state_dir) if (found := _read(folder, runbook)) is not None]
    return tracked_findings(read, SystemClock().now().date())


def _read(folder: RunFolder, runbook: str | None) -> tuple[Run, Plan] | None:
    try:
        run = Run.of(read_journal(folder.journal))
        if run.started is None or (runbook is not None and run.started.runbook != runbook):
            return None
        return run, plan_of(run)
    except DrctlError:
        return None
