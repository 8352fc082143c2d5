"""When each step of a run begins and ends, as far as that has happened, and as it is expected from now on. Pure.

A step begins once all that it needs has ended. One that runs has taken so long already: it ends after its expected
time, and once it is over that, after a tenth of what it has taken so far, so that it never ends in the past. One that
is held or has failed takes its whole time again, from now: somebody has to decide, and it is then tried again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from drctl.model.graph import in_order
from drctl.model.plan import Plan, PlannedStep
from drctl.model.run import Run, StepRun, StepState

NONE = timedelta(0)
LAST_INSTANT = datetime.max.replace(tzinfo=UTC)
_OVERDUE = 10
"""A step that is over its time is expected to take a tenth of its time so far more."""


@dataclass(frozen=True, slots=True)
class Slot:
    """When a step begins and ends, counted from now: what is over is below zero. `gate` is what it waits for last."""

    begins: timedelta
    ends: timedelta
    ended: bool
    gate: str | None


class Order:
    """The steps that a recovery consists of, and what each of them really needs: fallbacks in the place of steps."""

    def __init__(self, plan: Plan, run: Run) -> None:
        self.plan = plan
        self.runs = {step.id: run.step(step.id) for step in plan.steps}
        """Each step as recorded so far."""
        self._instead = {
            id: step.fell_back_to
            for id, step in self.runs.items()
            if step.state is StepState.FELL_BACK and step.fell_back_to is not None
        }
        taking_over = set(self._instead.values())
        self.steps = {
            step.id: step
            for step in plan.steps
            if not step.final
            and (not step.dormant or step.id in taking_over or self.runs[step.id].state is not StepState.PENDING)
        }
        self.needs: dict[str, tuple[str, ...]] = {
            id: tuple(need for need in self._needed(step) if need in self.steps) for id, step in self.steps.items()
        }
        for id, other in self._instead.items():
            if id in self.steps and other in self.steps:
                self.needs[other] = (*self.needs[other], id)
        placed = in_order(tuple(self.steps), self.needs)
        # A journal can make fallbacks go in a circle; what hangs on it comes last.
        done = set(placed)
        self.ids = (*placed, *(id for id in self.steps if id not in done))

    def _needed(self, step: PlannedStep) -> Iterator[str]:
        for need in step.needs:
            for one in self.plan.groups.get(need, (need,)):
                yield self._last_resort(one)

    def _last_resort(self, id: str) -> str:
        seen = {id}
        while (other := self._instead.get(id)) is not None and other not in seen:
            seen.add(other)
            id = other
        return id


def schedule(order: Order, took: Mapping[str, timedelta], now: datetime) -> dict[str, Slot]:
    """The slot of each step of `order` at `now`, where each takes as long as `took` says."""
    slots: dict[str, Slot] = {}
    for id in order.ids:
        gate = max((need for need in order.needs[id] if need in slots), key=lambda need: slots[need].ends, default=None)
        ready = max(slots[gate].ends, NONE) if gate is not None else NONE
        slots[id] = _slot(order.runs[id], ready, took[id], now, gate)
    return slots


def _slot(step: StepRun, ready: timedelta, took: timedelta, now: datetime, gate: str | None) -> Slot:
    match step.state:
        case StepState.PENDING | StepState.HELD | StepState.FAILED:
            return Slot(ready, ready + took, False, gate)
        case StepState.RUNNING:
            began = (step.epoch_at or step.started_at or now) - now
            return Slot(began, max(began + took, -began / _OVERDUE), False, gate)
        case _:
            ends = (step.ended_at or now) - now
            return Slot((step.started_at or now) - now, ends, True, gate)


def path_to(slots: Mapping[str, Slot], targets: Iterable[str]) -> tuple[str, ...]:
    """The steps that decide when the last of `targets` ends, first step first: each waits for the one before."""
    last = max((id for id in targets if id in slots), key=lambda id: slots[id].ends, default=None)
    chain: dict[str, None] = {}
    while last is not None and last not in chain:
        chain[last] = None
        last = slots[last].gate
    return tuple(reversed(chain))


def left_behind(
    order: Order, slots: Mapping[str, Slot], took: Mapping[str, timedelta], targets: Iterable[str]
) -> dict[str, timedelta]:
    """For each step that `targets` wait for: how long after it the last of them ends, if it is the last to end."""
    left = dict.fromkeys((id for id in targets if id in slots), NONE)
    for id in reversed(order.ids):
        if id in left and not slots[id].ended:
            for need in order.needs[id]:
                left[need] = max(left.get(need, NONE), left[id] + took[id])
    return left


def latest(slots: Mapping[str, Slot], ids: Iterable[str]) -> timedelta:
    """When the last of those steps ends, counted from now."""
    return max((slots[id].ends for id in ids), default=NONE)


def instant_after(start: datetime, span: timedelta) -> datetime:
    """`start` and `span`; the end of the calendar where it does not reach that far."""
    try:
        return start + span
    except OverflowError:
        return LAST_INSTANT if span > NONE else datetime.min.replace(tzinfo=UTC)
