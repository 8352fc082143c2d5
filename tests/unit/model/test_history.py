"""What past runs tell of how long a step takes, and which of them count."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.model import events as e
from drctl.model.events import Approve, Event
from drctl.model.evidence import Evidence
from drctl.model.history import NEWEST, Attempt, Comparable, attempts_in, times_of
from drctl.model.plan import Plan, PlannedStep
from drctl.model.step_times import measured, nearest_rank
from tests.fakes.sample_run import PLAN, at, begun, failed, minutes, passed, run_of

LIKE = Comparable(runbook="orders-failover", simulated=False, environment="production", approve=Approve.ASK)


def attempt(took: float, when: float = 0, **settings: object) -> Attempt:
    made = Attempt(
        step="restore-db",
        uses="rds.restore_snapshot",
        environment="production",
        ended_at=at(when),
        took=minutes(took),
        by_policy=False,
        asked=False,
    )
    return replace(made, **settings)  # type: ignore[arg-type]


def restored(*attempts: Attempt, like: Comparable = LIKE) -> tuple[float, float, int, str] | None:
    times = times_of(PLAN, attempts, like)
    if not times:
        return None
    (one,) = times
    return one.p50 / minutes(1), one.p90 / minutes(1), one.of, one.environment


def test_one_attempt_is_its_own_median_and_its_own_bad_day() -> None:
    assert restored(attempt(12)) == (12, 12, 1, "production")


def test_p50_and_p90_are_nearest_ranks() -> None:
    ten = [minutes(n) for n in range(1, 11)]
    assert (nearest_rank(ten, 50), nearest_rank(ten, 90)) == (minutes(5), minutes(9))
    assert (nearest_rank(ten[:3], 50), nearest_rank(ten[:3], 90)) == (minutes(2), minutes(3))


@given(st.lists(st.integers(0, 10**6).map(lambda s: timedelta(seconds=s)), min_size=1, max_size=40))
def test_both_were_really_measured_and_enough_of_the_others_are_no_longer(durations: list[timedelta]) -> None:
    times = measured("a", "b", durations, "staging")
    assert times.p50 in durations
    assert times.p90 in durations
    for span, percent in ((times.p50, 50), (times.p90, 90)):
        assert sum(one <= span for one in durations) * 100 >= percent * len(durations)
        assert sum(one < span for one in durations) * 100 < percent * len(durations)


def test_only_the_newest_attempts_count() -> None:
    old = [attempt(90, when=n) for n in range(30)]
    new = [attempt(10, when=100 + n) for n in range(NEWEST)]
    assert restored(*new, *old) == (10, 10, NEWEST, "production")


def test_the_runs_own_environment_counts_and_another_one_only_without_it() -> None:
    here, there = attempt(30), attempt(10, when=9, environment="staging")
    assert restored(here, there) == (30, 30, 1, "production")
    assert restored(there, attempt(20, when=1, environment="test")) == (10, 10, 1, "staging")


def test_another_action_under_the_same_name_tells_nothing() -> None:
    assert restored(attempt(12, uses="rds.promote_replica")) is None


def test_how_fast_a_policy_approves_tells_nothing_of_people() -> None:
    by_policy, by_people = attempt(0, asked=True, by_policy=True), attempt(7, asked=True)
    auto = replace(LIKE, approve=Approve.AUTO)
    assert restored(by_policy, by_people) == (7, 7, 1, "production")
    assert restored(by_policy, by_people, like=auto) == (0, 0, 1, "production")
    assert restored(attempt(12), like=auto) == (12, 12, 1, "production")


def test_simulated_runs_and_real_ones_never_mix_and_drills_and_recoveries_do() -> None:
    (simulated, *_), (real, *_) = begun(), begun(simulated=False)
    assert isinstance(simulated, e.RunStarted)
    assert isinstance(real, e.RunStarted)
    like = Comparable.to(real)
    assert like.takes(replace(real, mode=e.Mode.RECOVER, environment="production"))
    assert not like.takes(simulated)
    assert not Comparable.to(simulated).takes(real)
    assert not like.takes(replace(real, runbook="queue-drain"))


def took(*events: Event, plan: Plan = PLAN) -> dict[str, float]:
    return {one.step: one.took / minutes(1) for one in attempts_in(run_of([*begun(), *events]), plan)}


def test_what_succeeded_in_a_run_counts_whatever_became_of_the_run() -> None:
    found = {one.step for one in attempts_in(run_of(failed()), PLAN)}
    assert found == {"find-point", "promote-bucket", "rebuild-cache"}
    assert {one.step: one.took for one in attempts_in(run_of(passed()), PLAN)}["restore-db"] == minutes(22.5)


SUCCEEDED = Evidence.of("it is there")


@pytest.mark.parametrize(
    ("changed_in", "expected"),
    [
        pytest.param(2, {"restore-db": 5}, id="the second attempt did the work: it counts, without what went before"),
        pytest.param(1, {}, id="the second attempt only found what the first had begun: it tells nothing"),
        pytest.param(None, {"restore-db": 5}, id="nothing was changed at all, as by a check"),
    ],
)
def test_of_an_attempt_that_was_repeated(changed_in: int | None, expected: dict[str, float]) -> None:
    change = e.ChangeIntended(at=at(4), step="restore-db", name="restore", summary="", operation="", target="")
    first: list[Event] = [
        e.StepStarted(at=at(4), step="restore-db"),
        e.StepFailed(at=at(30), step="restore-db", because=""),
    ]
    second: list[Event] = [e.StepStarted(at=at(60), step="restore-db", epoch=2)]
    done = e.StepSucceeded(at=at(65), step="restore-db", because="", evidence=SUCCEEDED)
    if changed_in == 1:
        first.insert(1, change)
    elif changed_in == 2:
        second.append(replace(change, at=at(60)))
    assert took(*first, *second, done) == expected


def test_a_step_that_is_still_running_tells_nothing_yet() -> None:
    assert took(e.StepStarted(at=at(4), step="restore-db")) == {}
    assert attempts_in(run_of(begun()), replace(PLAN, steps=(PlannedStep(id="new", uses="wait", params={}),))) == ()
