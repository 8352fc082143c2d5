"""A window blocks what its clocks show: over midnight, over both changes of the clocks, and to its very end."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.model.blocked_window import BlockedWindow, Day, blocked
from drctl.model.instant import format_instant, parse_instant

EVENINGS = BlockedWindow(days=(Day.FRI,), start="22:00", end="06:00", timezone="Europe/Berlin", reason="imports")
FREEZE = BlockedWindow(start="2026-12-20", end="2027-01-06", timezone="Europe/Berlin", reason="change freeze")
# In 2026 Berlin's clocks go from 02:00 to 03:00 on 29 March, and from 03:00 back to 02:00 on 25 October.
HALF_PAST_TWO = BlockedWindow(days=tuple(Day), start="02:30", end="05:00", timezone="Europe/Berlin", reason="imports")
UNTIL_HALF_PAST_TWO = BlockedWindow(days=(Day.SUN,), start="01:00", end="02:30", timezone="Europe/Berlin", reason="x")


def until(window: BlockedWindow, at: str) -> str | None:
    found = blocked([window], parse_instant(at))
    assert found is None or found.until is not None
    return None if found is None else format_instant(found.until)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("window", "at", "expected"),
    [
        pytest.param(EVENINGS, "2026-11-27T20:59:59Z", None, id="a second before"),
        pytest.param(EVENINGS, "2026-11-27T21:00:00Z", "2026-11-28T05:00:00Z", id="its first moment"),
        pytest.param(EVENINGS, "2026-11-28T04:59:59Z", "2026-11-28T05:00:00Z", id="after midnight, on another day"),
        pytest.param(EVENINGS, "2026-11-28T05:00:00Z", None, id="its end is free"),
        pytest.param(EVENINGS, "2026-11-28T21:00:00Z", None, id="not on the day after"),
        pytest.param(EVENINGS, "2026-07-03T20:00:00Z", "2026-07-04T04:00:00Z", id="an hour earlier in summer"),
        pytest.param(FREEZE, "2026-12-19T22:59:59Z", None, id="the night before a freeze"),
        pytest.param(FREEZE, "2026-12-19T23:00:00Z", "2027-01-06T23:00:00Z", id="a freeze begins at midnight"),
        pytest.param(FREEZE, "2027-01-06T22:59:59Z", "2027-01-06T23:00:00Z", id="all of a freeze's last day"),
        pytest.param(FREEZE, "2027-01-06T23:00:00Z", None, id="after a freeze"),
        pytest.param(HALF_PAST_TWO, "2026-03-29T00:30:00Z", "2026-03-29T03:00:00Z", id="02:30 never comes in spring"),
        pytest.param(HALF_PAST_TWO, "2026-10-25T00:30:00Z", "2026-10-25T04:00:00Z", id="the first 02:30 in autumn"),
        pytest.param(UNTIL_HALF_PAST_TWO, "2026-10-25T00:59:00Z", "2026-10-25T01:30:00Z", id="until the second 02:30"),
        pytest.param(UNTIL_HALF_PAST_TWO, "2026-10-25T01:29:59Z", "2026-10-25T01:30:00Z", id="02:29 for the 2nd time"),
        pytest.param(UNTIL_HALF_PAST_TWO, "2026-03-29T01:15:00Z", "2026-03-29T01:30:00Z", id="until what never comes"),
    ],
)
def test_a_window_holds_from_its_first_moment_to_before_its_last(
    window: BlockedWindow, at: str, expected: str | None
) -> None:
    assert until(window, at) == expected


CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
WINDOWS = st.builds(
    lambda days, start, end, zone: BlockedWindow(
        days=tuple(sorted(days)), start=f"{start:%H:%M}", end=f"{end:%H:%M}", timezone=zone, reason="x"
    ),
    st.sets(st.sampled_from(list(Day)), min_size=1),
    CLOCKS,
    CLOCKS,
    ZONES,
)


def shows(window: BlockedWindow, at: datetime) -> bool:
    """Whether a person who looks at the clock and the calendar says that the window is on."""
    local = at.astimezone(ZoneInfo(window.timezone))
    today, yesterday = (tuple(Day)[(local.weekday() - ago) % 7] in window.days for ago in (0, 1))
    start, end, now = time.fromisoformat(window.start), time.fromisoformat(window.end), local.time()
    if start < end:
        return today and start <= now < end
    return (today and now >= start) or (yesterday and now < end)


@given(WINDOWS, INSTANTS)
def test_whenever_the_clock_shows_a_window_it_blocks(window: BlockedWindow, at: datetime) -> None:
    if shows(window, at):
        assert blocked([window], at) is not None


@given(WINDOWS, INSTANTS)
def test_a_window_blocks_only_when_the_clock_shows_it_or_within_hours_of_a_change_of_the_clocks(
    window: BlockedWindow, at: datetime
) -> None:
    if blocked([window], at) is not None and not shows(window, at):
        zone = ZoneInfo(window.timezone)
        around = {(at + timedelta(hours=hours)).astimezone(zone).utcoffset() for hours in range(-26, 27)}
        assert len(around) > 1


@given(st.lists(WINDOWS, min_size=1, max_size=3), INSTANTS)
def test_nothing_is_blocked_when_it_is_said_to_end(windows: list[BlockedWindow], at: datetime) -> None:
    found = blocked(windows, at)
    if found is not None and found.until is not None:
        assert found.until > at
        assert blocked(windows, found.until) is None
        assert blocked(windows, found.until - timedelta(microseconds=1)) is not None


def test_a_window_that_another_one_follows_ends_with_that() -> None:
    second = BlockedWindow(days=(Day.SAT,), start="06:00", end="10:00", timezone="Europe/Berlin", reason="maintenance")
    found = blocked([second, EVENINGS], parse_instant("2026-11-27T22:00:00Z"))
    assert found is not None
    assert found.window is EVENINGS
    assert found.until == parse_instant("2026-11-28T09:00:00Z")


def test_windows_that_are_always_on_have_no_end() -> None:
    always = BlockedWindow(days=tuple(Day), start="00:00", end="00:00", reason="never here")
    found = blocked([always], parse_instant("2026-11-27T22:00:00Z"))
    assert found is not None
    assert found.until is None
