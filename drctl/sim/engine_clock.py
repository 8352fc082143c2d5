"""The engine's clock in a simulated world: the world's own time, moved by the engine.

One clock for both sides: the lag of every simulated resource and the patience of
every step are counted on it, so that they can never disagree.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Protocol


class MovableWorld(Protocol):
    """A simulated world whose time can be moved."""

    def clock(self) -> datetime:
        """The world's present instant."""

    def advance(self, to: datetime) -> datetime:
        """Move the world to `to`, never back; its present instant afterwards."""


class JumpingClock:
    """`--speed instant`: time stands still while anything is in flight, and jumps to what is due next."""

    def __init__(self, world: MovableWorld) -> None:
        self._world = world
        self._now = world.clock()

    def now(self) -> datetime:
        """The world's present instant."""
        return self._now

    def wall_until(self, instant: datetime) -> timedelta | None:
        """None, for every instant that is still to come."""
        return timedelta(0) if instant <= self._now else None

    def reach(self, instant: datetime) -> None:
        """Move the world to `instant`."""
        if instant > self._now:
            self._now = self._world.advance(instant)


class ScaledClock:
    """`--speed 60` and `--speed 1`: a minute, or a second, of the world for each second of the wall."""

    STEP = timedelta(seconds=1)
    """How far the world may lag behind before it is moved: a call for every look would cost more than it tells."""

    def __init__(self, world: MovableWorld, speed: float) -> None:
        self._world, self._speed = world, speed
        self._began = self._moved = world.clock()
        self._wall = time.monotonic()

    def now(self) -> datetime:
        """The world's present instant; the world has been moved to it within a second."""
        present = self._began + timedelta(seconds=(time.monotonic() - self._wall) * self._speed)
        if present - self._moved >= self.STEP:
            self._moved = self._world.advance(present)
        return max(present, self._moved)

    def wall_until(self, instant: datetime) -> timedelta | None:
        """How long the wall takes to get to `instant`."""
        return max((instant - self.now()) / self._speed, timedelta(0))

    def reach(self, instant: datetime) -> None:
        """Nothing: this clock runs by itself."""
