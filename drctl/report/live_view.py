"""One screen of a run in flight: the clocks, the marks, and each step with what it waits for. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Group
from rich.table import Table
from rich.text import Text

from drctl.model.duration import format_duration
from drctl.model.forecast import Forecast, forecast
from drctl.model.outcome import Outcome, outcome
from drctl.model.plan import Plan, PlannedStep
from drctl.model.run import Run, StepRun, StepState
from drctl.model.timing import Mark
from drctl.report.forecast_words import forecast_lines
from drctl.report.page import STYLES
from drctl.report.wording import counted, printable

_LOWEST = 10
"""Below so many lines, the forecast gives way to the steps."""

_WIDEST_ID = 28
_URGENT = (StepState.FAILED, StepState.HELD, StepState.RUNNING)


@dataclass(frozen=True, slots=True)
class _Row:
    state: str
    id: str
    time: str
    what: str


def live_view(plan: Plan, run: Run, now: datetime, *, height: int, note: str = "") -> Group:
    """`run` at the instant `now`, in at most `height` lines of any width from 80 columns; `note` is shown above all."""
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=False, expand=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=_WIDEST_ID)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    made = forecast(run, plan, now)
    head = list(_head(plan, run, now, made if height >= _LOWEST else None, note))
    for row in _rows(plan, run, made, max(height - len(head), 3)):
        style = STYLES.get(row.state, "dim")
        table.add_row(Text(row.state, style=style), row.id, row.time, Text(printable(row.what)))
    return Group(*head, table)


def _head(plan: Plan, run: Run, now: datetime, made: Forecast | None, note: str) -> Iterator[Text]:
    started = run.started
    if started is not None:
        stamp = f"SIMULATED {started.mode}" if started.simulated else str(started.mode)
        yield _one_line(f"{stamp} {started.runbook}  {started.run}  {now:%H:%M:%S}Z  {run.state}", "bold")
    measured = outcome(run, plan)
    yield _clocks(run, measured, now)
    yield _marks(run)
    if made is not None:
        yield from _forecast(plan, made)
    yield _what_is_open(run, note)


def _what_is_open(run: Run, note: str) -> Text:
    """What the run as a whole waits for: somebody, or the end of its sustain window."""
    held = f"waiting for an operator: {run.held_because}" if run.held_because else ""
    if held or note:
        return _one_line("; ".join(told for told in (held, note) if told), "bold red")
    window = run.sustain
    if window is None or window.ended_at is not None:
        return _one_line("", "")
    looks = counted(window.looks, "look")
    return _one_line(f"has to stay green until {window.until:%H:%M:%S}Z: {', '.join(window.checks)} ({looks})", "cyan")


def _clocks(run: Run, measured: Outcome, now: datetime) -> Text:
    rto, rpo = measured.rto, measured.rpo
    allowed = format_duration(rto.objective)
    start = run.marks.get(rto.counted_from)
    if rto.total is not None:
        clock, late = f"RTO {format_duration(rto.total)} of {allowed}", rto.total > rto.objective
    elif start is not None:
        left = rto.objective - (now - start)
        late = left < timedelta(0)
        told = f"{format_duration(-left)} OVER" if late else f"{format_duration(left)} left of"
        clock = f"RTO {told} {allowed}, {format_duration(now - start)} since {rto.counted_from}"
    else:
        clock, late = f"RTO {allowed}, not counting yet", False
    if rpo.objective is None:
        return _one_line(clock, "bold red" if late else "cyan")
    known = [store for store in rpo.stores if store.loss is not None and not store.ephemeral]
    worst = max((store.loss for store in known if store.loss is not None), default=None)
    loss = f"worst {format_duration(worst)} of" if worst is not None else "nothing read yet of"
    unread = f", {counted(len(rpo.unread), 'store')} unread" if rpo.unread else ""
    missed = late or (worst is not None and worst > rpo.objective)
    text = f"{clock}  |  RPO {loss} {format_duration(rpo.objective)}{unread}"
    return _one_line(text, "bold red" if missed else "cyan")


def _forecast(plan: Plan, made: Forecast) -> Iterator[Text]:
    """Two lines: when it is expected to end, and who has to decide until when, or what takes the time."""
    told = forecast_lines(made, plan.objectives.rto)
    late = [left is not None and left < timedelta(0) for left in (made.headroom_p50, made.headroom_p90)]
    yield _one_line(told[0] if told else "", "bold red" if late[0] else "yellow" if late[1] else "green")
    yield _one_line("; ".join(told[1:]), "dim")


def _marks(run: Run) -> Text:
    reached = [(mark, run.marks[mark]) for mark in Mark if mark in run.marks]
    if not reached:
        return _one_line("no mark yet", "dim")
    start = min(instant for _, instant in reached)
    told = [f"{mark} +{format_duration(instant - start)}" for mark, instant in reached[1:]]
    return _one_line("  ".join([f"{reached[0][0]} {reached[0][1]:%H:%M:%S}Z", *told]), "dim")


def _rows(plan: Plan, run: Run, made: Forecast, room: int) -> Iterator[_Row]:
    steps = [(planned, run.step(planned.id)) for planned in plan.steps]
    steps = [(p, s) for p, s in steps if not (p.dormant and s.state is StepState.PENDING)]
    urgent = [(p, s) for p, s in steps if s.state in _URGENT]
    coming = [(p, s) for p, s in steps if s.state is StepState.PENDING]
    if len(steps) <= room:
        yield from (_row(run, p, s, made) for p, s in steps)
        return
    # Finished steps fold first, then the ones furthest away; what runs or needs somebody is shown as long as it fits.
    finished = len(steps) - len(urgent) - len(coming)
    room -= 1 if finished else 0
    if finished:
        yield _Row("done", f"... {counted(finished, 'step')}", "", "")
    shown = [*urgent, *coming]
    if len(shown) > room:
        shown = shown[: room - 1]
    yield from (_row(run, p, s, made) for p, s in shown)
    if hidden := len(urgent) + len(coming) - len(shown):
        yield _Row("later", f"... {counted(hidden, 'step')}", "", "")


def _row(run: Run, planned: PlannedStep, step: StepRun, made: Forecast) -> _Row:
    return _Row(str(step.state), planned.id, _time(step, made), _what(run, planned, step))


def _time(step: StepRun, made: Forecast) -> str:
    expected = format_duration(made.times[step.id].p50)
    if step.started_at is None or step.state is StepState.SKIPPED:
        return expected
    return f"{format_duration((step.ended_at or made.at) - step.started_at)} / {expected}"


def _what(run: Run, planned: PlannedStep, step: StepRun) -> str:
    match step.state:
        case StepState.PENDING:
            open_needs = [need for need in planned.needs if not run.step(need).state.ended]
            return f"after {', '.join(open_needs)}" if open_needs else ""
        case StepState.RUNNING:
            percent = f" ({step.percent:.0f} %)" if step.percent is not None else ""
            return f"waiting for {step.waiting_for}{percent}" if step.waiting_for else _last_change(step)
        case StepState.SUCCEEDED:
            return step.evidence.fact if step.evidence is not None else step.because
        case _:
            return step.failure or step.because


def _last_change(step: StepRun) -> str:
    return step.changes[-1].summary if step.changes else ""


def _one_line(text: str, style: str) -> Text:
    return Text(printable(text), style=style, no_wrap=True, overflow="ellipsis")
