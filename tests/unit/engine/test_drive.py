"""What a driven run does, in a small world and virtual time."""

from __future__ import annotations

import contextlib
import re
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from drctl.errors import LeaseLost
from drctl.model.condition import Compare, Literal
from drctl.model.events import (
    Approve,
    ChangeIntended,
    Mode,
    RunResumed,
    StepRetried,
    StepStarted,
    StepUndone,
    UndoStarted,
)
from drctl.model.failure import FailureKind
from drctl.model.finding import FindingKind
from drctl.model.plan import AfterDrill, OnDeadline, Retry, Store
from drctl.model.reference import Reference
from drctl.model.run import Run, RunState, StepState
from drctl.model.timing import Mark
from drctl.model.verdict import Verdict
from drctl.ports.approvals import Answer
from tests.fakes.approvals import ScriptedApprovals
from tests.fakes.clock import START, VirtualClock
from tests.fakes.journal import PowerCut
from tests.fakes.runs import Bench, step
from tests.fakes.world import Thing


def full_recovery(**settings: Approve | Mode) -> Bench:
    """Two branches that meet: a slow database and a quick cache, then the service."""
    return Bench(
        step("database", takes="20m", store=Store("postgres"), marks=Mark.DATA_WRITABLE),
        step("cache", takes="5m"),
        step("service", "database", "cache", takes="3m", marks=Mark.SERVING),
        **settings,  # type: ignore[arg-type]
    )


def test_a_run_whose_steps_all_succeed_is_finished_and_passed() -> None:
    bench = full_recovery()
    run = bench.drive()
    assert run.state is RunState.FINISHED
    assert run.verdict is Verdict.PASSED
    assert bench.world.made == {"database": 1, "cache": 1, "service": 1}


def test_no_step_acts_before_what_it_needs_has_succeeded() -> None:
    bench = full_recovery()
    bench.drive()
    names = bench.names()
    assert names.index("ChangeIntended service") > names.index("StepSucceeded database")
    assert names.index("ChangeIntended service") > names.index("StepSucceeded cache")


def test_branches_that_do_not_need_each_other_run_at_the_same_time() -> None:
    run = full_recovery().drive()
    took = run.marks[Mark.SERVING] - START
    assert timedelta(minutes=23) <= took < timedelta(minutes=24), "20 m and 3 m, with the 5 m beside them"


def test_a_finished_run_is_not_driven_again() -> None:
    bench = full_recovery()
    bench.drive()
    before = len(bench.journal.lines)
    assert bench.drive().state is RunState.FINISHED
    assert len(bench.journal.lines) == before


def test_a_lost_journal_doubles_nothing_because_the_world_is_looked_at_first() -> None:
    bench = full_recovery()
    bench.drive()
    bench.journal.lines = bench.journal.lines[:2]
    assert bench.drive().verdict is Verdict.PASSED
    assert bench.world.made == {"database": 1, "cache": 1, "service": 1}


def test_the_intent_is_durable_before_the_call() -> None:
    bench = Bench(step("a"))
    bench.world.cut_at_call = 1
    with pytest.raises(PowerCut):
        bench.drive()
    assert any(isinstance(event, ChangeIntended) for event in bench.journal.events())


def test_a_failed_step_holds_the_run_while_independent_branches_go_on() -> None:
    bench = Bench(
        step("broken", params={"name": "broken", "refuses": True}),
        step("after", "broken"),
        step("beside", takes="30m"),
    )
    run = bench.drive()
    assert run.state is RunState.HELD
    assert run.step("broken").state is StepState.FAILED
    assert run.step("beside").state is StepState.SUCCEEDED
    assert run.step("after").state is StepState.PENDING


def test_a_held_run_looks_again_at_what_failed_when_it_is_resumed() -> None:
    bench = Bench(step("a"), step("b", "a"))
    bench.world.things["a"] = Thing("somebody-else", START)
    assert bench.drive().state is RunState.HELD
    del bench.world.things["a"]
    assert bench.drive().verdict is Verdict.NOT_PROVEN
    assert bench.world.made == {"a": 1, "b": 1}


def test_an_unwatched_drill_that_fails_takes_back_what_it_did_in_reverse() -> None:
    bench = Bench(
        step("a"),
        step("b", "a"),
        step("c", "b"),
        step("broken", "c", params={"name": "broken", "refuses": True}),
        approve=Approve.AUTO,
    )
    run = bench.drive()
    assert run.verdict is Verdict.FAILED
    assert bench.world.order == ["make a", "make b", "make c", "remove c", "remove b", "remove a"]
    assert bench.world.things == {}


def test_a_recovery_that_fails_is_held_and_nothing_is_taken_back() -> None:
    bench = Bench(
        step("a"),
        step("broken", "a", params={"name": "broken", "refuses": True}),
        approve=Approve.AUTO,
        mode=Mode.RECOVER,
    )
    assert bench.drive().state is RunState.HELD
    assert bench.world.removed == {}


def test_finally_runs_after_success_and_after_undo() -> None:
    for refuses in (False, True):
        bench = Bench(
            step("a", params={"name": "a", "refuses": refuses}), step("last", final=True), approve=Approve.AUTO
        )
        bench.drive()
        assert bench.world.made["last"] == 1


def test_a_step_whose_condition_does_not_hold_is_skipped_and_what_needs_it_goes_on() -> None:
    never = Compare("==", Literal("a"), Literal("b"))
    bench = Bench(step("maybe", condition=never), step("after", "maybe"))
    run = bench.drive()
    assert run.step("maybe").state is StepState.SKIPPED
    assert run.step("after").state is StepState.SUCCEEDED


def test_a_step_is_given_what_an_earlier_one_recorded() -> None:
    uses = {"name": "b", "uses": Reference("steps", ("a", "name"))}
    bench = Bench(step("a"), step("b", "a", params=uses))
    bench.drive()
    started = [event for event in bench.journal.events() if isinstance(event, StepStarted) and event.step == "b"]
    assert started[0].params["uses"] == "a"


def test_a_step_that_needs_what_was_not_recorded_fails_and_says_what() -> None:
    never = Compare("==", Literal("a"), Literal("b"))
    uses = {"name": "b", "uses": Reference("steps", ("a", "name"))}
    run = Bench(step("a", condition=never), step("b", "a", params=uses)).drive()
    assert run.step("b").state is StepState.FAILED
    assert "steps.a.name" in run.step("b").because


def test_a_step_that_is_not_critical_may_fail_and_lowers_the_verdict() -> None:
    bench = full_recovery()
    bench.plan = Bench(
        *bench.plan.steps, step("nice", params={"name": "nice", "refuses": True}, critical=False), step("then", "nice")
    ).plan
    run = bench.drive()
    assert run.step("then").state is StepState.SUCCEEDED
    assert run.verdict is Verdict.PASSED_WITH_EXCEPTIONS


@pytest.mark.parametrize(
    ("on_deadline", "state"), [(OnDeadline.HOLD, StepState.HELD), (OnDeadline.FAIL, StepState.FAILED)]
)
def test_a_deadline_holds_or_fails_the_step_and_removes_nothing(on_deadline: OnDeadline, state: StepState) -> None:
    bench = Bench(step("slow", takes="2h", deadline=timedelta(minutes=30), on_deadline=on_deadline))
    run = bench.drive()
    assert run.step("slow").state is state
    assert bench.clock.now() - START == timedelta(minutes=30)
    assert "slow" in bench.world.things


def test_a_step_that_is_ready_at_its_deadline_has_made_it() -> None:
    bench = Bench(step("slow", takes="30m", deadline=timedelta(minutes=30)))
    assert bench.drive().step("slow").state is StepState.SUCCEEDED


def test_a_held_step_goes_on_where_it_was_when_the_run_is_resumed() -> None:
    bench = Bench(step("slow", takes="50m", deadline=timedelta(minutes=30)))
    bench.drive()
    assert bench.drive().step("slow").state is StepState.SUCCEEDED
    assert bench.world.made == {"slow": 1}


def test_a_fallback_takes_the_place_of_the_step_that_gave_up() -> None:
    uses = {"name": "after", "uses": Reference("steps", ("first", "name"))}
    bench = Bench(
        step("first", takes="9h", deadline=timedelta(minutes=10), on_deadline=OnDeadline.FALLBACK, fallback="second"),
        step("second", dormant=True),
        step("after", "first", params=uses),
    )
    run = bench.drive()
    assert run.step("first").state is StepState.FELL_BACK
    assert run.step("after").state is StepState.SUCCEEDED
    assert run.step("after").params["uses"] == "second"


def test_a_fallback_that_is_not_needed_never_runs() -> None:
    bench = Bench(step("first", fallback="second", on_deadline=OnDeadline.FALLBACK), step("second", dormant=True))
    assert bench.drive().state is RunState.FINISHED
    assert "second" not in bench.world.made


def test_a_failed_step_starts_over_as_often_as_the_runbook_says() -> None:
    bench = Bench(step("a", params={"name": "a", "refuses": True}, retry=Retry(3, timedelta(seconds=30))))
    run = bench.drive()
    assert run.step("a").epoch == 3
    assert bench.clock.now() - START == timedelta(minutes=1)


def test_throttling_is_waited_out() -> None:
    bench = Bench(step("a"))
    bench.world.look_faults = deque([FailureKind.THROTTLE] * 12)
    bench.world.faults = deque(["throttle"] * 10)
    assert bench.drive().step("a").state is StepState.SUCCEEDED
    assert bench.world.made == {"a": 1}


def test_looks_that_are_throttled_are_waited_for_as_long_as_the_step_may_take() -> None:
    """Whoever throttles is there: that is no world that does not answer."""
    bench = Bench(step("a", deadline=timedelta(minutes=30)))
    bench.world.look_faults = deque([FailureKind.THROTTLE] * 1000)
    assert bench.drive().step("a").state is StepState.HELD
    assert timedelta(minutes=30) <= bench.clock.now() - START < timedelta(minutes=32)


def test_not_being_allowed_to_look_is_never_read_as_absent() -> None:
    bench = Bench(step("a"))
    bench.world.look_faults = deque([FailureKind.AUTH])
    run = bench.drive()
    assert run.step("a").state is StepState.HELD
    assert bench.world.made == {}


def test_a_world_that_does_not_answer_holds_the_step_in_the_end() -> None:
    bench = Bench(step("a"))
    bench.world.look_faults = deque([FailureKind.UNREACHABLE] * 1000)
    run = bench.drive()
    assert run.step("a").state is StepState.HELD
    assert bench.clock.now() - START < timedelta(minutes=12)


def test_an_answer_lost_after_success_doubles_nothing() -> None:
    bench = Bench(step("a", takes="5m"))
    bench.world.faults = deque(["lost-answer"])
    assert bench.drive().step("a").state is StepState.SUCCEEDED
    assert bench.world.made == {"a": 1}


def test_a_flip_whose_answer_was_lost_without_effect_is_held_and_never_repeated() -> None:
    bench = Bench(step("a", uses="thing.flip"))
    bench.world.faults = deque(["ambiguous"])
    run = bench.drive()
    assert run.step("a").state is StepState.HELD
    assert "flip back" in run.step("a").because
    assert bench.world.made == {}
    assert bench.drive().step("a").state is StepState.HELD, "resuming does not decide it either"


def test_a_flip_whose_answer_was_lost_goes_on_where_its_effect_shows() -> None:
    bench = Bench(step("a", uses="thing.flip"))
    bench.world.faults = deque(["lost-answer"])
    assert bench.drive().step("a").state is StepState.SUCCEEDED
    assert bench.world.made == {"a": 1}


@pytest.mark.parametrize("kind", ["auth", "validation", "quota", "not-found", "unknown", "not-simulated"])
def test_a_call_that_can_never_succeed_fails_the_step_at_once(kind: str) -> None:
    bench = Bench(step("a"))
    bench.world.faults = deque([kind])
    run = bench.drive()
    assert run.step("a").state is StepState.FAILED
    assert bench.world.writes == 1


def test_a_bug_in_an_action_fails_its_step_only_and_is_logged() -> None:
    bench = Bench(step("a", params={"name": "a", "takes": "nonsense"}), step("b"))
    run = bench.drive()
    assert run.step("a").state is StepState.FAILED
    assert run.step("b").state is StepState.SUCCEEDED
    assert "ValueError" in bench.bugs[0]


def test_a_call_to_the_lost_region_is_a_finding_unless_the_step_is_declared_source_side() -> None:
    there = {"name": "a", "region": "eu-central-1"}
    found = Bench(step("a", params=there)).drive().findings
    assert [finding.kind for finding in found] == [FindingKind.DEAD_REGION_CALL]
    assert Bench(step("a", params=there, source_side=True)).drive().findings == []


def test_a_source_side_step_gives_up_after_a_minute_and_the_run_goes_on() -> None:
    bench = Bench(step("fence", source_side=True), step("after", "fence"))
    bench.world.look_faults = deque([FailureKind.UNREACHABLE] * 30)
    bench.clock.reach(START)
    run = bench.drive()
    assert run.step("fence").state is StepState.HELD
    assert (run.step("fence").ended_at or START) - START <= timedelta(seconds=90)
    assert run.step("after").started_at is not None


def test_an_approval_is_waited_for_without_moving_virtual_time() -> None:
    bench = Bench(step("ok", uses="ask", params={"role": "commander", "shows": ("a",)}), step("a"), step("b", "ok"))
    bench.approvals = ScriptedApprovals({"ok": Answer(approved=True, by="kim")}, patience=3)
    run = bench.drive()
    assert run.step("b").state is StepState.SUCCEEDED
    assert run.step("ok").because == "approved by kim"
    assert bench.clock.now() - START < timedelta(minutes=1)


def test_a_rejected_approval_stops_what_needs_it() -> None:
    bench = Bench(step("ok", uses="ask", params={"role": "commander"}), step("b", "ok"))
    bench.approvals = ScriptedApprovals({"ok": Answer(approved=False, by="kim")})
    run = bench.drive()
    assert run.state is RunState.HELD
    assert bench.world.made == {}


def test_an_approval_that_nobody_can_give_holds_the_run() -> None:
    run = Bench(step("ok", uses="ask", params={"role": "commander"})).drive()
    assert run.state is RunState.HELD
    assert "nobody to ask" in run.step("ok").because


def test_a_paused_run_goes_on_where_it_was() -> None:
    bench = full_recovery()
    bench.pause.ask()
    assert bench.drive().state is RunState.PAUSED
    bench.pause = type(bench.pause)()
    assert bench.drive().verdict is Verdict.PASSED


def test_a_runner_whose_lease_was_taken_makes_no_call_and_writes_nothing() -> None:
    bench = Bench(step("a"))
    bench.journal.stolen = True
    before = len(bench.journal.lines)
    with pytest.raises(LeaseLost):
        bench.drive()
    assert len(bench.journal.lines) == before
    assert bench.world.made == {}


def test_a_guard_that_refuses_holds_the_step_and_is_no_bug() -> None:
    bench = Bench(step("a"))
    bench.world.look_faults = deque([FailureKind.GUARD])
    assert bench.drive().step("a").state is StepState.HELD
    assert bench.bugs == []


def test_a_change_that_goes_on_being_throttled_is_tried_ever_more_seldom() -> None:
    """The looks in between go well; they must not make every attempt the first."""
    bench = Bench(step("a"))
    bench.world.faults = deque(["throttle"] * 10)
    bench.drive()
    assert bench.clock.now() - START > timedelta(minutes=1)


def test_a_change_that_was_refused_until_the_deadline_says_what_the_last_call_was_told() -> None:
    bench = Bench(step("db", deadline=timedelta(minutes=30)))
    bench.world.faults = deque(["throttle"] * 500)
    held = bench.drive().step("db")
    assert held.state is StepState.HELD
    assert re.fullmatch(r"still waiting for make db \(.*\) after 30m", held.because), held.because


def test_no_call_is_begun_after_somebody_has_asked_to_pause() -> None:
    bench = Bench(step("a"))
    look = bench.world.look

    def asked_while_looking(name: str) -> Thing | None:
        bench.pause.ask()
        return look(name)

    bench.world.look = asked_while_looking  # type: ignore[method-assign]
    assert bench.drive().state is RunState.PAUSED
    assert bench.world.made == {}
    assert not any(isinstance(event, ChangeIntended) for event in bench.journal.events())


def test_a_step_that_starts_over_has_not_ended_even_where_the_run_could_do_without_it() -> None:
    optional = step("a", params={"name": "a", "refuses": True}, critical=False, retry=Retry(3, timedelta(seconds=30)))
    bench = Bench(optional, step("b", takes="10s"), step("c", "a", "b"))
    names = (bench.drive(), bench.names())[1]
    assert names.index("StepStarted c") > max(at for at, name in enumerate(names) if name == "StepFailed a")


@pytest.mark.parametrize("settings", [{"critical": False}, {"final": True}])
def test_a_step_that_fails_before_it_begins_is_a_finding_like_any_other(settings: dict[str, Any]) -> None:
    unrecorded = Reference("steps", ("left-out", "name"))
    left_out = step("left-out", condition=Literal(False), **settings)
    run = Bench(left_out, step("b", params={"name": unrecorded}, **settings)).drive()
    assert [finding.step for finding in run.findings] == ["b"]


def test_a_fallback_takes_over_from_a_step_that_cannot_begin_too() -> None:
    unrecorded = Reference("steps", ("left-out", "name"))
    bench = Bench(
        step("left-out", condition=Literal(False)),
        step("a", "left-out", params={"name": unrecorded}, fallback="b"),
        step("b", "left-out", dormant=True),
        step("c", "a"),
    )
    run = bench.drive()
    assert (run.step("a").state, run.step("c").state) == (StepState.FELL_BACK, StepState.SUCCEEDED)


def test_undo_waits_for_what_aws_does_not_show_yet() -> None:
    """An undo that looks too early finds nothing, and what comes to light afterwards would be left over."""
    bench = Bench(step("a"), approve=Approve.AUTO)
    change = bench.world.change

    def breaks_after_the_call(name: str, happens: Callable[[], None]) -> None:
        change(name, happens)
        if bench.world.made and not bench.world.removed:
            raise RuntimeError("the answer was not understood")

    def late(name: str) -> Thing | None:
        shown = bench.clock.now() - START >= timedelta(seconds=10)
        return bench.world.things.get(name) if shown else None

    bench.world.change, bench.world.look = breaks_after_the_call, late  # type: ignore[method-assign]
    run = bench.drive()
    assert bench.world.made == bench.world.removed == {"a": 1}
    assert run.step("a").state is StepState.UNDONE


def test_who_answers_is_who_was_chosen_last() -> None:
    for began, then, undone in ((Approve.AUTO, Approve.ASK, False), (Approve.ASK, Approve.AUTO, True)):
        bench = Bench(step("a"), step("no", "a", params={"name": "no", "refuses": True}), approve=began)
        bench.journal.append([RunResumed(at=START, approve=then)])
        bench.drive()
        assert bool(bench.world.removed) is undone


def test_a_finally_step_that_never_ran_is_a_finding() -> None:
    broken = step("thaw", params={"name": "thaw", "refuses": True}, final=True)
    run = Bench(step("a"), broken, step("report", "thaw", final=True)).drive()
    assert [finding.what for finding in run.findings][-1] == "report of `finally` never ran"


def test_a_step_that_may_start_over_does_so_before_its_fallback_takes_over() -> None:
    bench = Bench(
        step("first", params={"name": "first", "refuses": True}, retry=Retry(2), fallback="second"),
        step("second", dormant=True),
    )
    run = bench.drive()
    assert run.step("first").epoch == 2
    assert run.step("first").state is StepState.FELL_BACK
    assert bench.world.made == {"second": 1}


def test_an_unanswered_approval_ends_at_its_deadline_where_time_runs_by_itself() -> None:
    class Running(VirtualClock):
        def now(self) -> datetime:
            self._now += timedelta(seconds=30)
            return self._now

        def wall_until(self, instant: datetime) -> timedelta | None:
            return timedelta(0)

    bench = Bench(step("ok", uses="ask", params={"role": "commander"}, deadline=timedelta(minutes=10)))
    bench.clock = Running()
    bench.approvals = ScriptedApprovals({})
    run = bench.drive()
    assert run.step("ok").state is StepState.HELD
    assert "an answer of the commander" in run.step("ok").because


def test_the_time_that_a_run_was_paused_does_not_count_against_a_deadline() -> None:
    bench = Bench(step("slow", takes="3h", deadline=timedelta(hours=2)))
    bench.journal.cut_after = 3
    with pytest.raises(PowerCut):
        bench.drive()
    bench.journal = bench.journal.reopened()
    bench.clock.reach(START + timedelta(hours=2, minutes=30))
    assert bench.drive().step("slow").state is StepState.SUCCEEDED


def isolated(**settings: Any) -> Bench:
    """A drill on copies of its own: they are made, looked at, and taken back."""
    return Bench(
        step("copy", takes="20m", store=Store("postgres"), marks=Mark.DATA_WRITABLE),
        step("service", "copy", takes="3m", marks=Mark.SERVING),
        step("tidy", final=True),
        after_drill=AfterDrill.UNDO,
        **settings,
    )


def test_a_drill_that_works_on_copies_leaves_nothing_behind_and_has_passed_all_the_same() -> None:
    bench = isolated()
    run = bench.drive()
    assert run.verdict is Verdict.PASSED
    undone = [name for name in bench.names() if name.startswith("StepUndone")]
    assert undone == ["StepUndone service", "StepUndone copy"], "dependents first, and of `finally` nothing"
    assert bench.world.removed == {"service": 1, "copy": 1}
    assert run.marks[Mark.SERVING] < bench.clock.now(), "taking back is no part of the recovery time"


def test_a_drill_that_was_killed_while_it_took_back_goes_on_taking_back() -> None:
    bench = isolated()
    whole = bench.drive()
    for cut in range(2, whole.events):
        again = isolated()
        again.journal.cut_after = cut
        with contextlib.suppress(PowerCut):
            again.drive()
        again.journal.cut_after = None
        run = again.drive()
        assert (run.verdict, dict(again.world.removed)) == (Verdict.PASSED, {"service": 1, "copy": 1}), (
            f"cut after event {cut}"
        )
        assert again.world.made == {"copy": 1, "service": 1, "tidy": 1}


def test_what_a_recovery_has_made_is_kept_whatever_is_taken_back_after_a_drill() -> None:
    bench = isolated(mode=Mode.RECOVER)
    assert bench.drive().verdict is Verdict.PASSED
    assert not bench.world.removed


def test_a_stand_in_that_starts_over_has_not_ended_either() -> None:
    bench = Bench(
        step("first", params={"name": "first", "refuses": True}, fallback="second"),
        step(
            "second",
            params={"name": "second", "refuses": True},
            critical=False,
            retry=Retry(2, timedelta(minutes=5)),
            dormant=True,
        ),
        step("beside", takes="1m"),
        step("after", "first", "beside"),
    )
    names = (bench.drive(), bench.names())[1]
    assert names.index("StepStarted after") > max(at for at, name in enumerate(names) if name == "StepFailed second")


def test_a_held_run_names_the_stand_in_that_cannot_go_on() -> None:
    bench = Bench(
        step("first", params={"name": "first", "refuses": True}, fallback="second"),
        step("second", params={"name": "second", "refuses": True}, dormant=True),
    )
    assert bench.drive().held_because == "second cannot go on"


def test_what_was_to_be_tried_again_and_is_undone_instead_has_ended() -> None:
    """A retry takes a step back to where it waits for what it needs; taken back from there, its end is the undo."""
    bench = Bench(step("a"), step("b", "a"))
    bench.drive()
    run = Run.of(bench.journal.append([StepRetried(at=START, step="b", by="ana"), UndoStarted(at=START, reason="x")]))
    assert run.step("b").ended_at is None
    run.apply(bench.journal.append([StepUndone(at=START, step="b", because="gone")])[0])
    assert run.step("b").ended_at is not None
