"""Drive a run: its steps, then (where a drill failed unwatched) undo, then `finally`, then the verdict.

The same function starts a run and resumes it: everything it goes by is in the
journal, so that a run which was killed is simply driven again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from datetime import datetime

from drctl.engine.context import started
from drctl.engine.endings import given_up
from drctl.engine.facts import facts_for
from drctl.engine.ledger import Ledger
from drctl.engine.live import Goal, Live
from drctl.engine.order import Order
from drctl.engine.orders import Rules, carry_out
from drctl.engine.parts import Parts
from drctl.engine.scheduler import Scheduler
from drctl.engine.undoing import Undoing
from drctl.engine.watch import Watch
from drctl.model import events as e
from drctl.model.condition import holds
from drctl.model.events import Approve, Mode
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.outcome import outcome, said_of_abort
from drctl.model.plan import AfterDrill, OnStop, Plan, PlannedStep
from drctl.model.resolve import Unrecorded, resolve
from drctl.model.run import Run, RunState, StepState
from drctl.model.values import Json
from drctl.ports.action import BoundStep, ParamsInvalid


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
        self._plan, self._run, self._parts = plan, run, parts
        self._order = Order(plan)
        self._ledger = Ledger(parts.journal, run, parts.progress)
        self._scheduler = Scheduler(
            parts, self._ledger, ended=self._start_after, restart=self._start_over, orders=self._obey
        )
        self._final = False
        self._again: set[str] = set()
        """The steps that start over as soon as what they need, which is tried again itself, has ended."""
        self._rules = Rules(self._asks_person, parts.replan)

    def drive(self) -> None:
        """The parts of a run, one after the other; each is skipped quickly where it is already behind us."""
        if not self._go_through(final=False) and self._leaves():
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
        self._scheduler.abandon()
        self._again.clear()
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
        if self._ends_early():
            return False
        if not self._order.unsatisfied(self._run, final=False):
            return False
        self._ledger.write([e.RunHeld(at=self._scheduler.now(), because=self._order.stuck(self._run))])
        return True

    def _go_through(self, *, final: bool) -> bool:
        """Drive one part of the plan until nothing in it can go on; False where it was paused."""
        if self._ends_early() and not final:
            return True
        self._final = final
        part = [step for step in self._plan.steps if step.final is final]
        # Found before anything is started: what fails while the others are taken up has had its attempt.
        again = {step.id for step in part if self._may_start_over(step)}
        for step in part:
            self._open(step, again)
        watch = Watch(self._plan, self._run, self._bind, self._scheduler.now()) if not final else None
        quiet = self._scheduler.run_until_quiet(watch)
        self._heed_stops()
        return quiet

    def _ends_early(self) -> bool:
        """Whether nothing but undo and `finally` is to follow."""
        return self._run.aborted is not None or bool(self._run.undo_reason)

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
        """Carry out what operators have ordered, but for steps that are in flight: those have to come home first."""
        for order in self._ledger.orders():
            if order.step in in_flight:
                continue
            events = carry_out(order, self._run, self._plan, self._rules, self._scheduler.now())
            if isinstance(events[0], e.RunPaused):
                # Recorded once everything has come home; until then the order stays in the inbox.
                self._parts.pause.ask(order.by, order.why, order.id)
                continue
            self._ledger.write(events, (order.id,))
            self._follow(events[0])

    def _follow(self, event: e.Event) -> None:
        match event:
            case e.RunAborted():
                self._scheduler.halt()
            case e.PlanAmended(sources=sources):
                self._plan = self._parts.replan(sources)
                self._order = Order(self._plan)
                self._parts.progress.begin(self._plan, self._run)
                self._start_what_can()
            case e.StepRetried(step=id):
                self._drop(id)
                step = self._order.by_id[id]
                if step.final is self._final:
                    self._open(step, frozenset())
            case e.StepSkipped(step=id):
                self._drop(id)
                self._start_after(id)

    def _drop(self, id: str) -> None:
        self._scheduler.drop(id)
        self._again.discard(id)

    def _asks_person(self, kind: str) -> bool:
        spec = self._parts.catalogue.spec(kind)
        return spec is not None and spec.asks_person

    def _open(self, step: PlannedStep, again: Set[str]) -> None:
        """Take up a step where the journal left it; none once the run has been stopped."""
        if self._scheduler.halted:
            return
        recorded = self._run.step(step.id)
        if recorded.state is StepState.RUNNING:
            if not self._scheduler.drives(step.id):
                now = self._scheduler.now()
                self._drive_step(step, recorded.epoch_at or now, resumed=now)
        elif step.id in again:
            # Whoever resumes a run wants what has failed to be looked at again; looking changes nothing.
            self._start_over(step.id)
        elif self._startable(step):
            self._start(step)

    def _may_start_over(self, step: PlannedStep) -> bool:
        recorded = self._run.step(step.id)
        if recorded.state is StepState.FAILED and recorded.epoch < step.retry.attempts:
            # The runner was stopped while the step waited for its next attempt.
            return True
        return recorded.state in (StepState.FAILED, StepState.HELD) and not self._order.satisfied(step.id, self._run)

    def _startable(self, step: PlannedStep) -> bool:
        # A step that starts over has not ended, even where the run could do without it.
        return not self._waits(step) and self._order.startable(step.id, self._run)

    def _waits(self, step: PlannedStep) -> bool:
        return any(self._drives(needed) for needed in step.needs)

    def _drives(self, id: str) -> bool:
        """Whether that step is under way, or is to start over; or the one that stands in for it."""
        stand_in = self._run.step(id).fell_back_to
        return self._scheduler.drives(id) or id in self._again or (stand_in is not None and self._drives(stand_in))

    def _start_what_can(self) -> None:
        self._start_each(step.id for step in self._plan.steps)

    def _start_after(self, id: str) -> None:
        self._start_each(self._order.after(id))

    def _start_each(self, ids: Iterable[str]) -> None:
        """Start those of the steps that can begin; none once the run has been stopped, or is being taken back."""
        if self._scheduler.halted or (self._ends_early() and not self._final):
            return
        for id in ids:
            step = self._order.by_id[id]
            if id in self._again:
                self._start_over(id)
            elif step.final is self._final and self._startable(step):
                self._start(step)

    def _start(self, step: PlannedStep) -> None:
        now = self._scheduler.now()
        try:
            if step.condition is not None and not holds(step.condition, facts_for(step, self._plan, self._run)):
                self._ledger.write([e.StepSkipped(at=now, step=step.id, reason="its condition does not hold")])
                self._start_after(step.id)
                return
        except Unrecorded as error:
            self._fail_at_start(
                step,
                self._run.step(step.id).epoch + 1,
                f"its condition needs {error.reference}, which was not recorded",
            )
            return
        self._begin_epoch(step, self._run.step(step.id).epoch + 1)

    def _start_over(self, id: str) -> None:
        """Begin another attempt, once what the step needs is there: an operator may have had that tried again."""
        step = self._order.by_id[id]
        self._again.discard(id)
        if self._waits(step):
            self._again.add(id)
        elif all(self._order.satisfied(needed, self._run) for needed in step.needs):
            self._begin_epoch(step, self._run.step(id).epoch + 1)
        else:
            # It stays as it is; what can do without it need not wait for it.
            self._start_after(id)

    def _begin_epoch(self, step: PlannedStep, epoch: int) -> None:
        now = self._scheduler.now()
        try:
            params = self._resolved(step)
        except Unrecorded as error:
            self._fail_at_start(step, epoch, f"it needs {error.reference}, which was not recorded")
            return
        self._ledger.write([e.StepStarted(at=now, step=step.id, epoch=epoch, params=params)])
        self._drive_step(step, now)

    def _drive_step(self, step: PlannedStep, begun: datetime, resumed: datetime | None = None) -> None:
        try:
            bound = self._bind(step)
        except (Unrecorded, ParamsInvalid) as error:
            self._fail(step, str(error))
            return
        spec = bound.action.spec
        self._scheduler.add(Live(step=step, spec=spec, bound=bound, goal=Goal.RECOVER, begun=begun, resumed=resumed))

    def _bind(self, step: PlannedStep) -> BoundStep:
        return self._parts.catalogue.bind(step.uses, self._resolved(step))

    def _resolved(self, step: PlannedStep) -> Mapping[str, Json]:
        lookup = facts_for(step, self._plan, self._run)
        return {name: resolve(value, lookup) for name, value in step.params.items()}

    def _fail_at_start(self, step: PlannedStep, epoch: int, because: str) -> None:
        self._ledger.write([e.StepStarted(at=self._scheduler.now(), step=step.id, epoch=epoch)])
        self._fail(step, because)

    def _fail(self, step: PlannedStep, because: str) -> None:
        self._ledger.write(given_up(step, because, None, self._scheduler.now()))
        self._start_after(step.id)

    def _undoes_itself(self) -> bool:
        """Whether nobody is there to decide: a drill that runs by itself takes back what it did."""
        first = started(self._run)
        return first.mode is Mode.DRILL and self._run.approve is Approve.AUTO

    def _leaves_no_trace(self) -> bool:
        """Whether a drill that has reached its end takes back what it has changed: it worked on copies of its own."""
        return self._plan.after_drill is AfterDrill.UNDO and started(self._run).mode is Mode.DRILL

    def _undo(self, reason: str) -> bool:
        return Undoing(self._order, self._scheduler, self._ledger, self._bind).through(reason)

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
        judged = outcome(self._run, self._plan).judgement
        self._ledger.write([e.RunFinished(at=self._scheduler.now(), verdict=judged.verdict, reasons=judged.reasons)])
