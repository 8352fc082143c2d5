"""The scheduler: starts what may start, dispatches ticks, records what they found.

It alone has the clock and the journal. No thread sleeps for a step: while nothing is
in flight time is moved (or waited for) to the next thing on the agenda; while
something is, virtual time stands still, so that forty minutes are exact however fast
they pass. Everything that has come in by then is written in one commit.
"""

from __future__ import annotations

import functools
import queue
from collections.abc import Callable
from datetime import datetime, timedelta

from drctl.engine import machine
from drctl.engine.agenda import Agenda
from drctl.engine.asking import Asking
from drctl.engine.context import context_of, past_of, started
from drctl.engine.ledger import Ledger
from drctl.engine.live import Goal, Live, Move
from drctl.engine.lost_regions import dead_region_findings
from drctl.engine.parts import Parts
from drctl.engine.ticks import Acted, ActFailed, Broke, Looked, LookFailed, Tick, act, look, never_sent
from drctl.engine.watch import Watch
from drctl.model.decision import Change
from drctl.model.events import Event, StopTripped
from drctl.model.plan import Plan
from drctl.model.run import Run
from drctl.ports.approvals import Answer

_BREATH = 0.5
"""Seconds of the wall after which a waiting engine looks at its lease and at a request to pause."""
_MARGIN = timedelta(seconds=10)
"""How much of the lease has to be left for a call to be begun."""
_ASKING = 0.1
"""Seconds of the wall between two looks whether a person has answered."""


class Scheduler:
    """Drives live steps until none is left, or until it is asked to pause."""

    def __init__(
        self,
        parts: Parts,
        ledger: Ledger,
        ended: Callable[[str], None],
        restart: Callable[[str], None],
        plan: Callable[[], Plan],
        orders: Callable[[frozenset[str]], None] = lambda in_flight: None,
    ) -> None:
        self._parts, self._ledger = parts, ledger
        self._asking = Asking(parts, ledger, plan)
        self._ended, self._restart, self._orders = ended, restart, orders
        self._halted = False
        self._live: dict[str, Live] = {}
        self._restarting: set[str] = set()
        self._asked: set[str] = set()
        self._agenda = Agenda()
        self._in_flight: set[str] = set()
        self._beside: dict[str, Callable[[Tick], list[Event]]] = {}
        self._found: queue.SimpleQueue[Tick] = queue.SimpleQueue()

    @property
    def run(self) -> Run:
        return self._ledger.run

    def now(self) -> datetime:
        """The present instant of the engine's clock."""
        return self._parts.clock.now()

    def drives(self, id: str) -> bool:
        """Whether that step is being driven now, or starts over in a while."""
        return id in self._live or id in self._restarting

    def add(self, live: Live) -> None:
        """Drive `live`, beginning with a look."""
        self._live[live.step.id] = live
        self._agenda.put(self.now(), lambda: self._look(live.step.id), live.step.id)

    def at(self, instant: datetime, todo: Callable[[], None]) -> None:
        """Have `todo` done on the engine's thread once `instant` has come."""
        self._agenda.put(instant, todo)

    def look_beside(self, live: Live, told: Callable[[Tick], list[Event]]) -> None:
        """Look at `live` once, which is driven nowhere; what `told` makes of what was found is recorded."""
        self._beside[live.step.id] = told
        context = context_of(live, self.run, self._parts, None)
        past = past_of(live, self.run, self.now())
        self._dispatch(live.step.id, functools.partial(look, live, past, context, self._parts.aws))

    def drop(self, id: str) -> None:
        """Drive that step no more: an operator has decided. It must not be in flight."""
        self._live.pop(id, None)
        self._asked.discard(id)
        self._restarting.discard(id)
        self._agenda.forget(id)

    def halt(self) -> None:
        """Begin nothing more; `run_until_quiet` returns once everything in flight has come home."""
        self._halted = True

    @property
    def halted(self) -> bool:
        """Whether nothing more is to be begun, until what was under way is abandoned."""
        return self._halted

    def run_until_quiet(self, watch: Watch | None = None) -> bool:
        """Go on until nothing is left to do: True; or until everything in flight has come home after
        a request to pause or a halt: False.

        The conditions of `watch` are looked at meanwhile; one that has tripped is recorded and halts.
        """
        while self._agenda or self._in_flight or self._asked:
            self._orders(frozenset(self._in_flight))
            if self._stopping and not self._in_flight:
                return False
            self._ledger.keep_lease()
            self._ask_people()
            self._look_at_conditions(watch)
            if self._agenda or self._in_flight or self._asked:
                self._take(self._wait(watch), watch)
            if not self._stopping and (watch is None or watch.all_looked_at):
                for todo in self._agenda.take_due(self.now()):
                    todo()
            self._parts.progress.passed(self.now(), self.run)
        return not self._halted

    @property
    def _stopping(self) -> bool:
        return self._halted or self._parts.pause.asked

    def _look_at_conditions(self, watch: Watch | None) -> None:
        if watch is None or self._stopping:
            return
        for live in watch.take_due(self.now()):
            context = context_of(live, self.run, self._parts, None)
            past = past_of(live, self.run, self.now())
            self._dispatch(live.step.id, functools.partial(look, live, past, context, self._parts.aws))

    def _wait(self, watch: Watch | None) -> list[Tick]:
        """What has come home, after waiting for the next thing to happen; nothing where it is a thing on the agenda."""
        clock, next_at = self._parts.clock, self._agenda.next_at()
        if watch is not None and next_at is not None and (watched := watch.next_at()) is not None:
            next_at = min(next_at, watched)
        wall = clock.wall_until(next_at) if next_at is not None else None
        patience = _BREATH if not self._asked else _ASKING
        if not self._in_flight and next_at is not None:
            if wall is None:
                clock.reach(next_at)
                return []
            patience = min(patience, max(wall.total_seconds(), 0))
        elif wall is not None:
            patience = min(patience, max(wall.total_seconds(), 0))
        try:
            found = [self._found.get(timeout=patience)]
        except queue.Empty:
            return []
        while True:
            try:
                found.append(self._found.get_nowait())
            except queue.Empty:
                return found

    def _take(self, found: list[Tick], watch: Watch | None) -> None:
        """Record everything that has come home in one commit, and only then do what follows from it."""
        moves: list[tuple[str, Move]] = []
        events: list[Event] = []
        for tick in found:
            self._in_flight.discard(tick.step)
            if (beside := self._beside.pop(tick.step, None)) is not None:
                events += beside(tick)
                continue
            if watch is not None and watch.watches(tick.step):
                told = watch.judge(tick, self.now())
                self._halted |= any(isinstance(event, StopTripped) for event in told)
                events += told
                continue
            move = self._judge(tick)
            moves.append((tick.step, move))
            events += move.events
            lost = started(self.run).lost_regions
            events += dead_region_findings(self._live[tick.step].step, tick.calls, lost, self.run, self.now())
        self._ledger.write(events)
        for id, move in moves:
            self._follow(id, move)

    def _judge(self, tick: Tick) -> Move:
        live, now = self._live[tick.step], self.now()
        past = past_of(live, self.run, now)
        requests = tuple(call.request_id for call in tick.calls if call.request_id)
        match tick:
            case Looked(decision=Change()) if self._stopping:
                # Whoever has asked to stop wants no further call to be begun; after the pause it is looked again.
                return Move(live=live, look_at=now)
            case Looked():
                return machine.after_look(live, tick.decision, tick.evidence, past, now, adopted=tick.adopted)
            case Acted():
                return machine.after_act(live, tick.change, tick.facts, requests, past, now)
            case LookFailed():
                return machine.after_failed_look(live, tick.failure, past, now)
            case ActFailed():
                return machine.after_failed_act(live, tick.change, tick.failure, requests, past, now)
            case Broke():
                self._parts.log_bug(tick.trace)
                return machine.after_bug(live, tick.change, tick.error, past, now)

    def _follow(self, id: str, move: Move) -> None:
        if move.live is not None:
            self._live[id] = move.live
        if move.act is not None:
            self._act(id, move.act)
        elif move.look_at is not None:
            self._agenda.put(move.look_at, lambda: self._look(id), id)
        elif move.restart_at is not None:
            self._live.pop(id)
            self._restarting.add(id)
            self._agenda.put(move.restart_at, lambda: self._start_over(id), id)
        else:
            self._live.pop(id)
            self._ended(id)

    def _start_over(self, id: str) -> None:
        self._restarting.discard(id)
        self._restart(id)

    def _look(self, id: str, answer: Answer | None = None) -> None:
        live = self._live[id]
        if live.spec.asks_person and live.goal is Goal.RECOVER and answer is None:
            self._asked.add(id)
            return
        past = past_of(live, self.run, self.now())
        context = context_of(live, self.run, self._parts, answer)
        self._dispatch(id, lambda: look(live, past, context, self._parts.aws))

    def _act(self, id: str, change: Change) -> None:
        live = self._live[id]
        context = context_of(live, self.run, self._parts, None)
        journal = self._parts.journal

        def one_call() -> Tick:
            # A process that was stopped here and wakes after its lease was taken must not make the call.
            if journal.lease_left() <= _MARGIN:
                return never_sent(live, change)
            return act(live, change, context, self._parts.aws)

        self._dispatch(id, one_call)

    def _dispatch(self, id: str, tick: Callable[[], Tick]) -> None:
        self._in_flight.add(id)
        self._parts.pool.submit(lambda: self._found.put(tick()))

    def _ask_people(self) -> None:
        """Ask for the answers that steps wait for. Where nothing else goes on, virtual time stands still meanwhile."""
        self._asking.note_troubles()
        for id in sorted(self._asked):
            live = self._live[id]
            found = self._asking.look(live)
            if isinstance(found, Answer):
                self._asked.discard(id)
                self._look(id, found)
            elif found is not None:
                self._ledger.write(found.events)
                self._live[id] = found.live or live
                if found.live is None:
                    self._asked.discard(id)
                    self._follow(id, found)

    def abandon(self) -> None:
        """Forget what has not been dispatched; for leaving after a pause, or for what follows an abort."""
        self._halted = False
        self._agenda.clear()
        self._asked.clear()
        self._live.clear()
        self._restarting.clear()
