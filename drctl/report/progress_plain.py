"""Progress where the output is no terminal: one line for each thing worth knowing, never a flood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from drctl.model import events as e
from drctl.model.duration import format_duration
from drctl.model.events import Event
from drctl.model.forecast import Forecast, forecast
from drctl.model.plan import Plan
from drctl.model.recorded import Recorded
from drctl.model.run import Run, RunState
from drctl.model.timing import Mark
from drctl.report.event_line import EventLine, event_line
from drctl.report.forecast_words import forecast_lines
from drctl.report.wording import counted, objectives_in_words

_QUIET = (e.RunStarted, e.HistoryRead, e.LeaseTaken, e.ChangeReturned, e.RunFinished)
"""The head line, the last line and the next look tell of these."""

_MOVES = (e.StepSucceeded, e.StepFellBack, e.StepSkipped, e.PlanAmended)
"""What lets a forecast move."""
_DECISIVE = (e.RunHeld, e.ApprovalAsked)
"""What makes a run wait for people, who want to know until when."""
_PARTS = 100
"""A forecast is looked at anew after a hundredth of the objective, whatever happens."""
_MANY = 100
"""A plan of more steps is looked at more seldom, as each look takes the longer."""
_MOVED = 0.05
"""A forecast is told anew once it has moved by that part of the objective, or on to the other side of it."""

_WIDEST = 32


class PlainProgress:
    """Writes lines: the run's own clock, the time since the onset, the step, what happened."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._wide = 0
        self._waiting: dict[str, str] = {}
        self._plan: Plan | None = None
        self._foretold: Forecast | None = None
        self._looked_at: datetime | None = None

    def begin(self, plan: Plan, run: Run) -> None:
        self._plan = plan
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
        self._foretell(run, always=True)

    def recorded(self, record: Recorded, run: Run) -> None:
        if not isinstance(record.event, _QUIET) and not self._known(record.event):
            self._tell(record.event.at, event_line(record.event), run)
        if isinstance(record.event, _DECISIVE) and run.approve is e.Approve.ASK:
            self._foretell(run, always=True)
        elif isinstance(record.event, _MOVES):
            self._foretell(run, always=False)

    def passed(self, now: datetime, run: Run) -> None:
        """Nothing: time alone is no news."""

    def end(self, run: Run) -> None:
        if run.started is None:
            return
        stamp = "SIMULATED run" if run.started.simulated else "run"
        told = f"finished: {run.verdict}" if run.state is RunState.FINISHED else str(run.state)
        self._write(f"{stamp} {run.started.run} {told}{f' ({run.held_because})' if run.held_because else ''}")

    def _foretell(self, run: Run, *, always: bool) -> None:
        """Tells how the run is expected to go on: `always`, or where that is not what was told last."""
        at = run.last_at
        if self._plan is None or at is None:
            return
        step = self._plan.objectives.rto / _PARTS
        if len(self._plan.steps) > _MANY:
            step *= len(self._plan.steps) / _MANY
        if not always and self._looked_at is not None and at - self._looked_at < step:
            return
        self._looked_at = at
        made = forecast(run, self._plan, at)
        if always or _differs(self._foretold, made, _MOVED * self._plan.objectives.rto):
            self._foretold = made
            if told := forecast_lines(made, self._plan.objectives.rto):
                self._tell(at, EventLine("run", "; ".join(told)), run)

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


def _differs(before: Forecast | None, now: Forecast, least: timedelta) -> bool:
    if before is None or before.finish_p50 is None or now.finish_p50 is None:
        return before is None or before.finish_p50 != now.finish_p50
    return abs(now.finish_p50 - before.finish_p50) >= least or _late(before) != _late(now)


def _late(forecast: Forecast) -> tuple[bool, ...]:
    return tuple(left is not None and left < timedelta(0) for left in (forecast.headroom_p50, forecast.headroom_p90))
