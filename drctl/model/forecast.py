"""When a recovery is expected to end, what that leaves of its objective, and until when somebody has to decide. Pure.

At p50 every step takes its median; at p90 every step takes its bad day, all at once: later than nine recoveries in ten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from drctl.model.events import Approve
from drctl.model.history import APPROVAL, expected_of
from drctl.model.mark_forecast import marking, marks_to_come
from drctl.model.outcome import end_mark, reference_mark
from drctl.model.plan import Plan, PlannedStep
from drctl.model.quorum import verdict
from drctl.model.run import Run, RunState, StepRun, StepState
from drctl.model.schedule import (
    LAST_INSTANT,
    NONE,
    Order,
    Slot,
    instant_after,
    latest,
    left_behind,
    path_to,
    schedule,
)
from drctl.model.step_times import StepTimes
from drctl.model.timing import Mark

_WORTH_TELLING = timedelta(seconds=1)


class DecisionKind(StrEnum):
    """What somebody has to do for the recovery to go on."""

    DECLARE = "declare"
    APPROVE = "approve"
    RETRY = "retry"
    """A step is held or has failed: it is tried again, or else skipped."""
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class DecideBy:
    """The latest instants at which that decision still lets the objective be met."""

    what: DecisionKind
    step: str | None
    p50: datetime
    p90: datetime


@dataclass(frozen=True, slots=True)
class Eats:
    """The step that takes most of the head-room: by how much it is over its time, and how much is left of it."""

    step: str
    over: timedelta
    remaining: timedelta


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step of the path that decides when the recovery ends; in the past as it was, then as it is expected."""

    step: str
    begins: datetime
    ends: datetime
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The longest chain of a plan, by what is known of its steps: no run of it should take less."""

    p50: timedelta
    p90: timedelta
    steps: tuple[str, ...]
    """At p50."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A run as it is expected to go on from `at`."""

    at: datetime
    counted_to: Mark
    finish_p50: datetime | None
    """When `counted_to` is reached, or was; None where this run will not reach it."""
    finish_p90: datetime | None
    headroom_p50: timedelta | None
    """What is left of the objective then; negative where it is missed, None while nobody knows since when it counts."""
    headroom_p90: timedelta | None
    marks: Mapping[Mark, tuple[datetime, datetime]] = field(default_factory=dict)
    """Of each mark that is still to come: when, at p50 and at p90."""
    decide_by: DecideBy | None = None
    eats: Eats | None = None
    path: tuple[PathStep, ...] = ()
    times: Mapping[str, StepTimes] = field(default_factory=dict)


def chain_of(plan: Plan, times: Mapping[str, StepTimes]) -> Chain:
    """The longest chain of `plan` before anything of it has begun."""
    order = Order(plan, Run())
    p50, p90 = _both(order, times, LAST_INSTANT)
    targets = _targets(plan, order)
    return Chain(p50=latest(p50, targets), p90=latest(p90, targets), steps=path_to(p50, targets))


def forecast(run: Run, plan: Plan, now: datetime) -> Forecast:
    """How `run` is expected to go on, as seen at `now`; never as of before its newest event."""
    now = max(now, run.last_at) if run.last_at is not None else now
    times = expected_of(plan, run.history, by_policy=run.approve is Approve.AUTO)
    order = Order(plan, run)
    p50, p90 = _both(order, times, now)
    targets = _targets(plan, order)
    path = path_to(p50, targets)
    finish50, finish90 = _finish(run, plan, p50, p90, targets, now)
    deadline = _deadline(run, plan)
    return Forecast(
        at=now,
        counted_to=end_mark(plan),
        finish_p50=finish50,
        finish_p90=finish90,
        headroom_p50=None if deadline is None or finish50 is None else deadline - finish50,
        headroom_p90=None if deadline is None or finish90 is None else deadline - finish90,
        marks={} if _ended(run) else marks_to_come(run, order, p50, p90, now),
        decide_by=None
        if deadline is None or finish50 is None
        else _decide_by(run, order, p50, times, targets, deadline),
        eats=None if _ended(run) else _eats(order, path, p50, times),
        path=tuple(
            PathStep(id, instant_after(now, p50[id].begins), instant_after(now, p50[id].ends), p50[id].ended)
            for id in path
        ),
        times=times,
    )


def _both(order: Order, times: Mapping[str, StepTimes], now: datetime) -> tuple[dict[str, Slot], dict[str, Slot]]:
    p50 = schedule(order, {id: times[id].p50 for id in order.ids}, now)
    if all(times[id].p50 == times[id].p90 for id in order.ids):
        return p50, p50
    return p50, schedule(order, {id: times[id].p90 for id in order.ids}, now)


def _ended(run: Run) -> bool:
    return run.aborted is not None or run.state in (RunState.FINISHED, RunState.UNDOING, RunState.ABORTING)


def _targets(plan: Plan, order: Order) -> tuple[str, ...]:
    """The steps that end the recovery: those that reach the mark that is counted to; all, where none does."""
    return tuple(marking(order, end_mark(plan))) or order.ids


def _finish(
    run: Run,
    plan: Plan,
    p50: Mapping[str, Slot],
    p90: Mapping[str, Slot],
    targets: Sequence[str],
    now: datetime,
) -> tuple[datetime | None, datetime | None]:
    reached = run.marks.get(end_mark(plan))
    if reached is not None and (_ended(run) or all(p50[id].ended for id in targets)):
        return reached, reached
    coming = [id for id in targets if not p50[id].ended]
    if _ended(run) or not coming:
        return None, None
    return instant_after(now, latest(p50, targets)), instant_after(now, latest(p90, targets))


def _deadline(run: Run, plan: Plan) -> datetime | None:
    start = run.marks.get(reference_mark(run))
    return None if start is None else instant_after(start, plan.objectives.rto)


def _decide_by(
    run: Run,
    order: Order,
    slots: Mapping[str, Slot],
    times: Mapping[str, StepTimes],
    targets: Sequence[str],
    deadline: datetime,
) -> DecideBy | None:
    """The next decision: the one that has to be taken first of those that are asked for, or else of those to come."""
    waits = run.state in (RunState.PAUSED, RunState.HELD)
    if run.approve is Approve.AUTO and not waits:
        # Nobody watches: a policy approves, and what fails is taken back.
        return None
    p50 = {id: times[id].p50 for id in order.ids}
    p90 = {id: times[id].p90 for id in order.ids}
    left50, left90 = left_behind(order, slots, p50, targets), left_behind(order, slots, p90, targets)
    asked: list[DecideBy] = []
    coming: list[DecideBy] = []
    for id in left50 if run.approve is Approve.ASK else ():
        step = order.runs[id]
        if (what := _decision(order.steps[id], step)) is None:
            continue
        again = what is DecisionKind.RETRY
        one = DecideBy(
            what,
            id,
            instant_after(deadline, -(left50[id] + (p50[id] if again else NONE))),
            instant_after(deadline, -(left90[id] + (p90[id] if again else NONE))),
        )
        (coming if step.state is StepState.PENDING else asked).append(one)
    if waits and not asked:
        rest50, rest90 = (_rest(slots, left, targets) for left in (left50, left90))
        asked.append(
            DecideBy(DecisionKind.RESUME, None, instant_after(deadline, -rest50), instant_after(deadline, -rest90))
        )
    return min(asked or coming, key=lambda one: one.p50, default=None)


def _decision(planned: PlannedStep, step: StepRun) -> DecisionKind | None:
    """What `step` wants of people, now or once it begins."""
    if step.state is StepState.PENDING:
        return DecisionKind.APPROVE if planned.uses == APPROVAL else None
    asks = step.asked is not None and verdict(step.asked, step.answers) is None
    if asks and step.state in (StepState.RUNNING, StepState.HELD):
        return DecisionKind.APPROVE
    return DecisionKind.RETRY if step.state in (StepState.HELD, StepState.FAILED) else None


def _rest(slots: Mapping[str, Slot], left: Mapping[str, timedelta], targets: Sequence[str]) -> timedelta:
    return latest(slots, [id for id in targets if not slots[id].ended])


def _eats(order: Order, path: Sequence[str], slots: Mapping[str, Slot], times: Mapping[str, StepTimes]) -> Eats | None:
    """The step of the path that is over its time the most; where none is, the one of which most is left."""
    found = [
        Eats(id, _over(order.runs[id], slots[id], times[id]), max(slots[id].ends - max(slots[id].begins, NONE), NONE))
        for id in path
    ]
    late = max(found, key=lambda one: one.over, default=None)
    if late is not None and late.over >= _WORTH_TELLING:
        return late
    longest = max(found, key=lambda one: one.remaining, default=None)
    return longest if longest is not None and longest.remaining > NONE else None


def _over(step: StepRun, slot: Slot, times: StepTimes) -> timedelta:
    if step.started_at is None or step.state is StepState.SKIPPED:
        return NONE
    took = (slot.ends if slot.ended else NONE) - slot.begins
    return max(took - times.p50, NONE)
