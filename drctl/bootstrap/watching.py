"""Watch a run that another process drives, from another terminal or from a copy of its folder: nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from drctl import clock
from drctl.bootstrap.driving import exit_code_of
from drctl.bootstrap.records import plan_of
from drctl.errors import DrctlError, JournalCorrupt, JournalUnavailable
from drctl.journal.folder import RunFolder, find_run
from drctl.journal.following import Following
from drctl.journal.lease import holder_of
from drctl.model.events import PlanAmended
from drctl.model.plan import Plan
from drctl.model.run import Run, RunState
from drctl.ports.progress import Progress

PATIENCE = timedelta(minutes=5)
"""For how long a journal may be unreadable, as while a copy is copied anew, until watching it is given up."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A run as it was seen last, and the exit code that its runner has ended with, or would end with."""

    run: Run
    plan: Plan
    exit_code: int


def watch(
    name: str,
    state_dir: Path,
    progress: Progress,
    *,
    wait: Callable[[], None],
    note: Callable[[str, str], None],
    monotonic: Callable[[], float] = clock.awake_and_asleep,
) -> Watched:
    """Show that run on `progress` until it has finished, with a `wait` before each look.

    `note` is told what the events do not tell, and what to type then: that nobody drives the run, or that it cannot
    be read; and nothing once that is over. Raises NotFound, and JournalCorrupt and JournalUnavailable where the
    journal cannot be read at first, or for five minutes.
    """
    folder = find_run(state_dir, name)
    following = Following(folder.journal)
    run = Run.of(following.news())
    plan = plan_of(run)
    progress.begin(plan, run)
    try:
        readable = monotonic()
        now = clock.SystemClock(not_before=run.last_at)
        note(*_who_drives(folder, run))
        while run.state is not RunState.FINISHED:
            wait()
            try:
                plan = _catch_up(following, run, plan, progress)
                told, readable = _who_drives(folder, run), monotonic()
            except (JournalCorrupt, JournalUnavailable) as error:
                if monotonic() - readable > PATIENCE.total_seconds():
                    raise
                told = (f"shown as of {run.last_at:%H:%M:%S}Z: {error.what}", "")
            note(*told)
            progress.passed(_present(run, now), run)
    finally:
        progress.end(run)
    return Watched(run, plan, exit_code_of(run))


def _catch_up(following: Following, run: Run, plan: Plan, progress: Progress) -> Plan:
    for record in following.news():
        run.apply(record)
        progress.recorded(record, run)
        if isinstance(record.event, PlanAmended):
            plan = plan_of(run)
            progress.begin(plan, run)
    return plan


def _present(run: Run, now: clock.SystemClock) -> datetime:
    """The run's own present. A simulated one has no other than its newest event."""
    simulated = run.started is not None and run.started.simulated
    return run.last_at if simulated and run.last_at is not None else now.now()


def present_of(run: Run) -> datetime | None:
    """The present of a run that is only looked at; None where it is that of its newest event."""
    if run.state is RunState.FINISHED or (run.started is not None and run.started.simulated):
        return None
    return clock.SystemClock(not_before=run.last_at).now()


def _who_drives(folder: RunFolder, run: Run) -> tuple[str, str]:
    """That nobody does, where the run is not over; empty while somebody does, or may."""
    if run.state is RunState.FINISHED:
        return "", ""
    try:
        driven = holder_of(folder.journal) is not None
    except DrctlError:
        return "", ""
    return ("", "") if driven else ("nobody drives this run now", f"drctl resume {folder.run}")
