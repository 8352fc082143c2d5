"""Beacons: what is stored, what is read back, and that the loss they tell is never too small."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.model.beacon import LONGEST, Survivor, new_beacon, newest, parse_beacon
from drctl.model.timing import store_loss

AT = datetime(2026, 1, 14, 3, 42, 0, 250_999, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BEACON = new_beacon("production", "storage", AT, MINUTE)
MS = timedelta(milliseconds=1)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
instants = st.integers(0, 4_000_000_000_000_000).map(
    lambda us: datetime.fromtimestamp(0, UTC) + timedelta(microseconds=us)
)
periods = st.integers(1000, 86_400_000).map(lambda ms: ms * MS)


def test_a_beacon_is_small_says_what_it_is_and_is_never_later_than_it_was() -> None:
    assert BEACON.text == (
        '{"at":"2026-01-14T03:42:00.250Z","environment":"production","every_s":60,'
        '"is":"drctl beacon 1","store":"storage"}'
    )
    assert BEACON.at <= AT < BEACON.at + MS


@given(names, names, instants, periods)
def test_what_was_stored_is_what_is_read(environment: str, store: str, at: datetime, every: timedelta) -> None:
    beacon = new_beacon(environment, store, at, every)
    assert beacon.text.isascii()
    assert len(beacon.text) <= LONGEST
    assert parse_beacon(beacon.text) == beacon


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a task of the application",
        "[]",
        "[" * 100_000,
        '{"is": "drctl beacon 2"}',
        BEACON.text.replace("2026-01-14", "2026-13-14"),
        BEACON.text.replace(".250Z", ""),
        BEACON.text.replace('"every_s":60', '"every_s":true'),
        BEACON.text.replace('"every_s":60', '"every_s":0'),
        BEACON.text.replace('"every_s":60', '"every_s":1e999'),
        BEACON.text.replace('"every_s":60', '"every_s":NaN'),
        BEACON.text.replace('"store":"storage"', '"store":7'),
        BEACON.text + " " * LONGEST,
    ],
    ids=range(13),
)
def test_what_is_no_beacon_is_read_as_none(text: str) -> None:
    assert parse_beacon(text) is None


def test_one_beacon_has_the_number_after_that_of_the_one_before() -> None:
    later = new_beacon("production", "storage", AT + MINUTE, MINUTE)
    assert later.number == BEACON.number + 1


def test_the_newest_of_its_own_store_and_environment_counts() -> None:
    older = replace(BEACON, at=BEACON.at - MINUTE)
    others = (replace(BEACON, store="jobs"), replace(BEACON, environment="staging"))
    found = [Survivor(one) for one in (older, *others)]
    assert newest(found, "storage", "production") == Survivor(older)
    assert newest(found, "storage") == Survivor(others[1])
    assert newest(found, "nothing") is None


@pytest.mark.parametrize(
    ("ahead", "counts"),
    [
        pytest.param(timedelta(minutes=-3), BEACON.at, id="it was stored late: the writer's time is the earlier"),
        pytest.param(timedelta(seconds=5), BEACON.at, id="clocks that are one"),
        pytest.param(timedelta(minutes=3), BEACON.at - timedelta(minutes=3), id="a writer that is ahead"),
    ],
)
def test_a_writer_whose_clock_is_ahead_is_not_believed(ahead: timedelta, counts: datetime) -> None:
    survivor = Survivor(BEACON, BEACON.at - ahead)
    assert survivor.at == counts
    assert survivor.is_ahead is (counts != BEACON.at)
    assert Survivor(BEACON).at == BEACON.at


@given(
    periods,
    st.lists(st.integers(0, 5000).map(lambda ms: ms * MS), min_size=1, max_size=40),
    st.floats(0, 1),
    st.timedeltas(timedelta(0), timedelta(days=2)),
)
def test_the_reported_loss_is_never_too_small_and_less_than_a_period_and_a_delay_too_large(
    every: timedelta, delays: list[timedelta], share: float, lost: timedelta
) -> None:
    """In [true loss, true loss + period + longest delay), wherever the copy is frozen and whenever the onset is."""
    begun = [new_beacon("e", "s", AT + number * every, every) for number in range(len(delays))]
    stored = [beacon.at + delay for beacon, delay in zip(begun, delays, strict=True)]
    # Anywhere from when the first one was there to when the one after the last is due.
    frozen_at = stored[0] + share * (begun[-1].at + every - stored[0])
    survivors = [Survivor(one) for one, at in zip(begun, stored, strict=True) if at <= frozen_at]
    if frozen_at < stored[0]:
        return
    found = newest(survivors, "s")
    assert found is not None
    reported = store_loss("s", found.at, "beacon row", frozen_at + lost).loss
    assert reported is not None
    assert lost <= reported < lost + every + max(delays) + MS
