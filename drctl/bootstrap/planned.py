"""Planned work gives way: to an incident, to another runner, and to the windows of its environment.

What is not started is skipped, never queued. Whoever looks has to keep the others from looking until its run is
recorded (`drctl.journal.starting`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from drctl.bootstrap.records import list_runs
from drctl.bootstrap.requests import DrillRequest
from drctl.errors import DrctlError, Refused
from drctl.journal.folder import find_run
from drctl.journal.holder import this_process
from drctl.journal.lease import holder_of
from drctl.model import events as e
from drctl.model.environment import Environment
from drctl.model.events import Mode
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.instant import format_instant
from drctl.model.run import RunState
from drctl.model.skipping import Obstacle, OpenRun, Skip, planned_work, window_in_words
from drctl.model.values import Json


class PlannedBlocked(Refused):
    """Something is in the way of planned work."""

    name = "blocked"


class DrillSkipped(Exception):
    """A drill that gives way, as it was asked to: no error. `document` is its report."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        super().__init__(str(document["reason"]))
        self.document = document


def planned_start(
    environment: Environment, request: DrillRequest, state_dir: Path, now: datetime
) -> tuple[e.FindingRecorded, ...]:
    """What the new run has to record of how it came to start; call it before anything is started.

    Raises DrillSkipped where something is in the way and the request says to skip then, and else PlannedBlocked.
    """
    if request.despite_window is not None and not request.despite_window.strip():
        raise PlannedBlocked("--despite-window wants a reason, which is recorded", hint="drctl drill --help")
    answer = planned_work(
        environment, _open_runs(state_dir, environment.name), now, despite=request.despite_window is not None
    )
    if isinstance(answer, Skip):
        if request.skip_if_blocked:
            raise DrillSkipped(skipped_document(request.runbook, environment.name, answer, now))
        raise _refusal(environment.name, answer)
    if answer.overridden is None:
        return ()
    what = (
        f"{this_process()} started the drill in a blocked window ({window_in_words(answer.overridden)}): "
        f"{request.despite_window}"
    )
    return (e.FindingRecorded(at=now, finding=Finding(FindingKind.OVERRIDE, Severity.WARNING, what)),)


def skipped_document(runbook: str, environment: str, skip: Skip, now: datetime) -> Mapping[str, Json]:
    """The report of a drill that was skipped."""
    return {
        "schema_version": 1,
        "skipped": True,
        "runbook": runbook,
        "environment": environment,
        "at": format_instant(now),
        "obstacle": str(skip.obstacle),
        "reason": skip.reason,
        "until": format_instant(skip.until) if skip.until is not None else None,
    }


def _refusal(environment: str, skip: Skip) -> PlannedBlocked:
    hint = {
        Obstacle.INCIDENT: "bring the recovery to its end first: drctl runs",
        Obstacle.BUSY: "wait for it to end: drctl runs",
        Obstacle.WINDOW: "wait, or start it all the same, which is recorded: --despite-window REASON",
    }
    return PlannedBlocked(f"no drill is started in {environment} now: {skip.reason}", hint=hint[skip.obstacle])


def _open_runs(state_dir: Path, environment: str) -> list[OpenRun]:
    rows = list_runs(state_dir)
    # Where a journal cannot be read, the name of the run is all that tells where it belongs.
    unreadable = [row for row in rows if row.mode not in tuple(Mode) and row.run.startswith(f"dr-{environment}-")]
    unfinished = [row for row in rows if row.environment == environment and row.state != RunState.FINISHED]
    return [
        *(OpenRun(run=row.run, runbook=row.runbook, mode=None, driver=None) for row in unreadable),
        *(
            OpenRun(run=row.run, runbook=row.runbook, mode=Mode(row.mode), driver=_driver(state_dir, row.run))
            for row in unfinished
        ),
    ]


def _driver(state_dir: Path, run: str) -> str | None:
    try:
        holder = holder_of(find_run(state_dir, run).journal)
    except DrctlError as error:
        # Whoever it is may be alive for all we know.
        return f"somebody unknown ({error.what})"
    return None if holder is None else str(holder)
