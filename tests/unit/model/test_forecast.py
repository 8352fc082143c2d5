"""When a recovery is expected to end, and until when somebody has to decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drctl.model import events as e
from drctl.model.events import Approve, Event
from drctl.model.evidence import Evidence
from drctl.model.forecast import DecisionKind, Forecast, chain_of, forecast
from drctl.model.history import expected_of
from drctl.model.plan import Plan, PlannedStep, Sustain
from drctl.model.step_times import StepTimes
from drctl.model.timing import Mark
from tests.fakes.any_events import any_run
from tests.fakes.sample_run import PLAN, at, begun, database_restored, failed, held, minutes, passed, run_of


def step(id: str, *needs: str, expect: float = 1, uses: str = "thing.make", **settings: object) -> PlannedStep:
    planned = PlannedStep(id=id, uses=uses, params={}, needs=needs, expect=minutes(expect))
    return replace(planned, **settings)  # type: ignore[arg-type]


def plan_of(*steps: PlannedStep) -> Plan:
    return replace(PLAN, steps=steps)


def ran(id: str, begin: float, end: float) -> list[Event]:
    done = e.StepSucceeded(at=at(end), step=id, because="done", evidence=Evidence.of("it is there"))
    return [e.StepStarted(at=at(begin), step=id), done]


def known(*times: tuple[str, float, float]) -> e.HistoryRead:
    return e.HistoryRead(
        at=at(0),
        runs=3,
        times=tuple(
            StepTimes(step=id, uses="thing.make", p50=minutes(p50), p90=minutes(p90), of=3, environment="staging")
            for id, p50, p90 in times
        ),
    )


def seen(plan: Plan, now: float, *events: Event, approve: Approve = Approve.ASK) -> Forecast:
    return forecast(run_of([*begun(approve=approve), *events]), plan, at(now))


# --- any plan, any run -------------------------------------------------------------------------------------------


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans of up to eight steps, each needing any of those before it; the last one ends the recovery."""
    count = draw(st.integers(1, 8))
    steps = []
    for n in range(count):
        needs = [f"s{m}" for m in range(n) if draw(st.booleans())] if n < count - 1 else [f"s{m}" for m in range(n)]
        last = n == count - 1
        steps.append(step(f"s{n}", *needs, expect=draw(st.integers(0, 90)), marks=Mark.VERIFIED if last else None))
    return plan_of(*steps)


@st.composite
def under_way(draw: st.DrawFn) -> tuple[Plan, list[Event], float]:
    """A plan, some way that it may have gone so far, and when it is looked at."""
    plan = draw(plans())
    ends: dict[str, float] = {}
    events: list[tuple[float, Event]] = []
    for planned in plan.steps:
        if not all(need in ends for need in planned.needs):
            continue
        begin = max((ends[need] for need in planned.needs), default=4) + draw(st.integers(0, 3))
        match draw(st.sampled_from(["pending", "running", "ended", "ended", "ended"])):
            case "running":
                events.append((begin, e.StepStarted(at=at(begin), step=planned.id)))
            case "ended":
                ends[planned.id] = begin + draw(st.integers(0, 60))
                started, done = ran(planned.id, begin, ends[planned.id])
                events += [(begin, started), (ends[planned.id], done)]
                if planned.marks is not None:
                    marked = e.Marked(at=done.at, mark=planned.marks, instant=done.at, source=planned.id)
                    events.append((ends[planned.id], marked))
    events.sort(key=lambda one: one[0])
    newest = max((when for when, _ in events), default=4)
    return plan, [event for _, event in events], newest + draw(st.integers(0, 200))


@given(under_way())
def test_a_finish_is_never_in_the_past_and_the_path_is_as_long_as_the_forecast(
    case: tuple[Plan, list[Event], float],
) -> None:
    plan, events, now = case
    made = seen(plan, now, *events)
    assert made.finish_p50 is not None
    assert made.path[-1].ends == made.finish_p50
    if made.path[-1].ended:
        # Everything has ended: the forecast is what was measured.
        assert made.finish_p50 == run_of([*begun(), *events]).marks[Mark.VERIFIED] == made.finish_p90
    else:
        assert made.finish_p50 >= at(now)
    for before, after in zip(made.path, made.path[1:], strict=False):
        assert before.ends <= after.begins, f"{after.step} begins before {before.step} ends"
        assert after.ended or not before.ended or after.begins <= max(at(now), before.ends)
    assert made.headroom_p50 == at(0) + PLAN.objectives.rto - made.finish_p50


@given(under_way(), st.integers(0, 7), st.integers(0, 300))
def test_a_step_that_takes_longer_never_lets_the_recovery_end_earlier(
    case: tuple[Plan, list[Event], float], place: int, more: int
) -> None:
    plan, events, now = case
    slower = [
        replace(one, expect=one.expect + minutes(more)) if n == place else one for n, one in enumerate(plan.steps)
    ]
    sooner, later = seen(plan, now, *events).finish_p50, seen(plan_of(*slower), now, *events).finish_p50
    assert sooner is not None
    assert later is not None
    assert sooner <= later


@given(plans())
def test_before_anything_has_begun_the_forecast_is_the_longest_chain(plan: Plan) -> None:
    chain = chain_of(plan, expected_of(plan, None))
    made = seen(plan, 4)
    assert (at(4) + chain.p50, chain.steps) == (made.finish_p50, tuple(one.step for one in made.path))
    assert chain.p50 == sum((plan.step(id).expect for id in chain.steps), timedelta(0))


@settings(max_examples=40)
@given(any_run, st.integers(-10, 1000))
def test_whatever_was_recorded_there_is_a_forecast(events: list[Event], now: int) -> None:
    run = run_of(events)
    made = forecast(run, PLAN, at(now))
    assert run.last_at is not None
    assert made.at >= run.last_at
    if made.finish_p50 is not None and made.finish_p90 is not None and not made.path[-1].ended:
        assert made.at <= made.finish_p50 <= made.finish_p90


# --- who has to decide, and until when ---------------------------------------------------------------------------

ASKING = plan_of(
    step("restore", expect=20),
    step("approve", "restore", expect=5, uses="approval"),
    step("switch", "approve", expect=2),
    step("check", "switch", expect=3, marks=Mark.VERIFIED),
)


def asks(when: float) -> e.ApprovalAsked:
    return e.ApprovalAsked(at=at(when), step="approve", role="incident-commander", evidence={}, sha256="0" * 64)


@pytest.mark.parametrize(
    "events",
    [[], [*ran("restore", 4, 24), e.StepStarted(at=at(24), step="approve"), asks(24)]],
    ids=["to come", "asked"],
)
def test_an_approval_at_the_last_instant_meets_the_objective_to_the_second(events: list[Event]) -> None:
    decide = seen(ASKING, 30, *events).decide_by
    assert decide is not None
    assert (decide.what, decide.step) == (DecisionKind.APPROVE, "approve")
    assert decide.p50 + minutes(2 + 3) == at(0) + PLAN.objectives.rto
    after = (decide.p50 - at(0)).total_seconds() / 60
    then = seen(ASKING, after, *ran("restore", 4, 24), *ran("approve", 24, after))
    assert then.headroom_p50 == timedelta(0)
    assert then.decide_by is None


def test_nobody_is_told_to_approve_what_a_policy_approves() -> None:
    made = seen(ASKING, 5, approve=Approve.AUTO)
    assert made.decide_by is None
    assert made.finish_p50 == at(5 + 20 + 2 + 3), "and a policy answers at once"


def test_a_bad_day_has_less_time_to_decide() -> None:
    history = known(("switch", 2, 10), ("check", 3, 4))
    decide = seen(ASKING, 5, history).decide_by
    assert decide is not None
    assert (decide.p50, decide.p90) == (at(240 - 5), at(240 - 14))


def test_a_held_step_has_to_be_tried_again_while_its_whole_time_is_left() -> None:
    made = forecast(run_of(held()), PLAN, at(70))
    assert made.decide_by is not None
    assert (made.decide_by.what, made.decide_by.step) == (DecisionKind.RETRY, "restore-db")
    # restore-db, serve, switch-dns and check-health are still to come.
    assert made.decide_by.p50 == at(240 - 20 - 5 - 2 - 2)
    assert made.finish_p50 == at(70 + 20 + 5 + 2 + 2)


def test_a_paused_run_has_to_be_taken_up_in_time() -> None:
    made = seen(ASKING, 60, *ran("restore", 4, 24), *ran("approve", 24, 25), e.RunPaused(at=at(25)))
    assert made.decide_by is not None
    assert (made.decide_by.what, made.decide_by.step, made.decide_by.p50) == (DecisionKind.RESUME, None, at(235))


# --- what a forecast stands on -----------------------------------------------------------------------------------


def test_what_was_measured_counts_and_the_rest_is_a_guess() -> None:
    made = seen(ASKING, 4, known(("restore", 30, 45), ("switch", 1, 1)))
    assert made.finish_p50 == at(4 + 30 + 5 + 1 + 3)
    assert made.finish_p90 == at(4 + 45 + 5 + 1 + 3)
    assert {id for id, times in made.times.items() if times.guess} == {"approve", "check"}


def test_a_step_that_does_something_else_since_is_a_guess() -> None:
    changed = plan_of(*(replace(one, uses="thing.other") if one.id == "restore" else one for one in ASKING.steps))
    assert expected_of(changed, known(("restore", 30, 45)))["restore"].guess


def test_a_step_over_its_time_is_given_a_tenth_more_and_eats_the_head_room() -> None:
    running = e.StepStarted(at=at(4), step="restore")
    on_time, late = seen(ASKING, 14, running), seen(ASKING, 44, running)
    assert on_time.finish_p50 == at(4 + 20 + 5 + 2 + 3)
    assert on_time.eats is not None
    assert (on_time.eats.step, on_time.eats.over, on_time.eats.remaining) == ("restore", timedelta(0), minutes(10))
    assert late.finish_p50 == at(44 + 4 + 5 + 2 + 3)
    assert late.eats is not None
    assert (late.eats.step, late.eats.over, late.eats.remaining) == ("restore", minutes(20), minutes(4))


def test_who_needs_a_step_that_gave_up_waits_for_what_takes_its_place() -> None:
    plan = plan_of(
        step("a", expect=5, fallback="b"),
        step("c", "a", expect=1, marks=Mark.VERIFIED),
        step("b", expect=30, dormant=True),
    )
    assert seen(plan, 4).finish_p50 == at(4 + 6)
    gave_up: list[Event] = [
        e.StepStarted(at=at(4), step="a"),
        e.StepFellBack(at=at(9), step="a", to="b", because="no capacity"),
    ]
    made = seen(plan, 9, *gave_up)
    assert [one.step for one in made.path] == ["a", "b", "c"]
    assert made.finish_p50 == at(9 + 30 + 1)


@pytest.mark.parametrize("events", [passed(), failed()], ids=["passed", "failed"])
def test_of_a_run_that_has_ended_nothing_is_foretold(events: list[Event]) -> None:
    made = forecast(run_of(events), PLAN, at(500))
    assert (made.decide_by, made.eats, dict(made.marks)) == (None, None, {})
    assert made.finish_p50 == run_of(events).marks.get(Mark.VERIFIED)


def test_each_mark_that_is_to_come_has_its_instant() -> None:
    made = forecast(run_of([*begun(), *database_restored()[:9]]), PLAN, at(12))
    assert dict(made.marks) == {
        Mark.DATA_WRITABLE: (at(25), at(25)),
        Mark.SERVING: (at(32), at(32)),
        Mark.VERIFIED: (at(34), at(34)),
    }


SUSTAINED = replace(PLAN, sustain=Sustain(lasts=minutes(15), checks=("check-api",)))


def test_the_end_of_the_sustain_window_is_foretold_from_the_end_of_the_last_step() -> None:
    made = forecast(run_of([*begun(), *database_restored()[:9]]), SUSTAINED, at(12))
    last = max(made.marks[mark][0] for mark in Mark if mark in made.marks and mark is not Mark.SUSTAINED)
    assert made.marks[Mark.SUSTAINED] == (last + minutes(15), last + minutes(15))


def test_of_a_window_that_has_begun_the_end_is_known() -> None:
    began = e.SustainBegan(at=at(40), lasts=minutes(15), every=minutes(1), checks=("check-api",))
    made = forecast(run_of([*passed()[:-1], began]), SUSTAINED, at(45))
    assert made.marks[Mark.SUSTAINED] == (at(55), at(55))


def test_where_no_window_is_wanted_none_is_foretold() -> None:
    assert Mark.SUSTAINED not in forecast(run_of(begun()), PLAN, at(1)).marks


def test_without_a_start_of_the_clock_there_is_no_head_room() -> None:
    made = forecast(run_of(begun()[:1]), PLAN, at(0))
    assert made.finish_p50 is not None
    assert (made.headroom_p50, made.decide_by) == (None, None)


def test_times_beyond_any_calendar_end_with_it() -> None:
    ages = plan_of(*(step(f"s{n}", *([f"s{n - 1}"] if n else []), expect=5_000_000) for n in range(2000)))
    made = seen(ages, 4)
    assert made.finish_p50 is not None
    assert made.finish_p50.year == 9999
