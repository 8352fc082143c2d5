"""Stop conditions: looked at before anything is begun, for as long as the run goes on, and heeded within two looks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from drctl.model import events as e
from drctl.model.events import Approve
from drctl.model.failure import FailureKind
from drctl.model.finding import FindingKind
from drctl.model.plan import OnStop, PlannedStep, StopCondition
from drctl.model.run import RunState
from drctl.model.verdict import Verdict
from tests.fakes.clock import START
from tests.fakes.runs import Bench, step
from tests.fakes.world import Thing


def quiet(then: OnStop = OnStop.HOLD, every: timedelta = timedelta(minutes=1)) -> tuple[StopCondition, ...]:
    check = PlannedStep(id="nothing-rings", uses="quiet", params={"name": "alarm"})
    return (StopCondition(check=check, then=then, every=every),)


def rings_at(ran: Bench, after: timedelta) -> None:
    """From then on there is a thing called alarm."""
    looked = ran.world.look

    def look(name: str) -> Thing | None:
        if name == "alarm" and ran.clock.now() >= START + after:
            return Thing("somebody", START)
        return looked(name)

    ran.world.look = look  # type: ignore[method-assign]


def bench(then: OnStop = OnStop.HOLD, approve: Approve = Approve.ASK) -> Bench:
    return Bench(step("a", takes="10m"), step("b", "a", takes="20m"), stops=quiet(then), approve=approve)


def test_a_condition_that_holds_stops_nothing_and_keeps_nothing_going() -> None:
    ran = bench()
    assert ran.drive().state is RunState.FINISHED
    assert ran.clock.now() - START < timedelta(minutes=32)
    assert len(ran.world.heard) in range(30, 34), "once a minute"


@pytest.mark.parametrize("minutes", [0, 1, 5, 15])
def test_a_run_is_held_within_two_looks_and_begins_nothing_more(minutes: int) -> None:
    ran = bench()
    rings_at(ran, timedelta(minutes=minutes))
    run = ran.drive()
    assert run.state is RunState.HELD
    assert run.held_because == "the stop condition nothing-rings has tripped: alarm is heard"
    assert ran.clock.now() - START <= timedelta(minutes=minutes + 2)
    assert "b" not in ran.world.made or minutes >= 10


def test_nothing_is_begun_before_each_condition_has_been_looked_at() -> None:
    ran = bench()
    rings_at(ran, timedelta(0))
    ran.drive()
    assert ran.world.made == {}


def test_a_run_that_goes_on_is_stopped_again_for_as_long_as_it_rings_unless_an_operator_ignores_it() -> None:
    ran = bench()
    rings_at(ran, timedelta(minutes=1))
    assert ran.drive().state is RunState.HELD
    ran.journal.append([e.RunResumed(at=ran.clock.now())])
    assert ran.drive().state is RunState.HELD
    ran.journal.append(
        [
            e.StopIgnored(at=ran.clock.now(), condition="nothing-rings", by="ana@ops", why="known"),
            e.RunResumed(at=ran.clock.now()),
        ]
    )
    assert ran.drive().state is RunState.FINISHED


@pytest.mark.parametrize(("then", "left"), [(OnStop.ABORT, {"a"}), (OnStop.UNDO, set())])
def test_a_run_is_aborted_with_or_without_undo(then: OnStop, left: set[str]) -> None:
    ran = bench(then)
    rings_at(ran, timedelta(minutes=5))
    run = ran.drive()
    assert (run.state, run.verdict) == (RunState.FINISHED, Verdict.ABORTED)
    assert run.reasons == ("the stop condition nothing-rings has aborted the run: alarm is heard.",)
    assert set(ran.world.things) == left


def test_where_nobody_watches_a_run_that_would_be_held_takes_back_what_it_did() -> None:
    ran = bench(approve=Approve.AUTO)
    rings_at(ran, timedelta(minutes=5))
    assert ran.drive().verdict is Verdict.ABORTED
    assert ran.world.things == {}


def test_a_condition_that_cannot_be_read_stops_nothing_and_is_a_finding_once() -> None:
    ran = bench()
    looked = ran.world.look

    def look(name: str) -> Thing | None:
        if name == "alarm":
            ran.world.look_faults.append(FailureKind.AUTH)
        return looked(name)

    ran.world.look = look  # type: ignore[method-assign]
    run = ran.drive()
    assert run.state is RunState.FINISHED
    (finding,) = [found for found in run.findings if found.kind is FindingKind.STOP_UNREAD]
    assert finding.what.startswith("the stop condition nothing-rings could not be read, and would have stopped nothing")
