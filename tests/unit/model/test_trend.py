"""What the newest run has changed, against those before it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.model.events import Approve, Mode
from drctl.model.trend import Gate, Trend, TrendRun, regressions, trend_of, trend_run
from drctl.model.verdict import Verdict
from tests.fakes.sample_run import PLAN, begun, failed, minutes, passed, run_of
from tests.fakes.sample_trend import finished

GATE = Gate(most_percent=20)


def changes(trend: Trend) -> dict[str, tuple[float | None, float, int]]:
    one = minutes(1)
    return {c.name: (c.before / one if c.before is not None else None, c.now / one, c.of) for c in trend.changes}


def stopped(*runs: TrendRun, gate: Gate = GATE) -> list[str]:
    return [change.name for change in regressions(trend_of(runs), gate)]


def test_the_newest_run_is_compared_with_the_median_of_those_before_it() -> None:
    runs = [finished(3, 90, steps={"restore": 30}), finished(1, 60, steps={"restore": 20}), finished(2, 66, loss=50)]
    assert changes(trend_of(runs)) == {
        "rto": (60, 90, 2),
        "rto-exec": (40, 60, 2),
        "loss": (20, 20, 2),
        "restore": (20, 30, 1),
    }


def test_what_no_run_before_has_done_is_new_and_no_regression() -> None:
    runs = [finished(1), finished(2, steps={"added": 30})]
    assert changes(trend_of(runs))["added"] == (None, 30, 0)
    assert stopped(*runs) == []


@pytest.mark.parametrize(
    ("before", "now", "regressed"),
    [
        pytest.param(20, 24, False, id="just as much as allowed"),
        pytest.param(20, 24.1, True, id="a little more"),
        pytest.param(1 / 60, 6 / 60, False, id="six times as long, and below the floor"),
        pytest.param(0, 1, True, id="of nothing a minute"),
        pytest.param(20, 5, False, id="faster"),
    ],
)
def test_a_regression_is_beyond_the_share_and_the_floor(before: float, now: float, regressed: bool) -> None:
    runs = [finished(1, steps={"restore": before}), finished(2, steps={"restore": now})]
    assert stopped(*runs) == (["restore"] if regressed else [])


@given(st.lists(st.integers(0, 500), min_size=2, max_size=8), st.integers(1, 100))
def test_what_is_stopped_is_slower_than_half_of_the_runs_before(spans: list[int], percent: int) -> None:
    *before, now = spans
    runs = [finished(day, steps={"a": span}) for day, span in enumerate(spans)]
    found = stopped(*runs, gate=Gate(most_percent=percent))
    if "a" in found:
        assert sum(span < now for span in before) * 2 >= len(before)
    elif now > max(before) * (1 + percent / 100):
        assert timedelta(minutes=now - max(before)) <= GATE.floor


def test_objectives_are_named_and_can_be_left_out() -> None:
    runs = [finished(1, 60, loss=20), finished(2, 90, loss=55)]
    assert stopped(*runs) == ["rto", "rto-exec", "loss"]
    assert stopped(*runs, gate=Gate(most_percent=20, ignored=frozenset({"loss", "rto"}))) == ["rto-exec"]


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.ABORTED])
def test_runs_that_failed_or_were_aborted_set_no_baseline(verdict: Verdict) -> None:
    bad = finished(1, 10, verdict=verdict)
    assert trend_of([bad, finished(2)]).changes == ()
    assert changes(trend_of([bad, finished(2), finished(3, 70)]))["rto"] == (60, 70, 1)


def test_a_newest_run_that_failed_is_compared_and_one_that_was_aborted_is_not() -> None:
    assert stopped(finished(1), finished(2, 130, verdict=Verdict.FAILED)) == ["rto", "rto-exec"]
    aborted = trend_of([finished(1), finished(2, None, verdict=Verdict.ABORTED)])
    assert (aborted.newest, aborted.changes, len(aborted.runs)) == (None, (), 2)


@pytest.mark.parametrize(
    "other", [{"mode": Mode.RECOVER}, {"approve": Approve.ASK}, {"environment": "production"}, {"simulated": True}]
)
def test_only_what_was_done_in_the_same_way_is_compared(other: dict[str, object]) -> None:
    assert trend_of([finished(1, 10, **other), finished(2)]).changes == ()  # type: ignore[arg-type]


def test_head_room_is_what_was_left_and_below_zero_where_nothing_was() -> None:
    assert finished(1, 60).headroom == minutes(60)
    assert finished(1, 130).headroom == minutes(-10)
    assert finished(1, None).headroom is None


def test_a_run_brings_what_it_has_measured() -> None:
    run = trend_run(run_of(passed()), PLAN)
    assert run is not None
    assert (run.rto, run.rto_exec, run.loss, run.headroom) == (minutes(36), minutes(32), minutes(42), minutes(204))
    assert run.steps["restore-db", "rds.restore_snapshot"] == minutes(22.5)
    gone = trend_run(run_of(failed()), PLAN)
    assert gone is not None
    assert (gone.verdict, gone.rto) == (Verdict.FAILED, None)
    assert trend_run(run_of(begun()), PLAN) is None


def test_of_no_run_there_is_no_trend() -> None:
    assert trend_of([]) == Trend(runs=(), newest=None, baseline=(), changes=())
