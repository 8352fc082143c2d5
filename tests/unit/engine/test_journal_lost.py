"""Where the newest events were lost, nothing is done twice: what may have been done and flips is left to a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drctl.model import events as e
from drctl.model.decision import Change, Decision
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.run import RunState, StepState
from tests.fakes.journal import PowerCut
from tests.fakes.runs import Bench, step
from tests.fakes.world import MakeThing


def lost(bench: Bench, keep: int) -> Bench:
    """The run of `bench` after a takeover that had only the first `keep` events."""
    del bench.journal.lines[keep:]
    bench.journal = bench.journal.reopened()
    finding = Finding(FindingKind.JOURNAL_LOST, Severity.SERIOUS, "events were lost")
    bench.journal.append([e.FindingRecorded(at=bench.clock.now(), finding=finding)])
    return bench


@pytest.mark.parametrize("keep", [2, 3])
def test_a_flip_that_may_have_been_sent_is_held_until_a_person_has_looked(keep: int) -> None:
    """Also that of a step which, by what is left, has not begun."""
    bench = Bench(step("a", uses="thing.flip"))
    bench.world.cut_at_call = 1
    with pytest.raises(PowerCut):
        bench.drive()
    bench.world.cut_at_call = None
    run = lost(bench, keep).drive()
    assert run.step("a").state is StepState.HELD
    assert run.step("a").hint == "look at a, then: drctl retry dr-1 a"
    bench.journal = bench.journal.reopened()
    assert bench.drive().step("a").state is StepState.HELD, "resuming does not decide it"
    assert bench.world.made == {}
    bench.journal = bench.journal.reopened()
    bench.journal.append([e.StepRetried(at=bench.clock.now(), step="a", by="ana@ops", why="it never happened")])
    assert bench.drive().state is RunState.FINISHED
    assert bench.world.made == {"a": 1}


def test_a_flip_whose_effect_shows_is_done() -> None:
    bench = Bench(step("a", uses="thing.flip"))
    bench.drive()
    assert lost(bench, 2).drive().state is RunState.FINISHED
    assert bench.world.made == {"a": 1}


def test_steps_that_do_not_flip_go_on_by_themselves_and_double_nothing() -> None:
    whole = Bench(step("a"), step("b", "a", takes="5m"), step("c", "b"))
    whole.drive()
    for keep in range(2, len(whole.journal.lines)):
        bench = Bench(step("a"), step("b", "a", takes="5m"), step("c", "b"))
        bench.drive()
        assert lost(bench, keep).drive().state is RunState.FINISHED
        assert bench.world.made == {"a": 1, "b": 1, "c": 1}


def test_a_second_loss_puts_in_doubt_again_what_was_looked_at_after_the_first() -> None:
    bench = Bench(step("a", uses="thing.flip"))
    lost(bench, 2)
    bench.journal.append([e.StepRetried(at=bench.clock.now(), step="a", by="ana@ops")])
    lost(bench, len(bench.journal.lines))
    assert bench.drive().step("a").state is StepState.HELD


def test_what_aws_may_not_show_yet_is_waited_for_before_it_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    decide = MakeThing.decide

    def shown_late(*given: Any) -> Decision:
        decided = decide(*given)
        return replace(decided, settle=timedelta(minutes=2)) if isinstance(decided, Change) else decided

    monkeypatch.setattr(MakeThing, "decide", shown_late)
    bench = Bench(step("a"))
    began = bench.clock.now()
    assert lost(bench, 2).drive().state is RunState.FINISHED
    made = next(event for event in bench.journal.events() if isinstance(event, e.ChangeIntended))
    assert made.at - began == timedelta(minutes=2)
