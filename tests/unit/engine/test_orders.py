"""An operator steers a run while it is driven: every order is one event, obeyed once, and the run stays whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from drctl.model import events as e
from drctl.model.finding import FindingKind, Severity
from drctl.model.order import Order
from drctl.model.plan import Retry
from drctl.model.run import Run, RunState, StepState
from drctl.model.verdict import Verdict
from tests.fakes.approvals import ScriptedApprovals
from tests.fakes.journal import PowerCut
from tests.fakes.orders import order
from tests.fakes.runs import Bench, plan_of, step
from tests.fakes.world import Thing


def bench(**settings: object) -> Bench:
    return Bench(step("a", takes="10m"), step("b", "a", takes="5m"), step("c", "b", takes="1m"), **settings)  # type: ignore[arg-type]


def events_of(found: Bench, kind: type) -> list[e.Event]:
    return [event for event in found.journal.events() if isinstance(event, kind)]


def refusals(found: Bench) -> list[str]:
    return [event.because for event in found.journal.events() if isinstance(event, e.OrderRefused)]


def test_a_pause_ends_the_drive_says_who_asked_and_can_be_resumed() -> None:
    ran = bench()
    ran.journal.coming = [(3, order("pause", why="lunch"))]
    assert ran.drive().state is RunState.PAUSED
    (paused,) = [event for event in ran.journal.events() if isinstance(event, e.RunPaused)]
    assert (paused.by, paused.why, paused.order) == ("ana@ops", "lunch", "pause-")
    assert ran.journal.orders() == ()
    resumed = again(ran)
    assert resumed.drive().state is RunState.FINISHED
    assert resumed.world.made == {"a": 1, "b": 1, "c": 1}


def again(ran: Bench) -> Bench:
    """The run under the next runner, nobody having asked that one to pause."""
    ran.pause = type(ran.pause)()
    ran.journal = ran.journal.reopened()
    return ran


def test_an_abort_ends_the_run_begins_nothing_more_and_leaves_what_was_made() -> None:
    ran = bench()
    ran.journal.coming = [(6, order("abort", why="false alarm"))]
    run = ran.drive()
    assert (run.state, run.verdict) == (RunState.FINISHED, Verdict.ABORTED)
    assert run.reasons == ("ana@ops has aborted the run: false alarm.",)
    assert ran.world.made == {"a": 1}
    assert ran.world.removed == {}


def test_an_abort_with_undo_takes_everything_back_last_first() -> None:
    ran = bench()
    ran.journal.coming = [(11, order("abort", undo=True))]
    run = ran.drive()
    assert run.verdict is Verdict.ABORTED
    assert ran.world.order == ["make a", "make b", "remove b", "remove a"]
    assert ran.world.things == {}


def test_an_aborted_run_still_runs_its_finally_steps() -> None:
    ran = Bench(step("a", takes="10m"), step("tidy", final=True))
    ran.journal.coming = [(3, order("abort"))]
    assert ran.drive().step("tidy").state is StepState.SUCCEEDED


@pytest.mark.parametrize("place", range(1, 25))
def test_a_runner_that_is_killed_while_it_obeys_leaves_the_order_to_the_next_and_it_is_obeyed_once(place: int) -> None:
    ran = bench()
    ran.journal.coming = [(11, order("abort", undo=True))]
    ran.journal.cut_before = place
    try:
        ran.drive()
    except PowerCut:
        again(ran).drive()
    assert len(events_of(ran, e.RunAborted)) == 1
    assert ran.journal.orders() == ()
    assert ran.world.things == {}


def test_a_skipped_step_is_dropped_where_it_waits_and_what_needs_it_goes_on() -> None:
    ran = bench()
    ran.journal.coming = [(4, order("skip", "a", why="made by hand"))]
    run = ran.drive()
    assert run.step("a").state is StepState.SKIPPED
    assert run.step("c").state is StepState.SUCCEEDED
    assert run.verdict is Verdict.NOT_PROVEN
    (finding,) = [found for found in run.findings if found.kind is FindingKind.STEP_SKIPPED]
    assert finding.what == "ana@ops skipped a: made by hand"
    assert finding.severity is Severity.SERIOUS


def test_a_skipped_step_that_the_run_can_do_without_lowers_the_verdict_too() -> None:
    ran = Bench(step("a", takes="10m"), step("extra", takes="1h", critical=False), step("b", "a", marks=_verified()))
    ran.journal.coming = [(4, order("skip", "extra"))]
    run = ran.drive()
    assert "ana@ops skipped extra: because" in run.reasons or run.verdict is Verdict.NOT_PROVEN


def _verified() -> object:
    from drctl.model.timing import Mark

    return Mark.VERIFIED


def test_a_retry_begins_a_new_epoch_while_the_others_go_on() -> None:
    ran = Bench(step("a", params={"name": "a", "refuses": True}), step("b", takes="1h"), step("c", "a"))
    ran.journal.coming = [(5, order("retry", "a"))]
    ran.drive()
    started = [event for event in ran.journal.events() if isinstance(event, e.StepStarted) and event.step == "a"]
    assert [event.epoch for event in started] == [1, 2]
    (retried,) = [event for event in ran.journal.events() if isinstance(event, e.StepRetried)]
    assert (retried.by, retried.why) == ("ana@ops", "because")


def test_a_retry_of_a_step_that_waits_for_its_next_attempt_is_that_attempt() -> None:
    ran = Bench(
        step("a", params={"name": "a", "refuses": True}, retry=Retry(3, timedelta(minutes=5))), step("b", takes="1h")
    )
    ran.journal.coming = [(4, order("retry", "a"))]
    ran.drive()
    told = [type(event).__name__ for event in ran.journal.events() if getattr(event, "step", "") == "a"]
    assert told == [
        "StepStarted",
        "StepFailed",
        "StepRetried",
        "StepStarted",
        "StepFailed",
        "StepStarted",
        "StepFailed",
    ]


def test_a_retry_that_has_to_wait_for_what_it_needs_is_not_begun_by_the_attempt_that_was_due() -> None:
    ran = Bench(
        step("a", params={"name": "a", "refuses": True}),
        step("b", "a", params={"name": "b", "refuses": True}, retry=Retry(3, timedelta(minutes=5))),
        step("c", takes="1h"),
    )
    ran.journal.coming = [(4, order("skip", "a")), (6, order("retry", "a")), (9, order("retry", "b"))]
    run = ran.drive()
    assert run.step("a").state is StepState.FAILED
    assert run.step("b").epoch == 1


def test_a_step_starts_over_only_once_what_it_needs_has_ended_that_is_tried_again_itself() -> None:
    ran = Bench(
        step("a", params={"name": "a", "refuses": True}),
        step("b", "a", params={"name": "b", "refuses": True}, retry=Retry(3, timedelta(minutes=5))),
        step("c", takes="1h"),
    )
    ran.journal.coming = [(4, order("skip", "a")), (7, order("retry", "a"))]
    run = ran.drive()
    names = ran.names()
    assert names.index("StepFailed b") < names.index("StepRetried a"), "it was begun without a, and has failed"
    assert run.step("a").state is StepState.FAILED
    assert run.step("b").epoch == 1


def test_a_flip_in_doubt_is_sent_again_only_once_an_operator_has_ordered_it() -> None:
    ran = Bench(step("a", uses="thing.flip"))
    ran.world.cut_at_call = 1
    with pytest.raises(PowerCut):
        ran.drive()
    ran.world.cut_at_call = None
    for _ in range(3):
        # Resuming looks again, and looking again does not settle the doubt.
        run = again(ran).drive()
        assert run.step("a").state is StepState.HELD
        assert ran.world.made == {}
    ran.journal.coming = [(0, order("retry", "a", why="I have looked: it never happened"))]
    ran.journal.inbox = {}
    give(ran, order("retry", "a"))
    assert again(ran).drive().state is RunState.FINISHED
    assert ran.world.made == {"a": 1}


def give(ran: Bench, ordered: Order) -> None:
    """As a command does that finds the run undriven."""
    from drctl.engine.orders import Rules, carry_out

    rules = Rules(lambda kind: kind == "ask", ran.replan)
    ran.journal.append(carry_out(ordered, Run.of(ran.journal.read()), ran.plan, rules, ran.clock.now()), (ordered.id,))


def test_an_answer_from_another_terminal_is_heeded_and_recorded() -> None:
    ran = Bench(step("ask", uses="ask", params={"role": "commander"}), step("b", "ask"))
    assert ran.drive().step("ask").state is StepState.HELD
    give(ran, order("approve", "ask", why="go"))
    run = again(ran).drive()
    assert run.step("b").state is StepState.SUCCEEDED
    assert [answer.by for answer in run.step("ask").answers] == ["ana@ops"]
    assert ran.world.made == {"b": 1}


def test_a_rejected_step_fails_and_a_retry_asks_anew() -> None:
    ran = Bench(step("ask", uses="ask", params={"role": "commander"}), step("b", "ask"))
    ran.drive()
    give(ran, order("reject", "ask"))
    assert again(ran).drive().step("ask").state is StepState.FAILED
    assert ran.world.made == {}
    give(ran, order("retry", "ask"))
    assert again(ran).drive().step("ask").state is StepState.HELD
    give(ran, order("approve", "ask"))
    assert again(ran).drive().step("b").state is StepState.SUCCEEDED


@pytest.mark.parametrize(
    ("ordered", "because"),
    [
        (order("retry", "a"), "a is succeeded; what has failed, is held or was skipped can be tried again"),
        (order("retry", "nothing"), "there is no step 'nothing' in this run"),
        (order("skip", "a"), "a is succeeded; there is nothing to skip"),
        (order("approve", "a"), "a asks nobody; it is thing.make"),
        (order("skip", "ask"), "ask asks a person: approve it or reject it"),
        (order("approve", "ask"), "ask has not been reached, so that there is no evidence yet to decide on"),
        (order("amend"), "it changes no step"),
    ],
    ids=lambda value: value.id if isinstance(value, Order) else "",
)
def test_an_order_that_cannot_be_meant_is_refused_with_the_reason_and_changes_nothing(
    ordered: Order, because: str
) -> None:
    ran = Bench(step("a"), step("b", "a", takes="20m"), step("ask", "b", uses="ask", params={"role": "x"}))
    ran.amendments["same"] = ran.plan
    ran.journal.coming = [(7, replace(ordered, sources={"things": "same"}))]
    assert ran.drive().step("b").state is StepState.SUCCEEDED
    assert refusals(ran) == [because]
    assert ran.journal.orders() == ()


def test_a_note_is_always_taken_even_after_the_end() -> None:
    ran = bench()
    ran.drive()
    give(ran, order("note", why="it went well"))
    run = Run.of(ran.journal.read())
    assert run.state is RunState.FINISHED
    assert [note.text for note in run.decisions if isinstance(note, e.NoteTaken)] == ["it went well"]


def test_nothing_else_is_ordered_of_a_run_that_has_ended() -> None:
    ran = bench()
    ran.drive()
    for kind in ("pause", "abort"):
        give(ran, order(kind))
    assert refusals(ran) == ["the run has ended", "the run has ended"]


def test_steps_that_have_not_started_follow_the_amended_text_and_the_report_says_so() -> None:
    ran = bench()
    ran.amendments["shorter"] = plan_of(ran.plan.step("a"), ran.plan.step("b"), step("d", "b"))
    ran.journal.coming = [
        (4, order("amend", why="c is not needed", sources={"things": "shorter"}, difference="-c\n+d"))
    ]
    run = ran.drive()
    assert ran.world.made == {"a": 1, "b": 1, "d": 1}
    (amended,) = run.amended
    assert (amended.by, amended.difference) == ("ana@ops", "-c\n+d")
    assert [found.what for found in run.findings if found.kind is FindingKind.AMENDED] == [
        "ana@ops amended c, d: c is not needed"
    ]


def test_what_has_started_is_never_amended() -> None:
    ran = bench()
    ran.amendments["other"] = plan_of(step("a", takes="1s"), *ran.plan.steps[1:])
    ran.journal.coming = [(4, order("amend", sources={"things": "other"}))]
    assert ran.drive().amended == []
    assert refusals(ran) == ["a has started, and what has started stays"]


def test_steps_are_not_amended_any_more_once_finally_has_begun_because_they_would_never_run() -> None:
    ran = Bench(step("a"), step("tidy", takes="10m", final=True), step("tell", "tidy", final=True))
    ran.amendments["more"] = plan_of(step("a"), step("b", "a"), *ran.plan.steps[1:])
    ran.amendments["less"] = plan_of(*ran.plan.steps[:2])
    ran.journal.coming = [
        (7, order("amend", "x", sources={"things": "more"})),
        (7, order("amend", "y", sources={"things": "less"})),
    ]
    run = ran.drive()
    assert refusals(ran) == ["it changes b, and the run is at its `finally` steps"]
    assert [amended.order for amended in run.amended] == ["amend-y"]
    assert "tell" not in ran.world.made


def test_only_steps_can_be_amended() -> None:
    ran = bench()
    ran.amendments["easier"] = replace(
        ran.plan, objectives=replace(ran.plan.objectives, rto=timedelta(hours=9)), steps=ran.plan.steps[:2]
    )
    ran.journal.coming = [(4, order("amend", sources={"things": "easier"}))]
    assert ran.drive().amended == []
    assert refusals(ran) == ["it changes objectives, and only steps can be amended"]


def test_what_is_adopted_is_a_finding_and_what_is_our_own_is_none() -> None:
    ran = Bench(step("a", adopt=True), step("b", adopt=True))
    ran.world.things["a"] = Thing("somebody else", ran.clock.now())
    run = ran.drive()
    assert [found.what for found in run.findings if found.kind is FindingKind.OVERRIDE] == [
        "a adopted what this run did not make: a is ready"
    ]


def test_whoever_answers_first_is_heeded_the_terminal_or_an_order(approvals: ScriptedApprovals) -> None:
    ran = Bench(step("ask", uses="ask", params={"role": "commander"}), step("b", "ask"))
    ran.approvals = approvals
    ran.journal.coming = [(2, order("approve", "ask", why="from the other terminal"))]
    run = ran.drive()
    assert run.step("b").state is StepState.SUCCEEDED
    (answer,) = [event for event in ran.journal.events() if isinstance(event, e.AnswerGiven)]
    assert (answer.by, answer.comment, answer.order) == ("ana@ops", "from the other terminal", "approve-ask")
    assert ran.journal.orders() == ()


@pytest.fixture
def approvals() -> ScriptedApprovals:
    """A terminal at which nobody sits."""
    return ScriptedApprovals({})
