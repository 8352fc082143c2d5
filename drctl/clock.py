"""The wall's time: the one home of the system clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """UTC as it was at the start, plus what has gone by since.

    Setting the machine's clock does not move it, so that no step's time goes back or leaps;
    time that the machine spends asleep counts.
    """

    def __init__(self, *, not_before: datetime | None = None) -> None:
        now = datetime.now(UTC)  # noqa: TID251 - its one home
        # After the machine's clock was set back: time in a journal never goes back.
        self._anchor = now if not_before is None else max(now, not_before)
        self._started = awake_and_asleep()

    def now(self) -> datetime:
        """The present instant."""
        return self._anchor + timedelta(seconds=awake_and_asleep() - self._started)

    def wall_until(self, instant: datetime) -> timedelta | None:
        """How long until `instant`; nothing where it has passed."""
        return max(instant - self.now(), timedelta(0))

    def reach(self, instant: datetime) -> None:
        """Nothing: this clock runs by itself."""


def awake_and_asleep() -> float:
    """Seconds on a clock that also counts while the machine sleeps, and that nobody can set."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    # Elsewhere than on Linux: the monotonic clock, which macOS counts from the same start for every process.
    return time.clock_gettime(clock) if clock is not None else time.monotonic()
