"""Time. The engine owns it; actions are given none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC; it never goes back."""

    def wall_until(self, instant: datetime) -> timedelta | None:
        """How long a thread has to wait, by the wall, for `instant` to come.

        None where time stands still until it is moved by `reach`: a virtual clock that jumps.
        """

    def reach(self, instant: datetime) -> None:
        """Afterwards `now()` is at least `instant`. Only ever called when nothing is in flight,
        and only where `wall_until` answers None; a clock that runs by itself does nothing."""
