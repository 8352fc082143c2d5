"""Drive a run: its steps, then (where a drill failed unwatched) undo, then `finally`, then the verdict.

The same function starts a run and resumes it: everything it goes by is in the
journal, so that a run which was killed is simply driven again.
"""

from __future__ import annotations

from drctl.engine.context import started
from drctl.engine.ledger import Ledger
from drctl.engine.order import Order
from drctl.engine.parts import Parts
from drctl.engine.starter import Starter, ends_early
from drctl.engine.steering import Steering
from drctl.engine.stocktaking import Stocktaking
from drctl.engine.sustaining import Sustaining
from drctl.engine.undoing import Undoing
from drctl.engine.watch import Watch
from drctl.model import events as e
from drctl.model.closing_findings import closing_findings
from drctl.model.events import Approve, Mode
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.outcome import outcome, said_of_abort
from drctl.model.plan import AfterDrill, OnStop, Plan
from drctl.model.run import Run, RunState, StepState


def drive(plan: Plan, run: Run, parts: Parts) -> Run:
    """Drive `run` as far as it goes: finished, held for an operator, or paused on request.

    Driving a finished run does nothing. Raises LeaseLost and JournalUnavailable; what was recorded stays.
    """
    if run.state is RunState.FINISHED:
        return run
    parts.progress.begin(plan, run)
    try:
        Driver(plan, run, parts).drive()
    finally:
        parts.progress.end(run)
    return run


class Driver:
    """One drive of one run."""

    def __init__(self, plan: Plan, run: Run, parts: Parts) -> None:
        self._run, self._parts = run, parts
        self._ledger = Ledger(parts.journal, run, parts.progress)
        self._starter = Starter(plan, parts, self._ledger, orders=self._obey)
        self._scheduler = self._starter.scheduler
        self._steering = Steering(plan, parts, self._ledger, self._starter)
        self._stock = Stocktaking(lambda: self._plan, run, parts, self._ledger)

    def drive(self) -> None:
        """The parts of a run, one after the other; each is skipped quickly where it is already behind us."""
        self._stock.before()
        if not self._go_through(final=False) and self._leaves():
            return
        if not self._sustain() and self._leaves():
            return
        self._give_up_what_runs()
        if not self._take_back() or self._held():
            return
        while not self._go_through(final=True):
            # An abort may come as late as this. What it wants undone is undone, and `finally` goes on.
            if self._leaves() or not self._take_back():
                return
        self._finish()

    def _leaves(self) -> bool:
        """Whether this drive ends here: paused, held by a stop condition, or to go on by an amended plan."""
        self._starter.abandon()
        pause = self._parts.pause
        if not pause.asked:
            return self._run.aborted is None
        paused = e.RunPaused(at=self._scheduler.now(), by=pause.by, why=pause.why, order=pause.order)
        self._ledger.write([paused], (pause.order,) if pause.order else ())
        return True

    def _give_up_what_runs(self) -> None:
        """The steps that an abort has found on their way: nobody waits for what they have begun."""
        if (aborted := self._run.aborted) is None:
            return
        steps = (step for step in self._plan.steps if not step.final)
        running = [step.id for step in steps if self._run.step(step.id).state is StepState.RUNNING]
        now, because = self._scheduler.now(), f"left on its way: {said_of_abort(aborted)}"
        self._ledger.write([e.StepFailed(at=now, step=id, because=because) for id in running])

    def _take_back(self) -> bool:
        """Take back what there is a reason to; False where this drive ends meanwhile."""
        while (reason := self._takes_back()) is not None and not self._undo(reason):
            # Cut off by an abort, it goes on where that wants it, too.
            if self._leaves():
                return False
        return True

    def _takes_back(self) -> str | None:
        """Why what was changed is taken back now; None where it stays."""
        if (aborted := self._run.aborted) is not None:
            return said_of_abort(aborted) if aborted.undo else None
        if self._run.undo_reason:
            return self._run.undo_reason
        if self._order.unsatisfied(self._run, final=False):
            stuck = f"{self._order.stuck(self._run)}, and nobody watches this drill"
            return stuck if self._undoes_itself() else None
        return "it has reached its end, and leaves nothing behind" if self._leaves_no_trace() else None

    def _held(self) -> bool:
        """Whether the run waits for a person, because steps that it cannot do without have failed."""
        if ends_early(self._run):
            return False
        if not self._order.unsatisfied(self._run, final=False):
            return False
        self._ledger.write([e.RunHeld(at=self._scheduler.now(), because=self._order.stuck(self._run))])
        return True

    def _go_through(self, *, final: bool) -> bool:
        """Drive one part of the plan until nothing in it can go on; False where it was paused."""
        if ends_early(self._run) and not final:
            return True
        self._starter.take_up(final=final)
        watch = Watch(self._plan, self._run, self._starter.bind, self._scheduler.now()) if not final else None
        quiet = self._scheduler.run_until_quiet(watch)
        self._heed_stops()
        return quiet

    def _sustain(self) -> bool:
        """See that the checks stay green, once all else is done and verified; False where it was stopped."""
        sustaining = Sustaining(self._plan, self._run, self._scheduler, self._ledger, self._starter.bind)
        if ends_early(self._run) or self._order.unsatisfied(self._run, final=False) or not sustaining.due:
            return True
        quiet = sustaining.through(Watch(self._plan, self._run, self._starter.bind, self._scheduler.now()))
        self._heed_stops()
        return quiet

    def _heed_stops(self) -> None:
        """Do with the run what the stop condition says that has tripped."""
        if self._run.tripped is None or self._run.aborted is not None:
            return
        tripped, now = self._run.tripped, self._scheduler.now()
        name = f"the stop condition {tripped.condition}"
        if tripped.then is OnStop.HOLD and not self._undoes_itself():
            self._ledger.write([e.RunHeld(at=now, because=f"{name} has tripped: {tripped.because}")])
        else:
            # Where nobody watches, nobody would decide what is to become of a run that is held.
            undo = tripped.then is not OnStop.ABORT
            self._ledger.write([e.RunAborted(at=now, by=name, why=tripped.because, undo=undo)])

    def _obey(self, in_flight: frozenset[str]) -> None:
        self._steering.obey(in_flight)

    @property
    def _plan(self) -> Plan:
        return self._steering.plan

    @property
    def _order(self) -> Order:
        return self._starter.order

    def _undoes_itself(self) -> bool:
        """Whether nobody is there to decide: a drill that runs by itself takes back what it did."""
        first = started(self._run)
        return first.mode is Mode.DRILL and self._run.approve is Approve.AUTO

    def _leaves_no_trace(self) -> bool:
        """Whether a drill that has reached its end takes back what it has changed: it worked on copies of its own."""
        return self._plan.after_drill is AfterDrill.UNDO and started(self._run).mode is Mode.DRILL

    def _undo(self, reason: str) -> bool:
        self._stock.built()
        return Undoing(self._order, self._scheduler, self._ledger, self._starter.bind).through(reason)

    def _never_cleaned_up(self) -> list[e.Event]:
        """A finding for each `finally` step that was never begun, because one that it needs has failed."""
        pending = [i for i in self._order.unsatisfied(self._run, final=True) if self._run.step(i).started_at is None]
        return [
            e.FindingRecorded(
                at=self._scheduler.now(),
                finding=Finding(FindingKind.LEFTOVER, Severity.WARNING, f"{id} of `finally` never ran", id),
            )
            for id in pending
        ]

    def _finish(self) -> None:
        self._ledger.write(self._never_cleaned_up())
        self._stock.after()
        now, found = self._scheduler.now(), closing_findings(self._run, self._plan)
        self._ledger.write([e.FindingRecorded(at=now, finding=finding) for finding in found])
        judged = outcome(self._run, self._plan).judgement
        self._ledger.write([e.RunFinished(at=self._scheduler.now(), verdict=judged.verdict, reasons=judged.reasons)])
