"""Let time pass with nothing in flight: by the wall where the clock runs, in no time where it leaps."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import timedelta

from drctl.ports.clock import Clock

BREATH = 0.5
"""Seconds of the wall after which whoever waits looks at its lease."""


def let_pass(clock: Clock, span: timedelta, meanwhile: Callable[[], None]) -> None:
    """Afterwards `span` has gone by; `meanwhile` is called again and again until then."""
    end = clock.now() + span
    while (left := clock.wall_until(end)) is not None and left > timedelta(0):
        meanwhile()
        # A future that nobody fulfils: a wait that ends by its time.
        wait([Future[None]()], timeout=min(left.total_seconds(), BREATH))
    clock.reach(end)
