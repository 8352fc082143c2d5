"""Tell people of a run as its environment wants: that it began, that it waits for them, what it has come to.

Nobody waits for that: what is to be told is told by a thread of its own, and what fails is written to the log. A
recovery does not stop because a chat is down.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from drctl.model import events as e
from drctl.model.notification import Moment, NotificationTarget
from drctl.model.plan import Plan
from drctl.model.recorded import Recorded
from drctl.model.run import Run, StepState
from drctl.ports.progress import Progress

PATIENCE_S = 15.0
"""How long the end of a drive waits for what is still being told."""

Send = Callable[[NotificationTarget, str], None]
"""Tells one target. Whatever it raises is written to the log."""


class NotifyingProgress:
    """Progress that is shown as before, and told to `targets` besides."""

    def __init__(self, shown: Progress, targets: Sequence[NotificationTarget], send: Send) -> None:
        self._shown, self._targets, self._send = shown, tuple(targets), send
        self._waiting: queue.SimpleQueue[tuple[NotificationTarget, str] | None] = queue.SimpleQueue()
        self._teller = threading.Thread(target=self._tell, name="notifications", daemon=True)
        self._begun = False

    def begin(self, plan: Plan, run: Run) -> None:
        self._shown.begin(plan, run)
        if self._begun:
            return
        self._begun = True
        self._teller.start()
        first = run.started
        if first is not None:
            goes_on = any(step.state is not StepState.PENDING for step in run.steps.values())
            did = "goes on" if goes_on else "has begun"
            self._put(
                Moment.START, run, f"{first.mode} of {first.runbook} {did} in {first.environment}, by {run.holder}"
            )

    def recorded(self, record: Recorded, run: Run) -> None:
        self._shown.recorded(record, run)
        match record.event:
            case e.RunHeld(because=because):
                self._put(Moment.HELD, run, f"waits for a person: {because}")
            case e.ApprovalAsked(step=step, role=role, approvers=approvers):
                many = f"{approvers} of " if approvers > 1 else ""
                self._put(Moment.APPROVAL, run, f"{many}{role} has to approve {step}: drctl status {_name(run)}")
            case e.StepHeld(step=step, because=because, hint=hint):
                self._put(Moment.HELD, run, f"{step} is held: {because}" + (f" ({hint})" if hint else ""))
            case e.RunFinished(verdict=verdict, reasons=reasons):
                self._put(Moment.VERDICT, run, " ".join([f"{verdict}.", *reasons]))

    def passed(self, now: datetime, run: Run) -> None:
        self._shown.passed(now, run)

    def end(self, run: Run) -> None:
        self._shown.end(run)
        if self._begun:
            self._waiting.put(None)
            self._teller.join(PATIENCE_S)

    def _put(self, moment: Moment, run: Run, what: str) -> None:
        first = run.started
        if first is None:
            return
        stamp = "SIMULATED " if first.simulated else ""
        incident = f" ({first.incident})" if first.incident else ""
        for target in self._targets:
            if moment in target.when:
                self._waiting.put((target, f"{stamp}drctl {first.run}{incident}: {what}"))

    def _tell(self) -> None:
        while (told := self._waiting.get()) is not None:
            try:
                self._send(*told)
            except Exception as error:
                _log(told[0], error)


def _name(run: Run) -> str:
    return run.started.run if run.started is not None else "latest"


def _log(target: NotificationTarget, error: Exception) -> None:
    import structlog

    log = structlog.get_logger("drctl.notifications")
    log.warning("nobody was told", target=", ".join(target.ways), region=target.region, reason=type(error).__name__)
