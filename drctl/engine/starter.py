"""Start the steps that can begin, and take up those that an earlier drive has left.

What can begin is decided by what is recorded, and by what is under way: a step whose need is being tried again
waits for that, whatever was recorded of it before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from datetime import datetime

from drctl.engine.endings import given_up
from drctl.engine.facts import facts_for
from drctl.engine.ledger import Ledger
from drctl.engine.live import Goal, Live
from drctl.engine.order import Order
from drctl.engine.parts import Parts
from drctl.engine.scheduler import Scheduler
from drctl.model import events as e
from drctl.model.condition import holds
from drctl.model.plan import Plan, PlannedStep
from drctl.model.resolve import Unrecorded, resolve
from drctl.model.run import Run, StepState
from drctl.model.values import Json
from drctl.ports.action import BoundStep, ParamsInvalid


class Starter:
    """Starts the steps of one part of a plan: those before `finally`, or those in it."""

    def __init__(self, plan: Plan, parts: Parts, ledger: Ledger, orders: Callable[[frozenset[str]], None]) -> None:
        self._parts, self._ledger, self._run = parts, ledger, ledger.run
        self._scheduler = Scheduler(
            parts, ledger, ended=self.start_after, restart=self._start_over, plan=lambda: self._plan, orders=orders
        )
        self._final = False
        self._again: set[str] = set()
        """The steps that start over as soon as what they need, which is tried again itself, has ended."""
        self.follow(plan)

    @property
    def scheduler(self) -> Scheduler:
        """What drives the steps that have been started."""
        return self._scheduler

    def follow(self, plan: Plan) -> None:
        """Go by `plan` from here on."""
        self._plan, self.order = plan, Order(plan)

    def take_up(self, *, final: bool) -> None:
        """Start what can begin in that part of the plan, and go on with what has begun."""
        self._final = final
        part = [step for step in self._plan.steps if step.final is final]
        # Found before anything is started: what fails while the others are taken up has had its attempt.
        again = {step.id for step in part if self._may_start_over(step)}
        for step in part:
            self._open(step, again)

    def try_again(self, id: str) -> None:
        """Take up one step as an operator's retry has left it, where this part of the plan has it."""
        step = self.order.by_id[id]
        if step.final is self._final:
            self._open(step, frozenset())

    def drop(self, id: str) -> None:
        """Drive that step no more, and do not start it over."""
        self._scheduler.drop(id)
        self._again.discard(id)

    def abandon(self) -> None:
        """Forget what has not been dispatched."""
        self._scheduler.abandon()
        self._again.clear()

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
        return recorded.state in (StepState.FAILED, StepState.HELD) and not self.order.satisfied(step.id, self._run)

    def _startable(self, step: PlannedStep) -> bool:
        # A step that starts over has not ended, even where the run could do without it.
        return not self._waits(step) and self.order.startable(step.id, self._run)

    def _waits(self, step: PlannedStep) -> bool:
        return any(self._drives(needed) for needed in step.needs)

    def _drives(self, id: str) -> bool:
        """Whether that step is under way, or is to start over; or the one that stands in for it."""
        stand_in = self._run.step(id).fell_back_to
        return self._scheduler.drives(id) or id in self._again or (stand_in is not None and self._drives(stand_in))

    def start_what_can(self) -> None:
        """Start every step that can begin now."""
        self._start_each(step.id for step in self._plan.steps)

    def start_after(self, id: str) -> None:
        """Start the steps that can begin because `id` has ended."""
        self._start_each(self.order.after(id))

    def _start_each(self, ids: Iterable[str]) -> None:
        """Start those of the steps that can begin; none once the run has been stopped, or is being taken back."""
        if self._scheduler.halted or (ends_early(self._run) and not self._final):
            return
        for id in ids:
            step = self.order.by_id[id]
            if id in self._again:
                self._start_over(id)
            elif step.final is self._final and self._startable(step):
                self._start(step)

    def _start(self, step: PlannedStep) -> None:
        now = self._scheduler.now()
        try:
            if step.condition is not None and not holds(step.condition, facts_for(step, self._plan, self._run)):
                self._ledger.write([e.StepSkipped(at=now, step=step.id, reason="its condition does not hold")])
                self.start_after(step.id)
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
        step = self.order.by_id[id]
        self._again.discard(id)
        if self._waits(step):
            self._again.add(id)
        elif all(self.order.satisfied(needed, self._run) for needed in step.needs):
            self._begin_epoch(step, self._run.step(id).epoch + 1)
        else:
            # It stays as it is; what can do without it need not wait for it.
            self.start_after(id)

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
            bound = self.bind(step)
        except (Unrecorded, ParamsInvalid) as error:
            self._fail(step, str(error))
            return
        spec = bound.action.spec
        self._scheduler.add(Live(step=step, spec=spec, bound=bound, goal=Goal.RECOVER, begun=begun, resumed=resumed))

    def bind(self, step: PlannedStep) -> BoundStep:
        """The action of `step` with its parameters as recorded facts give them.

        Raises Unrecorded and ParamsInvalid where they do not.
        """
        return self._parts.catalogue.bind(step.uses, self._resolved(step))

    def _resolved(self, step: PlannedStep) -> Mapping[str, Json]:
        lookup = facts_for(step, self._plan, self._run)
        return {name: resolve(value, lookup) for name, value in step.params.items()}

    def _fail_at_start(self, step: PlannedStep, epoch: int, because: str) -> None:
        self._ledger.write([e.StepStarted(at=self._scheduler.now(), step=step.id, epoch=epoch)])
        self._fail(step, because)

    def _fail(self, step: PlannedStep, because: str) -> None:
        self._ledger.write(given_up(step, because, None, self._scheduler.now()))
        self.start_after(step.id)


def ends_early(run: Run) -> bool:
    """Whether nothing but undo and `finally` is to follow."""
    return run.aborted is not None or bool(run.undo_reason)
