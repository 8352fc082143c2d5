"""Windows in which nothing planned is started: every week, or from one date to another.

A drill keeps out of them; a recovery never does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LONGEST = timedelta(days=400)
"""Windows that touch each other for longer than this are taken to have no end."""


class Day(StrEnum):
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedWindow:
    """With `days`, every week on those days; without, once, from one date through another.

    The edges are what the clocks of `timezone` show. Where they are set back, so that an edge comes twice, the window
    has both; where they are set forward, so that it never comes, the window has what lies between the two readings.
    """

    start: str = field(metadata={"alias": "from"})
    """`22:00` with `days`; a date such as `2026-12-20` without."""
    end: str = field(metadata={"alias": "to"})
    """`06:00` with `days`: of the same day, or of the next one where `from` is not before it. Without `days` the last
    date, all of which belongs to the window."""
    days: tuple[Day, ...] = ()
    """The days on which it begins: `[sat, sun]`."""
    timezone: str = "UTC"
    """A name such as `Europe/Berlin`."""
    reason: str
    """Why nothing is started then; whoever is refused reads it."""

    def holds(self, at: datetime) -> datetime | None:
        """The end of the window that `at` (aware) lies in; None where it lies in none."""
        ends = [end for start, end in self._near(at) if start <= at < end]
        return max(ends, default=None)

    def _near(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The beginning and the end, in UTC, of every window that `at` can lie in."""
        zone = ZoneInfo(self.timezone)
        if not self.days:
            last = date.fromisoformat(self.end)
            yield _first(zone, date.fromisoformat(self.start), time()), _last(zone, last + timedelta(days=1), time())
            return
        start, end = time.fromisoformat(self.start), time.fromisoformat(self.end)
        today = at.astimezone(zone).date()
        # A window lasts a day at the most, and where the clocks are set its edge can be an hour beyond the date.
        for day in (today + timedelta(days=offset) for offset in (-2, -1, 0, 1)):
            if tuple(Day)[day.weekday()] in self.days:
                until = day if start < end else day + timedelta(days=1)
                yield _first(zone, day, start), _last(zone, until, end)


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why nothing planned is started, and when that ends; None where no end is in sight."""

    window: BlockedWindow
    until: datetime | None


def blocked(windows: Sequence[BlockedWindow], at: datetime) -> Blocked | None:
    """The first of `windows` that `at` (aware) lies in, and the moment from which none of them holds any more."""
    first = next((window for window in windows if window.holds(at)), None)
    if first is None:
        return None
    until = at
    while ends := [end for window in windows if (end := window.holds(until))]:
        until = max(ends)
        if until - at > LONGEST:
            return Blocked(first, None)
    return Blocked(first, until)


def _first(zone: ZoneInfo, day: date, clock: time) -> datetime:
    return min(_both(zone, day, clock))


def _last(zone: ZoneInfo, day: date, clock: time) -> datetime:
    return max(_both(zone, day, clock))


def _both(zone: ZoneInfo, day: date, clock: time) -> tuple[datetime, ...]:
    """The instant at which the clocks show that, twice where they are set in between."""
    shown = datetime.combine(day, clock, zone)
    return tuple(shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
