"""Go on with a run where its journal ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from drctl.bootstrap.driving import Drive, outcome_of
from drctl.bootstrap.environment_world import MfaCode
from drctl.bootstrap.isolating import stay_isolated
from drctl.bootstrap.reaching import reach
from drctl.bootstrap.records import plan_of
from drctl.bootstrap.requests import Outcome
from drctl.engine.parts import PauseRequest
from drctl.errors import InputInvalid, JournalCorrupt, NotFound, SimulationGone
from drctl.journal.folder import RunFolder, find_run
from drctl.journal.holder import Holder, this_process
from drctl.journal.lease import holder_of
from drctl.journal.reading import read_journal
from drctl.journal.sqlite import SqliteJournal
from drctl.journal.witness import Loss, lost_from, read_witness
from drctl.model import events as e
from drctl.model.events import Approve
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.recorded import Recorded
from drctl.model.run import Run, RunState
from drctl.ports.approvals import Approvals
from drctl.ports.progress import Progress


@dataclass(frozen=True, slots=True)
class Takeover:
    """Who takes a run from its runner, and why."""

    by: str
    why: str


@dataclass(frozen=True, slots=True)
class IgnoredStop:
    """The stop condition in spite of which a run goes on, who wants that, and why."""

    condition: str
    by: str
    why: str


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
    takeover: Takeover | None = None,
    ignored: IgnoredStop | None = None,
    mfa_code: MfaCode | None = None,
) -> Outcome:
    """Drive the run of that name on. A finished run is told as it is, and nothing is changed.

    With `takeover` a runner that still holds the lease loses it, and where the newest events of the journal are lost,
    the run goes on without them: a finding records it. With `ignored` the run goes on in spite of that
    stop condition. Raises NotFound, LeaseHeld, JournalCorrupt, GuardRefused, and SimulationGone where its simulated
    world has ended.
    """
    folder = find_run(state_dir, run)
    records = read_journal(folder.journal, accept_loss=takeover is not None)
    recorded = Run.of(records)
    if recorded.started is None:
        raise JournalCorrupt(f"the journal of {folder.run} has no first event", hint="drctl drill starts a new run")
    began, plan = recorded.started, plan_of(recorded)
    if recorded.state is RunState.FINISHED:
        return outcome_of(_accepted(folder, records) if takeover is not None else recorded, plan)
    if approve is Approve.AUTO and began.mode is e.Mode.RECOVER:
        raise InputInvalid("a recovery is approved by people, and by nothing else", hint="leave --approve out")
    if ignored is not None and ignored.condition not in {stop.check.id for stop in plan.stops}:
        known = ", ".join(stop.check.id for stop in plan.stops) or "none"
        raise NotFound(f"there is no stop condition {ignored.condition!r} in this run", context=[f"there is: {known}"])
    holder = holder_of(folder.journal) if takeover is not None else None
    journal = SqliteJournal.open(folder.journal, by_force=takeover is not None)
    try:
        # Another runner may have ended the run between our look at it and our lease.
        recorded = Run.of(journal.read())
        if recorded.state is RunState.FINISHED:
            return outcome_of(recorded, plan)
        try:
            world = reach(began, plan, recorded.last_at, speed=speed, mfa_code=mfa_code)
        except SimulationGone:
            # Nobody can go on with it, but what is left of it can be told from now on.
            journal.append(_lost(journal.loss, recorded.last_at))
            raise
        if recorded.state not in (RunState.UNDOING, RunState.ABORTING):
            # What a drill has made is taken back in any case; but it goes on only where it is still kept away.
            stay_isolated(world, began, plan)
        now = world.clock.now()
        journal.append(
            [
                *_lost(journal.loss, now),
                *_lease(takeover, holder, now),
                *_ignoring(ignored, now),
                e.RunResumed(at=now, by=str(this_process()), approve=approve),
            ]
        )
        outcome = Drive(
            folder=folder.path,
            run=Run.of(journal.read()),
            plan=plan,
            journal=journal,
            world=world,
            approve=approve or recorded.approve,
            progress=progress,
            approvals=approvals,
            pause=pause,
        ).go()
    finally:
        journal.release()
    if outcome.document["state"] == RunState.FINISHED and not keep:
        world.end()
    return outcome


def _accepted(folder: RunFolder, records: tuple[Recorded, ...]) -> Run:
    """The run, which has ended. Where notes were taken after its end, and are lost, that is recorded."""
    if lost_from(read_witness(folder.journal), records) is None:
        return Run.of(records)
    journal = SqliteJournal.open(folder.journal, by_force=True)
    try:
        journal.append(_lost(journal.loss, records[-1].event.at))
        return Run.of(journal.read())
    finally:
        journal.release()


def _lost(loss: Loss | None, now: datetime | None) -> list[e.Event]:
    if loss is None or now is None:
        return []
    what = f"{loss}; every step that is not over is looked at again, and no call that flips is sent unasked"
    return [e.FindingRecorded(at=now, finding=Finding(FindingKind.JOURNAL_LOST, Severity.SERIOUS, what))]


def _lease(takeover: Takeover | None, holder: Holder | None, now: datetime) -> list[e.Event]:
    if takeover is None:
        return [e.LeaseTaken(at=now, holder=str(this_process()), reason="resume")]
    reason = f"taken over by {takeover.by}: {takeover.why}"
    events: list[e.Event] = [e.LeaseTaken(at=now, holder=str(this_process()), reason=reason)]
    if holder is not None:
        what = f"{takeover.by} took the run from {holder}, whose lease still held: {takeover.why}"
        events.append(e.FindingRecorded(at=now, finding=Finding(FindingKind.TAKEOVER, Severity.WARNING, what)))
    return events


def _ignoring(ignored: IgnoredStop | None, now: datetime) -> list[e.Event]:
    if ignored is None:
        return []
    what = f"{ignored.by} went on in spite of the stop condition {ignored.condition}: {ignored.why}"
    return [
        e.StopIgnored(at=now, condition=ignored.condition, by=ignored.by, why=ignored.why),
        e.FindingRecorded(at=now, finding=Finding(FindingKind.OVERRIDE, Severity.SERIOUS, what)),
    ]
