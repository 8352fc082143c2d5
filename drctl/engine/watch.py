"""Stop conditions: checks that are looked at beside the steps, for as long as the run goes on.

They are looked at by the same ticks as steps, but they are no work: a run does not wait
for them, and in virtual time they never keep it going.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from drctl.engine.live import Goal, Live
from drctl.engine.ticks import Broke, Looked, LookFailed, Tick
from drctl.model import events as e
from drctl.model.decision import Change, Done, Refuse, Wait
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.plan import Plan, PlannedStep, StopCondition
from drctl.model.run import Run
from drctl.ports.action import BoundStep

UNREAD_AT_MOST = 2
"""How often in a row a condition may be unreadable before that is a finding."""


@dataclass(slots=True)
class _Watched:
    condition: StopCondition
    live: Live
    due: datetime
    looked: bool = False
    unread: int = 0
    told: bool = False
    in_flight: bool = field(default=False)


class Watch:
    """The stop conditions of a plan that nobody has decided to ignore."""

    def __init__(self, plan: Plan, run: Run, bind: Callable[[PlannedStep], BoundStep], now: datetime) -> None:
        self._watched: dict[str, _Watched] = {}
        for condition in plan.stops:
            if condition.check.id in run.ignored_stops:
                continue
            bound = bind(condition.check)
            live = Live(step=condition.check, spec=bound.action.spec, bound=bound, goal=Goal.RECOVER, begun=now)
            self._watched[condition.check.id] = _Watched(condition, live, due=now)

    def next_at(self) -> datetime | None:
        """When a condition has to be looked at next; None where none is waited for."""
        return min((w.due for w in self._watched.values() if not w.in_flight), default=None)

    def take_due(self, now: datetime) -> list[Live]:
        """The conditions to look at now; they are in flight until `judge` is given what was found."""
        due = [w for w in self._watched.values() if not w.in_flight and w.due <= now]
        for watched in due:
            watched.in_flight = True
        return [watched.live for watched in due]

    def watches(self, id: str) -> bool:
        """Whether that is the id of a condition."""
        return id in self._watched

    @property
    def all_looked_at(self) -> bool:
        """Whether each condition has been looked at once: nothing is begun before."""
        return all(watched.looked for watched in self._watched.values())

    def judge(self, tick: Tick, now: datetime) -> list[e.Event]:
        """What is recorded of a look: that the condition has tripped, or that it cannot be read; mostly nothing."""
        watched = self._watched[tick.step]
        watched.in_flight, watched.looked, watched.due = False, True, now + watched.condition.every
        match tick:
            case Looked():
                watched.unread = 0
                because = not_green(tick)
                return [] if because is None else [_stop(watched.condition, because, now)]
            case LookFailed(failure=failure):
                return _unread(watched, str(failure), now)
            case Broke(error=error):
                return _unread(watched, error, now)
        raise AssertionError("a stop condition only looks")


def not_green(tick: Looked) -> str | None:
    """Why the check that was looked at does not hold; None where it does."""
    match tick.decision:
        case Done(because):
            evidence = tick.evidence
            return None if evidence is None or evidence.holds else evidence.fact or because
        case Wait(until):
            return f"waiting for {until}"
        case Refuse(because):
            return because
        case Change(summary=summary):
            return f"it would have to change something: {summary}"


def _stop(condition: StopCondition, because: str, now: datetime) -> e.Event:
    return e.StopTripped(at=now, condition=condition.check.id, because=because, then=condition.then)


def _unread(watched: _Watched, why: str, now: datetime) -> list[e.Event]:
    # Whoever is recovering from an outage goes on without a monitor that is part of it; the report says so.
    watched.unread += 1
    # Sooner than in its rhythm: a monitor that was down for a moment must not cost a whole interval.
    watched.due = now + min(watched.condition.every, timedelta(seconds=15))
    if watched.told or watched.unread < UNREAD_AT_MOST:
        return []
    watched.told = True
    id = watched.condition.check.id
    what = f"the stop condition {id} could not be read, and would have stopped nothing: {why}"
    return [e.FindingRecorded(at=now, finding=Finding(FindingKind.STOP_UNREAD, Severity.WARNING, what, None))]
