"""An abort that comes late: while `finally` runs, or while what was done is being taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from drctl.model.events import Approve
from drctl.model.plan import OnDeadline
from drctl.model.run import RunState, StepState
from drctl.model.verdict import Verdict
from tests.fakes.clock import START
from tests.fakes.journal import PowerCut
from tests.fakes.orders import order
from tests.fakes.runs import Bench, step
from tests.fakes.world import Thing


def at_its_end(*, undo: bool) -> Bench:
    """A run that is aborted while its first `finally` step waits."""
    ran = Bench(step("a"), step("tidy", final=True, takes="10m"), step("tell", "tidy", final=True))
    ran.journal.coming = [(9, order("abort", undo=undo))]
    return ran


@pytest.mark.parametrize("undo", [False, True])
def test_an_abort_while_finally_runs_takes_back_where_it_was_asked_to_and_runs_finally_to_its_end(undo: bool) -> None:
    ran = at_its_end(undo=undo)
    run = ran.drive()
    assert "RunAborted" in ran.names()[ran.names().index("StepStarted tidy") :], "the abort came while `finally` ran"
    assert (run.state, run.verdict) == (RunState.FINISHED, Verdict.ABORTED)
    assert set(ran.world.things) == ({"tidy", "tell"} if undo else {"a", "tidy", "tell"})
    assert run.step("tell").state is StepState.SUCCEEDED
    assert ran.world.made["tidy"] == 1


def test_an_abort_with_undo_while_what_was_done_is_taken_back_takes_all_of_it_back() -> None:
    broken = step("broken", "b", params={"name": "broken", "refuses": True})
    for place in range(1, 40):
        ran = Bench(step("a"), step("b", "a"), broken, approve=Approve.AUTO)
        ran.journal.coming = [(place, order("abort", undo=True))]
        run = ran.drive()
        assert run.state is RunState.FINISHED
        assert ran.world.things == {}, f"aborted after {place} appends"


def test_a_finally_step_of_an_aborted_run_goes_on_where_the_killed_runner_left_it() -> None:
    ran = Bench(step("a", takes="10m"), step("tidy", final=True, critical=False, takes="20m"))
    ran.journal.coming = [(4, order("abort"))]
    ran.journal.cut_after = 9
    with pytest.raises(PowerCut):
        ran.drive()
    ran.journal = ran.journal.reopened()
    run = ran.drive()
    assert run.step("tidy").state is StepState.SUCCEEDED
    assert run.step("tidy").epoch == 1


def test_what_comes_home_after_the_run_was_stopped_lets_nothing_begin() -> None:
    """The look at `a` and the abort arrive together; what waited for `a` is not begun any more."""
    ran = Bench(step("a"), step("b", "a"))
    looked = ran.world.look

    def look(name: str) -> Thing | None:
        if name in ran.world.things:
            ran.journal.coming = [(0, order("abort"))]
        return looked(name)

    ran.world.look = look  # type: ignore[method-assign]
    ran.drive()
    names = ran.names()
    assert "StepSucceeded a" in names[names.index("RunAborted") :], "it came home after the abort"
    assert "StepStarted b" not in names


def test_no_stand_in_begins_while_what_was_done_is_taken_back() -> None:
    """The step has given up at the moment of the abort, and its undo must not let the stand-in begin either."""
    slow = step("slow", takes="9h", deadline=timedelta(minutes=1), on_deadline=OnDeadline.FALLBACK, fallback="instead")
    ran = Bench(slow, step("instead", dormant=True))
    looked = ran.world.look

    def look(name: str) -> Thing | None:
        if ran.clock.now() - START >= timedelta(minutes=1) and not ran.world.removed:
            ran.journal.coming = [(0, order("abort", undo=True))]
        return looked(name)

    ran.world.look = look  # type: ignore[method-assign]
    run = ran.drive()
    assert (run.step("slow").fell_back_to, run.step("slow").state) == ("instead", StepState.UNDONE)
    assert ran.world.things == {}
    assert run.step("instead").state is StepState.PENDING
