"""Virtual time: it stands still until it is moved, and what has fallen due happens on the way.

Every lag of the simulated AWS is a callback on this clock, so that forty virtual
minutes pass in the order of their events, however fast they are asked for.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from datetime import datetime, timedelta


class SimClock:
    """A clock that only `advance_to` moves. Callbacks run in the order of their instants, then of their making."""

    def __init__(self, start: datetime) -> None:
        self.began = start
        """The instant it was started at: what is there then has no earlier history."""
        self._now = start
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._lock = threading.RLock()

    def now(self) -> datetime:
        """The present virtual instant, aware, in UTC."""
        return self._now

    def after(self, delay: timedelta, happens: Callable[[], None]) -> None:
        """Have `happens` called once `delay` has gone by; at once where `delay` is zero or less."""
        with self._lock:
            if delay <= timedelta(0):
                happens()
            else:
                heapq.heappush(self._due, (self._now + delay, next(self._count), happens))

    def advance_to(self, instant: datetime) -> datetime:
        """Move to `instant` (never back), running what falls due on the way; the new present is returned."""
        with self._lock:
            while self._due and self._due[0][0] <= instant:
                due, _, happens = heapq.heappop(self._due)
                self._now = max(self._now, due)
                happens()
            self._now = max(self._now, instant)
            return self._now
