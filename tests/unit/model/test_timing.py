"""RTO and RPO are pure functions of what was recorded; what is unknown is never zero."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from drctl.model.timing import Mark, StoreLoss, loss_vector, recovery_time, store_loss

T0 = datetime(2030, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_recovery_time_counts_from_the_onset_to_the_end() -> None:
    marks = {Mark.ONSET: T0, Mark.DECLARED: T0 + HOUR, Mark.EXECUTING: T0 + 2 * HOUR, Mark.SERVING: T0 + 3 * HOUR}
    measured = recovery_time(4 * HOUR, marks, Mark.SERVING)
    assert (measured.total, measured.exec, measured.met) == (3 * HOUR, HOUR, True)


def test_without_an_onset_it_counts_from_the_declaration_and_says_so() -> None:
    measured = recovery_time(4 * HOUR, {Mark.DECLARED: T0, Mark.SERVING: T0 + HOUR}, Mark.SERVING)
    assert measured.counted_from is Mark.DECLARED
    assert measured.total == HOUR


def test_a_recovery_that_has_not_ended_has_neither_met_nor_missed() -> None:
    measured = recovery_time(4 * HOUR, {Mark.ONSET: T0}, Mark.SERVING)
    assert (measured.total, measured.met) == (None, None)


@given(st.timedeltas(min_value=-HOUR, max_value=5 * HOUR))
def test_a_loss_is_never_negative(behind: timedelta) -> None:
    loss = store_loss("db", T0 - behind, "snapshot", T0).loss
    assert loss is not None
    assert loss == max(behind, timedelta(0))


def test_the_worst_store_decides() -> None:
    losses = loss_vector(HOUR, [store_loss("a", T0, "m", T0), store_loss("b", T0 - 2 * HOUR, "m", T0)])
    assert (losses.actual, losses.met) == (2 * HOUR, False)


def test_a_store_without_a_recovery_point_leaves_the_loss_unknown() -> None:
    losses = loss_vector(HOUR, [store_loss("a", T0, "m", T0), store_loss("b", None, "", T0)])
    assert (losses.actual, losses.met) == (None, None)
    assert [store.store for store in losses.unread] == ["b"]


def test_a_store_beyond_the_objective_misses_it_whatever_is_unread() -> None:
    losses = loss_vector(HOUR, [store_loss("a", T0 - 2 * HOUR, "m", T0), store_loss("b", None, "", T0)])
    assert losses.met is False


def test_an_ephemeral_store_is_told_and_not_counted() -> None:
    losses = loss_vector(
        HOUR, [StoreLoss("cache", None, None, "rebuilt", ephemeral=True), store_loss("a", T0, "m", T0)]
    )
    assert (losses.actual, losses.met, losses.unread) == (timedelta(0), True, ())


def test_a_recovery_that_ends_before_it_began_is_unknown_and_not_met() -> None:
    """A clock was set back in between."""
    measured = recovery_time(4 * HOUR, {Mark.ONSET: T0, Mark.EXECUTING: T0, Mark.SERVING: T0 - HOUR}, Mark.SERVING)
    assert (measured.total, measured.exec, measured.met) == (None, None, None)
