"""Progress where the output is no terminal: one line for each thing worth knowing, never a flood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from drctl.model import events as e
from drctl.model.duration import format_duration
from drctl.model.events import Event
from drctl.model.plan import Plan
from drctl.model.recorded import Recorded
from drctl.model.run import Run, RunState
from drctl.model.timing import Mark
from drctl.report.event_line import EventLine, event_line
from drctl.report.wording import counted, objectives_in_words

_QUIET = (e.RunStarted, e.HistoryRead, e.LeaseTaken, e.ChangeReturned, e.RunFinished)
"""The head line, the last line and the next look tell of these."""

_WIDEST = 32


class PlainProgress:
    """Writes lines: the run's own clock, the time since the onset, the step, what happened."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._wide = 0
        self._waiting: dict[str, str] = {}

    def begin(self, plan: Plan, run: Run) -> None:
        self._wide = min(max((len(step.id) for step in plan.steps), default=3), _WIDEST)
        started = run.started
        if started is None:
            return
        kind = f"SIMULATED {started.mode}" if started.simulated else str(started.mode)
        objectives = objectives_in_words(plan.objectives)
        self._write(
            f"{kind} of {started.runbook}, run {started.run}: {counted(len(plan.steps), 'step')}, "
            f"{objectives}, {counted(run.events, 'event')} recorded so far"
        )
        for mark, instant in sorted(run.marks.items(), key=lambda reached: reached[1]):
            self._tell(instant, EventLine("run", f"{mark} ({run.mark_sources.get(mark, '')})"), run)

    def recorded(self, record: Recorded, run: Run) -> None:
        if not isinstance(record.event, _QUIET) and not self._known(record.event):
            self._tell(record.event.at, event_line(record.event), run)

    def passed(self, now: datetime, run: Run) -> None:
        """Nothing: time alone is no news."""

    def end(self, run: Run) -> None:
        if run.started is None:
            return
        stamp = "SIMULATED run" if run.started.simulated else "run"
        told = f"finished: {run.verdict}" if run.state is RunState.FINISHED else str(run.state)
        self._write(f"{stamp} {run.started.run} {told}{f' ({run.held_because})' if run.held_because else ''}")

    def _known(self, event: Event) -> bool:
        """Whether the step is already known to wait for this; only how far it is has changed."""
        if isinstance(event, e.StepWaiting):
            known = self._waiting.get(event.step) == event.until
            self._waiting[event.step] = event.until
            return known
        return False

    def _tell(self, at: datetime, line: EventLine, run: Run) -> None:
        start = run.marks.get(Mark.ONSET) or (run.started.at if run.started is not None else at)
        # On every line, because lines are copied one by one into tickets and chats.
        stamp = "SIM " if run.started is not None and run.started.simulated else ""
        elapsed = f"+{format_duration(max(at - start, timedelta(0)))}"
        self._write(f"{stamp}{at:%H:%M:%S}Z {elapsed:>9}  {line.subject:<{self._wide}}  {line.text}")
