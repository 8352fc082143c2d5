"""A run that is killed at any write or call, and resumed, ends as if nothing had happened."""

from __future__ import annotations

from collections import deque
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drctl.model.events import Approve, ChangeIntended, StepStarted, StepSucceeded
from drctl.model.plan import PlannedStep
from drctl.model.run import Run, RunState
from drctl.model.verdict import Verdict
from tests.fakes.journal import PowerCut
from tests.fakes.runs import Bench, step


def three_steps(approve: Approve = Approve.ASK) -> Bench:
    return Bench(step("a", takes="10m"), step("b", takes="5m"), step("c", "a", "b", takes="1m"), approve=approve)


def writes_of(bench: Bench) -> int:
    bench.drive()
    return bench.journal.appends


def test_a_kill_at_any_journal_write_loses_and_doubles_nothing() -> None:
    whole = three_steps()
    count = writes_of(whole)
    assert count > 10
    for place in range(1, count + 1):
        for when in ("cut_before", "cut_after"):
            bench = three_steps()
            setattr(bench.journal, when, place)
            with pytest.raises(PowerCut):
                bench.drive()
            bench.journal = bench.journal.reopened()
            run = bench.drive()
            assert run.state is RunState.FINISHED, f"{when} {place}"
            assert bench.world.made == whole.world.made, f"{when} {place}"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_around_any_call_doubles_nothing(when: str) -> None:
    for place in range(1, 4):
        bench = three_steps()
        bench.world.cut_at_call, bench.world.cut_when = place, when
        with pytest.raises(PowerCut):
            bench.drive()
        bench.journal = bench.journal.reopened()
        assert bench.drive().state is RunState.FINISHED
        assert bench.world.made == {"a": 1, "b": 1, "c": 1}


def test_a_flip_that_was_in_flight_when_the_runner_was_killed_is_held() -> None:
    bench = Bench(step("a", uses="thing.flip"))
    bench.world.cut_at_call = 1
    with pytest.raises(PowerCut):
        bench.drive()
    bench.journal = bench.journal.reopened()
    run = bench.drive()
    assert run.state is RunState.HELD
    assert bench.world.made == {}


def test_a_kill_during_undo_is_taken_up_where_it_was() -> None:
    def failing() -> Bench:
        steps = (step("a"), step("b", "a"), step("no", "b", params={"name": "no", "refuses": True}))
        return Bench(*steps, approve=Approve.AUTO)

    for place in range(1, writes_of(failing()) + 1):
        bench = failing()
        bench.journal.cut_before = place
        with pytest.raises(PowerCut):
            bench.drive()
        bench.journal = bench.journal.reopened()
        assert bench.drive().verdict is Verdict.FAILED
        assert bench.world.things == {}
        assert all(count == 1 for count in bench.world.made.values())


@st.composite
def graphs(draw: st.DrawFn) -> list[PlannedStep]:
    """Acyclic plans of up to eight steps with waits, refusals and steps that may fail."""
    count = draw(st.integers(1, 8))
    steps = []
    for place in range(count):
        needs = draw(st.lists(st.sampled_from([f"s{n}" for n in range(place)]), unique=True)) if place else []
        params = {
            "name": f"s{place}",
            "takes": f"{draw(st.integers(0, 40))}m",
            "refuses": draw(st.integers(0, 9)) == 0,
        }
        steps.append(step(f"s{place}", *needs, params=params, critical=draw(st.booleans())))
    return steps


FAULTS = st.lists(st.sampled_from(["throttle", "lost-answer", "unreachable", "state", "ambiguous", ""]), max_size=12)
KILLS = st.lists(st.integers(1, 40), max_size=4)


@settings(max_examples=25, deadline=None)
@given(steps=graphs(), faults=FAULTS, kills=KILLS, auto=st.booleans())
def test_whatever_happens_the_laws_of_the_engine_hold(
    steps: list[PlannedStep], faults: list[str], kills: list[int], auto: bool
) -> None:
    bench = Bench(*steps, approve=Approve.AUTO if auto else Approve.ASK)
    bench.world.faults = deque(faults)
    for kill in kills:
        bench.journal = bench.journal.reopened(cut_after=kill)
        with suppress(PowerCut):
            bench.drive()
    bench.journal = bench.journal.reopened()
    run = bench.drive()

    assert run.state in (RunState.FINISHED, RunState.HELD), "every run ends or is held"
    assert all(count == 1 for count in bench.world.made.values()), "no change is doubled"
    _no_step_acts_before_its_needs(bench)
    for end in range(len(bench.journal.lines) + 1):
        Run.of(bench.journal.read()[:end])
    if run.undo_reason:
        assert not bench.world.things, "undo returns to the start"


def _no_step_acts_before_its_needs(bench: Bench) -> None:
    ended: set[str] = set()
    critical = {planned.id: planned.critical for planned in bench.plan.steps}
    needs = {planned.id: planned.needs for planned in bench.plan.steps}
    for event in bench.journal.events():
        if isinstance(event, StepSucceeded):
            ended.add(event.step)
        elif isinstance(event, StepStarted | ChangeIntended) and not getattr(event, "undoing", False):
            assert all(need in ended or not critical[need] for need in needs[event.step])
