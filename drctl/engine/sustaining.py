"""The sustain window: after `verified`, checks are looked at again and again, and have to stay green to its end.

Nothing is changed in it. Everything it goes by is recorded at each look, so that a runner that was killed is simply
followed by another one; for how long nobody looked meanwhile is told.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from drctl.engine.ledger import Ledger
from drctl.engine.live import Goal, Live
from drctl.engine.scheduler import Scheduler
from drctl.engine.ticks import Broke, Looked, LookFailed, Tick
from drctl.engine.watch import UNREAD_AT_MOST, Watch, not_green
from drctl.model import events as e
from drctl.model.decision import Done
from drctl.model.duration import format_duration
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.instant import format_instant
from drctl.model.plan import Plan, PlannedStep, Sustain
from drctl.model.run import Run, StepState
from drctl.model.sustain import SustainWindow
from drctl.model.timing import Mark
from drctl.ports.action import BoundStep

_SOON = timedelta(seconds=15)
"""When a check that could not be read is looked at again, at the latest."""


class Sustaining:
    """The window of one drive."""

    def __init__(
        self,
        plan: Plan,
        run: Run,
        scheduler: Scheduler,
        ledger: Ledger,
        bind: Callable[[PlannedStep], BoundStep],
    ) -> None:
        self._plan, self._run, self._scheduler, self._ledger, self._bind = plan, run, scheduler, ledger, bind
        self._open: set[str] = set()
        """The checks of the present round that have not been read yet."""
        self._unread: dict[str, int] = {}
        self._red = False

    @property
    def due(self) -> bool:
        """Whether there is a window that has not ended: the service is verified, and nothing came after that yet."""
        if self._plan.sustain is None or Mark.VERIFIED not in self._run.marks or not self._checks(self._plan.sustain):
            return False
        return self._run.sustain is None or self._run.sustain.held is None

    def through(self, watch: Watch) -> bool:
        """Look until the window has ended, which is recorded then; False where it was stopped before."""
        if self._run.sustain is None and (wanted := self._plan.sustain) is not None:
            now, checks = self._scheduler.now(), tuple(step.id for step in self._checks(wanted))
            began = e.SustainBegan(at=now, lasts=wanted.lasts, every=wanted.every, checks=checks)
            self._ledger.write([began])
        self._look_at_all()
        quiet = self._scheduler.run_until_quiet(watch)
        window = self._window
        if window.held is None and not self._open and window.looked_at >= window.until:
            self._ledger.write(self._held(window))
        return quiet

    @property
    def _window(self) -> SustainWindow:
        if self._run.sustain is None:
            raise AssertionError("the window has begun")
        return self._run.sustain

    def _checks(self, wanted: Sustain) -> list[PlannedStep]:
        """The checks that were green once: one that was left out has nothing that it could stay."""
        steps = (self._plan.step(id) for id in wanted.checks if id in self._plan.ids)
        return [step for step in steps if self._run.step(step.id).state is StepState.SUCCEEDED]

    def _look_at_all(self) -> None:
        self._open = set(self._window.checks)
        for id in self._window.checks:
            self._look_at(id)

    def _look_at(self, id: str) -> None:
        # Under a name of its own: an operator may have the step itself tried again meanwhile.
        step = replace(self._plan.step(id), id=f"sustain:{id}")
        bound = self._bind(self._plan.step(id))
        now = self._scheduler.now()
        live = Live(step=step, spec=bound.action.spec, bound=bound, goal=Goal.RECOVER, begun=now)
        self._scheduler.look_beside(live, functools.partial(self._judge, id))

    def _judge(self, id: str, tick: Tick) -> list[e.Event]:
        """What is recorded of a look; the next round is put on the agenda once all of this one have been read."""
        now = self._scheduler.now()
        match tick:
            case Looked(decision=decision):
                # Not what `verify` says, which speaks for as many looks in a row as the step itself has to be good.
                red, why = not_green(tick), decision.because if isinstance(decision, Done) else ""
            case LookFailed(failure=failure):
                red, why = self._unreadable(id, str(failure), now), ""
            case Broke(error=error):
                red, why = self._unreadable(id, error, now), ""
            case _:
                raise AssertionError("a check of the sustain window only looks")
        if red is None and not isinstance(tick, Looked):
            return []
        self._open.discard(id)
        if red is not None:
            return self._turned_red(id, red, now)
        self._unread.pop(id, None)
        if not self._open and not self._red and now < self._window.until:
            self._scheduler.at(self._next_round(now), self._look_at_all)
        return [e.SustainLooked(at=now, check=id, green=True, because=why)]

    def _unreadable(self, id: str, why: str, now: datetime) -> str | None:
        """Why a look that failed is red; None where it is looked again first."""
        self._unread[id] = self._unread.get(id, 0) + 1
        if self._unread[id] >= UNREAD_AT_MOST:
            return f"it could not be read {self._unread[id]} times in a row: {why}"
        self._scheduler.at(now + min(self._window.every, _SOON), functools.partial(self._look_at, id))
        return None

    def _next_round(self, now: datetime) -> datetime:
        window = self._window
        rounds = (now - window.begun_at) // window.every + 1
        return min(window.begun_at + rounds * window.every, window.until)

    def _turned_red(self, id: str, why: str, now: datetime) -> list[e.Event]:
        """In one commit with the look itself: whoever takes the run up must not find it green again."""
        looked = e.SustainLooked(at=now, check=id, green=False, because=why)
        if self._red:
            return [looked]
        self._red = True
        green_at = self._window.last_green.get(id) or self._run.step(id).ended_at
        was = f"was green at {_when(green_at)}, red" if green_at is not None else "was red"
        because = f"check {id} {was} at {_when(now)}: {why}"
        finding = Finding(FindingKind.NOT_SUSTAINED, Severity.SERIOUS, because, id)
        return [looked, e.SustainEnded(at=now, held=False, because=because), _found(finding, now)]

    def _held(self, window: SustainWindow) -> list[e.Event]:
        now = self._scheduler.now()
        checks = ", ".join(window.checks)
        looks = f"{window.looks} looks" if window.looks != 1 else "1 look"
        gaps = [f"nobody looked from {_when(gap.begun)} to {_when(gap.ended)}" for gap in window.gaps]
        span = format_duration(window.looked_at - window.begun_at)
        because = "; ".join((f"{checks} stayed green for {span}, by {looks}", *gaps))
        return [
            e.SustainEnded(at=now, held=True, because=because),
            e.Marked(at=now, mark=Mark.SUSTAINED, instant=window.looked_at, source="the sustain window"),
            *(
                _found(Finding(FindingKind.UNWATCHED, Severity.WARNING, f"In the sustain window {gap}"), now)
                for gap in gaps
            ),
        ]


def _found(finding: Finding, now: datetime) -> e.FindingRecorded:
    return e.FindingRecorded(at=now, finding=finding)


def _when(instant: datetime) -> str:
    """To the second: it is read by people."""
    return format_instant(instant.replace(microsecond=0))
