"""Which steps the recovery really waited for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drctl.model import events as e
from drctl.model.events import Event
from drctl.model.evidence import Evidence
from drctl.model.plan import Plan, PlannedStep
from drctl.model.timing import Mark
from drctl.report.critical_path import critical_path, predicted_path
from tests.fakes.sample_run import PLAN, at, begun, minutes, run_of


def step(id: str, *needs: str, **settings: Any) -> PlannedStep:
    return PlannedStep(id=id, uses="thing.make", params={}, needs=needs, **settings)


def plan_of(*steps: PlannedStep, **settings: Any) -> Plan:
    return replace(PLAN, steps=steps, **settings)


def ran(id: str, begin: float, end: float) -> list[Event]:
    done = e.StepSucceeded(at=at(end), step=id, because="done", evidence=Evidence.of("it is there"))
    return [e.StepStarted(at=at(begin), step=id), done]


def path(plan: Plan, *events: list[Event]) -> list[str]:
    return [link.step for link in critical_path(run_of([*begun(), *(e for part in events for e in part)]), plan)]


def test_a_run_in_which_nothing_started_has_no_path() -> None:
    assert path(plan_of(step("a")), []) == []


def test_the_need_that_ended_last_is_the_one_that_was_waited_for() -> None:
    plan = plan_of(step("a"), step("b"), step("c", "a", "b"))
    assert path(plan, ran("a", 0, 9), ran("b", 0, 5), ran("c", 9, 10)) == ["a", "c"]
    assert path(plan, ran("a", 0, 5), ran("b", 0, 9), ran("c", 9, 10)) == ["b", "c"]


def test_the_path_ends_at_the_step_that_ended_the_recovery() -> None:
    plan = plan_of(step("a", marks=Mark.VERIFIED), step("later"), step("tidy", final=True))
    assert path(plan, ran("a", 0, 5), ran("later", 0, 50), ran("tidy", 50, 60)) == ["a"]


def test_a_run_in_flight_has_a_path_to_what_runs_longest() -> None:
    plan = plan_of(step("a"), step("b", "a"))
    run = run_of([*begun(), *ran("a", 4, 9), e.StepStarted(at=at(9), step="b"), e.RunPaused(at=at(12))])
    (_, b) = critical_path(run, plan)
    assert (b.step, b.ended_at, b.took) == ("b", None, minutes(3))


def test_a_fallback_waited_for_the_step_it_replaced() -> None:
    plan = plan_of(step("a", fallback="b"), step("b", dormant=True), step("c", "a"))
    fell_back: list[Event] = [
        e.StepStarted(at=at(1), step="a"),
        e.StepFellBack(at=at(5), step="a", to="b", because="no capacity"),
    ]
    assert path(plan, fell_back, ran("b", 5, 9), ran("c", 9, 10)) == ["a", "b", "c"]


def test_a_loop_is_waited_for_as_a_whole() -> None:
    plan = plan_of(step("all-1"), step("all-2"), step("c", "all"), groups={"all": ("all-1", "all-2")})
    assert path(plan, ran("all-1", 0, 3), ran("all-2", 0, 7), ran("c", 7, 8)) == ["all-2", "c"]


def test_the_plan_foretells_its_longest_chain_without_what_is_in_reserve() -> None:
    plan = plan_of(
        step("a", expect=minutes(5)),
        step("b", expect=minutes(9)),
        step("reserve", dormant=True, expect=minutes(90)),
        step("c", "a", "b", expect=minutes(1)),
        step("tidy", "c", final=True, expect=minutes(60)),
    )
    foretold = predicted_path(plan)
    assert (foretold.steps, foretold.took) == (("b", "c"), minutes(10))
    assert predicted_path(plan_of()).steps == ()
