"""From instants to places in percent, with a scale that people count in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from drctl.model.duration import format_duration

_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
_TICKS = 5
"""At most so many steps of the scale: their labels have room on a phone."""


@dataclass(frozen=True, slots=True)
class Tick:
    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    begin: datetime
    length: timedelta
    ticks: Sequence[Tick]

    def place(self, at: datetime) -> float:
        """Where that instant is, in percent."""
        return round(min(max((at - self.begin) / self.length, 0.0), 1.0) * 100, 3)

    def share(self, span: timedelta) -> float:
        """How much of the axis a span takes, in percent; more than 100 where it is longer."""
        return round(span / self.length * 100, 3)


def axis_of(begin: datetime, end: datetime) -> Axis:
    """The axis between two instants, with a little room after the last one."""
    length = max((end - begin) * 1.02, timedelta(seconds=1))
    seconds = length.total_seconds()
    days = _STEPS_S[-1] * max(1, round(seconds / _STEPS_S[-1] / _TICKS))
    step = next((step for step in _STEPS_S if seconds / step <= _TICKS), days)
    count = int(seconds // step)
    ticks = [
        Tick(round(step * n / seconds * 100, 3), f"+{format_duration(timedelta(seconds=step * n))}")
        for n in range(count + 1)
    ]
    # At the very right there is no room for a label.
    return Axis(begin, length, [tick for tick in ticks if tick.place <= 94])
