"""A clock that jumps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2030, 1, 1, tzinfo=UTC)


class VirtualClock:
    """Stands still until it is moved; remembers how often it was."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self.jumps = 0

    def now(self) -> datetime:
        return self._now

    def wall_until(self, instant: datetime) -> timedelta | None:
        return timedelta(0) if instant <= self._now else None

    def reach(self, instant: datetime) -> None:
        self.jumps += 1
        self._now = max(self._now, instant)

    def set(self, instant: datetime) -> None:
        """Have it show another time, also an earlier one: the machine of the next runner."""
        self._now = instant
