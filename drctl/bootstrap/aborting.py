"""Abort a run and see it to its end, whoever drives it."""

from __future__ import annotations

from collections.abc import Callable

from drctl.bootstrap.driving import outcome_of
from drctl.bootstrap.ordering import Obeyed, give
from drctl.bootstrap.records import plan_of
from drctl.bootstrap.requests import Outcome
from drctl.errors import SimulationGone
from drctl.journal.folder import RunFolder
from drctl.journal.sqlite import SqliteJournal
from drctl.model import events as e
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.order import Order
from drctl.model.outcome import outcome
from drctl.model.run import Run, RunState


def abort(order: Order, folder: RunFolder, go_on: Callable[[], Outcome]) -> Obeyed | Outcome:
    """Have the run aborted. Where nobody drives it, `go_on` drives what is left: undo and `finally`.

    The answer is that of the runner's obedience, or of our own drive.
    """
    obeyed = give(order, folder)
    if obeyed.driven:
        return obeyed
    try:
        return go_on()
    except SimulationGone as gone:
        return _ended_without_a_world(folder, gone)


def _ended_without_a_world(folder: RunFolder, gone: SimulationGone) -> Outcome:
    """A simulated run whose world has ended has nothing left to undo or to clean up; it ends all the same."""
    journal = SqliteJournal.open(folder.journal)
    try:
        run = Run.of(journal.read())
        plan = plan_of(run)
        if run.state is not RunState.FINISHED:
            at = run.last_at or (run.started.at if run.started is not None else None)
            if at is None:
                raise gone
            what = "its simulated AWS had ended, so that nothing was undone and no `finally` step ran"
            left = Finding(FindingKind.LEFTOVER, Severity.INFO, what)
            journal.append([e.FindingRecorded(at=at, finding=left)])
            judged = outcome(run, plan).judgement
            journal.append([e.RunFinished(at=at, verdict=judged.verdict, reasons=judged.reasons)])
            run = Run.of(journal.read())
        return outcome_of(run, plan)
    finally:
        journal.release()
