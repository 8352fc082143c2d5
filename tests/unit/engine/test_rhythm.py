"""Looks are dense where completion is expected and sparse elsewhere."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from drctl.engine.rhythm import LONGEST_BACKOFF, backoff, next_look

SPANS = st.integers(0, 20_000).map(lambda s: timedelta(seconds=s))
LEAST, MOST = timedelta(seconds=5), timedelta(seconds=60)


@given(SPANS, SPANS)
def test_a_look_is_never_further_or_nearer_than_allowed(elapsed: timedelta, expect: timedelta) -> None:
    assert LEAST <= next_look(elapsed, expect, LEAST, MOST) <= MOST


def test_near_the_expected_moment_looks_are_dense() -> None:
    expect = timedelta(minutes=12)
    assert next_look(timedelta(0), expect, LEAST, MOST) == MOST
    assert next_look(expect, expect, LEAST, MOST) == LEAST


def test_a_wait_that_ends_as_expected_costs_fewer_looks_than_a_fixed_half_minute() -> None:
    expect, elapsed, looks = timedelta(minutes=12), timedelta(0), 0
    while elapsed < expect:
        elapsed, looks = elapsed + next_look(elapsed, expect, LEAST, MOST), looks + 1
    assert looks < 24
    assert elapsed - expect <= LEAST


@given(st.integers(1, 10_000), st.text(max_size=5))
def test_backing_off_is_bounded_and_repeatable(attempt: int, seed: str) -> None:
    assert timedelta(seconds=1) <= backoff(attempt, seed) <= LONGEST_BACKOFF
    assert backoff(attempt, seed) == backoff(attempt, seed)
