"""Undo: every change that was made is taken back, dependents first, by the same machine with another goal."""

from __future__ import annotations

from collections.abc import Callable

from drctl.engine.ledger import Ledger
from drctl.engine.live import Goal, Live
from drctl.engine.order import Order
from drctl.engine.scheduler import Scheduler
from drctl.model import events as e
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.plan import PlannedStep
from drctl.model.resolve import Unrecorded
from drctl.ports.action import BoundStep, ParamsInvalid


class Undoing:
    """One undo of one run. It can be cut off and taken up again: what is undone is recorded step by step."""

    def __init__(
        self, order: Order, scheduler: Scheduler, ledger: Ledger, bind: Callable[[PlannedStep], BoundStep]
    ) -> None:
        self._order, self._scheduler, self._ledger, self._bind = order, scheduler, ledger, bind

    def through(self, reason: str) -> bool:
        """Undo until nothing is left that this run made and can take back; False where it was paused.

        `reason` is recorded, unless this goes on with an undo that was begun before.
        """
        if not self._ledger.run.undo_reason:
            self._ledger.write([e.UndoStarted(at=self._scheduler.now(), reason=reason)])
        # In rounds: each takes back the steps that nothing undone-yet depends on.
        while ready := self._ready():
            for step in ready:
                self._add(step)
            if not self._scheduler.run_until_quiet():
                return False
        return True

    def _ready(self) -> list[PlannedStep]:
        left = self._order.to_undo(self._ledger.run)
        ids = [step.id for step in left]
        return [step for step in left if not self._order.undo_waits_for(step.id, ids)]

    def _add(self, step: PlannedStep) -> None:
        now = self._scheduler.now()
        if step.irreversible:
            self._cannot(step, "this cannot be undone")
            return
        try:
            bound = self._bind(step)
        except (Unrecorded, ParamsInvalid) as error:
            self._cannot(step, str(error))
            return
        self._scheduler.add(Live(step=step, spec=bound.action.spec, bound=bound, goal=Goal.UNDO, begun=now))

    def _cannot(self, step: PlannedStep, because: str) -> None:
        now = self._scheduler.now()
        finding = Finding(FindingKind.LEFTOVER, Severity.SERIOUS, f"{step.id} was left as it is: {because}", step.id)
        self._ledger.write(
            [
                e.StepUndoFailed(at=now, step=step.id, because=because),
                e.FindingRecorded(at=now, finding=finding),
            ]
        )
