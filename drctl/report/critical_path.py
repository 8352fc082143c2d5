"""What the recovery time was spent on: the chain of steps of which each waited for the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from drctl.model.outcome import end_mark
from drctl.model.plan import Plan, PlannedStep
from drctl.model.run import Run, StepRun

_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Link:
    """One step of the path. `waited` is the time between the end of the link before and its start."""

    step: str
    started_at: datetime
    ended_at: datetime | None
    took: timedelta
    expected: timedelta
    waited: timedelta


@dataclass(frozen=True, slots=True)
class Forecast:
    """The longest chain of a plan, and how long it should take."""

    took: timedelta
    steps: tuple[str, ...]


def critical_path(run: Run, plan: Plan) -> tuple[Link, ...]:
    """What really gated what, first step first; ends at the step that ended the recovery, or at the last one so far."""
    planned = {step.id: step for step in plan.steps}
    replaced: dict[str, list[str]] = {}
    for id in planned:
        if (other := run.step(id).fell_back_to) is not None:
            replaced.setdefault(other, []).append(id)
    last = _last_step(run, plan)
    chain: list[str] = []
    while last is not None and last not in chain:
        chain.append(last)
        last = _gate(run, plan, planned[last], replaced.get(last, ()))
    chain.reverse()
    return tuple(_links(run, [planned[id] for id in chain]))


def predicted_path(plan: Plan) -> Forecast:
    """The longest chain by `expect`: no plan can be driven faster than it."""
    best: dict[str, Forecast] = {}
    for step in plan.steps:
        if not step.dormant and not step.final:
            before = max((best[need] for need in _needs(plan, step) if need in best), key=_length, default=None)
            chain = (*before.steps, step.id) if before else (step.id,)
            best[step.id] = Forecast((before.took if before else _NONE) + step.expect, chain)
    return max(best.values(), key=_length, default=Forecast(_NONE, ()))


def _length(forecast: Forecast) -> timedelta:
    return forecast.took


def _last_step(run: Run, plan: Plan) -> str | None:
    ends: list[tuple[datetime, int, PlannedStep]] = []
    for place, planned in enumerate(plan.steps):
        step = run.step(planned.id)
        if not planned.final and step.started_at is not None:
            ends.append((_end(run, step, step.started_at), place, planned))
    marking = [candidate for candidate in ends if candidate[2].marks is end_mark(plan)]
    # Of those that ended together, the one that comes later in the plan.
    return max(marking or ends, key=lambda candidate: candidate[:2])[2].id if ends else None


def _gate(run: Run, plan: Plan, step: PlannedStep, replaced: Sequence[str]) -> str | None:
    """The step whose end let `step` start: of those it needs, the one that ended last."""
    started = run.step(step.id).started_at
    ended = [
        (end, id)
        for id in (*replaced, *_really_needed(run, plan, step))
        if (end := run.step(id).ended_at) is not None and started is not None and end <= started
    ]
    return max(ended, key=lambda candidate: candidate[0])[1] if ended else None


def _really_needed(run: Run, plan: Plan, step: PlannedStep) -> Iterator[str]:
    # A fallback waits for the step it replaces, and who needs that step for the fallback.
    for need in _needs(plan, step):
        yield run.step(need).fell_back_to or need


def _needs(plan: Plan, step: PlannedStep) -> Iterator[str]:
    for need in step.needs:
        yield from plan.groups.get(need, (need,))


def _links(run: Run, chain: Sequence[PlannedStep]) -> Iterator[Link]:
    before: datetime | None = None
    for planned in chain:
        step = run.step(planned.id)
        if step.started_at is not None:
            end = _end(run, step, step.started_at)
            waited = step.started_at - before if before is not None else _NONE
            yield Link(step.id, step.started_at, step.ended_at, end - step.started_at, planned.expect, waited)
            before = end


def _end(run: Run, step: StepRun, started: datetime) -> datetime:
    """When the step ended; the last moment that is known of where it has not."""
    return step.ended_at or run.last_at or started
