"""Go on with a run where its journal ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from drctl.bootstrap import simulated
from drctl.bootstrap.driving import Drive, outcome_of
from drctl.bootstrap.records import plan_of
from drctl.bootstrap.requests import Outcome
from drctl.bootstrap.simulated import SimulatedSettings
from drctl.engine.parts import PauseRequest
from drctl.errors import JournalCorrupt
from drctl.journal.folder import find_run
from drctl.journal.holder import this_process
from drctl.journal.sqlite import SqliteJournal, read_journal
from drctl.model import events as e
from drctl.model.events import Approve
from drctl.model.run import Run, RunState
from drctl.ports.approvals import Approvals
from drctl.ports.progress import Progress


def resume(
    run: str,
    state_dir: Path,
    progress: Progress,
    approvals: Approvals | None,
    *,
    approve: Approve | None = None,
    speed: str | None = None,
    keep: bool = False,
    pause: PauseRequest,
) -> Outcome:
    """Drive the run of that name on. A finished run is told as it is, and nothing is changed.

    Raises NotFound, LeaseHeld, JournalCorrupt, and SimulationGone where its simulated world has ended.
    """
    folder = find_run(state_dir, run)
    recorded = Run.of(read_journal(folder.journal))
    if recorded.started is None:
        raise JournalCorrupt(f"the journal of {folder.run} has no first event", hint="drctl drill starts a new run")
    began, plan = recorded.started, plan_of(recorded)
    if recorded.state is RunState.FINISHED:
        return outcome_of(recorded, plan)
    settings = SimulatedSettings.read(began.settings)
    if speed is not None:
        settings = replace(settings, speed=speed)
    journal = SqliteJournal.open(folder.journal)
    try:
        # Another runner may have ended the run between our look at it and our lease.
        recorded = Run.of(journal.read())
        if recorded.state is RunState.FINISHED:
            return outcome_of(recorded, plan)
        simulation = simulated.attach(settings)
        clock = simulated.clock_of(simulation, settings.speed)
        journal.append(
            [
                e.LeaseTaken(at=clock.now(), holder=str(this_process()), reason="resume"),
                e.RunResumed(at=clock.now(), by=str(this_process()), approve=approve),
            ]
        )
        outcome = Drive(
            folder=folder.path,
            run=Run.of(journal.read()),
            plan=plan,
            journal=journal,
            simulation=simulation,
            settings=settings,
            approve=approve or recorded.approve,
            progress=progress,
            approvals=approvals,
            pause=pause,
        ).go(clock)
    finally:
        journal.release()
    if outcome.document["state"] == RunState.FINISHED and not keep:
        simulation.stop()
    return outcome
