"""Laws of approvals through the real engine: who counts, on which evidence, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from drctl.engine.orders import Rules, carry_out
from drctl.model import events as e
from drctl.model.approval_policy import ApprovalPolicy
from drctl.model.events import Mode
from drctl.model.finding import FindingKind, Severity
from drctl.model.plan import Store
from drctl.model.run import Run, RunState, StepState
from drctl.model.timing import Mark
from drctl.ports.approvals import Answer, ApprovalRequest
from tests.fakes.approvals import ScriptedApprovals
from tests.fakes.clock import START, VirtualClock
from tests.fakes.orders import order
from tests.fakes.runs import Bench, step


@pytest.fixture(autouse=True)
def nobody_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """People answer at once here, or not at all."""
    monkeypatch.setattr("drctl.engine.scheduler._ASKING", 0.001)


class RunningClock(VirtualClock):
    """Time that runs by itself: half a minute at every look at it."""

    def now(self) -> datetime:
        self._now += timedelta(seconds=30)
        return self._now

    def wall_until(self, instant: datetime) -> timedelta | None:
        return timedelta(0)


class Crowd:
    """People at terminals: each answers in turn, as soon as the one before was heard."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[ApprovalRequest] = []

    def answer(self, request: ApprovalRequest) -> Answer | None:
        self.requests.append(request)
        return self._answers.pop(0) if self._answers else None


def yes(by: str, **more: Any) -> Answer:
    return Answer(approved=True, by=by, **more)


def asks(policy: ApprovalPolicy | None = None, mode: Mode = Mode.RECOVER, **settings: Any) -> Bench:
    """A recovery that anna began: a step that asks, and one that needs the answer."""
    params = {"role": "commander", **settings}
    bench = Bench(step("ok", uses="ask", params=params), step("b", "ok"), mode=mode, started_by="anna@ops1 (process 7)")
    bench.policy = policy or ApprovalPolicy()
    bench.approvals = ScriptedApprovals({})
    return bench


def found(bench: Bench, kind: type[Any]) -> list[Any]:
    return [event for event in bench.journal.events() if isinstance(event, kind)]


def refusals(bench: Bench) -> list[str]:
    return [event.because for event in found(bench, e.OrderRefused)]


def pausing(bench: Bench, *answers: Answer, patience: int = 3) -> Crowd:
    """The crowd of a bench whose run is paused once they have said what they say."""

    class Pausing(Crowd):
        def answer(self, request: ApprovalRequest) -> Answer | None:
            given = super().answer(request)
            if given is None and len(self.requests) > len(answers) + patience:
                bench.pause.ask("ana@ops")
            return given

    bench.approvals = crowd = Pausing(*answers)
    return crowd


def again(bench: Bench) -> Bench:
    bench.pause = type(bench.pause)()
    bench.journal = bench.journal.reopened()
    return bench


def test_whoever_began_a_recovery_does_not_approve_it_and_somebody_else_does() -> None:
    bench = asks()
    bench.journal.coming = [(2, order("approve", "ok", by="anna@laptop")), (3, order("approve", "ok", by="bea@ops1"))]
    bench.journal.coming[1] = (3, replace(bench.journal.coming[1][1], id="bea"))
    run = bench.drive()
    assert run.step("b").state is StepState.SUCCEEDED
    assert [answer.by for answer in found(bench, e.AnswerGiven)] == ["bea@ops1"]
    (refused,) = refusals(bench)
    assert "anna@laptop began this run" in refused


def test_an_answer_of_the_initiator_at_a_terminal_does_not_count_either() -> None:
    bench = asks()
    pausing(bench, yes("anna@ops1"))
    assert bench.drive().state is RunState.PAUSED
    assert found(bench, e.AnswerGiven) == []
    assert len(refusals(bench)) == 1
    assert bench.world.made == {}


@pytest.mark.parametrize("bench", [asks(ApprovalPolicy(initiator_may_approve=True)), asks(mode=Mode.DRILL)])
def test_where_the_environment_allows_it_or_in_a_drill_the_initiator_approves_alone(bench: Bench) -> None:
    bench.approvals = ScriptedApprovals({"ok": yes("anna@ops1")})
    assert bench.drive().step("b").state is StepState.SUCCEEDED


def test_a_policy_approves_no_recovery() -> None:
    from drctl.dispatch.policy import ApprovedByPolicy

    bench = asks()
    bench.clock, bench.approvals = RunningClock(), ApprovedByPolicy()
    run = bench.drive()
    assert run.step("ok").state is StepState.HELD
    assert bench.world.made == {}


@pytest.mark.parametrize(
    ("quorum", "approvers", "wanted"), [(2, 1, 2), (1, 2, 2), (3, 2, 3), (1, 1, 1)], ids=lambda value: str(value)
)
def test_so_many_different_people_have_to_approve_as_the_larger_number_says(
    quorum: int, approvers: int, wanted: int
) -> None:
    for coming in range(1, 4):
        bench = asks(ApprovalPolicy(quorum=quorum), approvers=approvers)
        pausing(bench, *(yes(by) for by in ("bea@ops1", "carl@ops1", "dora@ops1")[:coming]))
        run = bench.drive()
        assert (run.step("b").state is StepState.SUCCEEDED) is (coming >= wanted)


def test_nobody_counts_twice_and_is_told_so() -> None:
    bench = asks(ApprovalPolicy(quorum=2))
    pausing(bench, yes("bea@ops1"), yes("bea@laptop"), yes("BEA@ops1"))
    assert bench.drive().state is RunState.PAUSED
    assert bench.world.made == {}
    assert [("nobody counts twice" in because) for because in refusals(bench)] == [True, True]


def test_one_rejection_rejects_whatever_others_have_said() -> None:
    bench = asks(ApprovalPolicy(quorum=3))
    bench.approvals = Crowd(yes("bea"), yes("carl"), Answer(approved=False, by="dora", comment="not yet"))
    assert bench.drive().step("ok").state is StepState.FAILED
    assert bench.world.made == {}


def test_a_role_limits_who_may_answer() -> None:
    bench = asks(ApprovalPolicy(roles={"commander": ("carl@ops1",)}))
    pausing(bench, yes("bea@ops1"), Answer(approved=False, by="bea@ops1"), yes("carl@ops1"))
    assert bench.drive().step("b").state is StepState.SUCCEEDED
    assert all("none of those who answer as commander: carl@ops1" in because for because in refusals(bench))
    assert len(refusals(bench)) == 2


def test_a_request_that_nobody_answers_is_held_after_ten_minutes_and_expired_never_means_yes() -> None:
    bench = asks()
    bench.clock = RunningClock()
    run = bench.drive()
    held = run.step("ok")
    assert held.state is StepState.HELD
    assert "expired never means yes" in held.because
    assert held.hint == "drctl retry dr-1 ok"
    (asked,) = found(bench, e.ApprovalAsked)
    assert asked.until - asked.at == timedelta(minutes=10)
    assert timedelta(0) <= held.ended_at - asked.until < timedelta(minutes=2)
    assert bench.world.made == {}


def test_an_answer_after_expiry_is_refused_and_a_retry_asks_anew() -> None:
    bench = asks()
    bench.clock = RunningClock()
    bench.drive()
    give(bench, order("approve", "ok", by="bea"))
    assert "expired never means yes" in refusals(bench)[0]
    give(bench, order("retry", "ok"))
    again(bench).approvals = ScriptedApprovals({"ok": yes("bea")})
    assert bench.drive().step("b").state is StepState.SUCCEEDED
    assert [asked.epoch for asked in found(bench, e.ApprovalAsked)] == [1, 2]


def test_a_resume_asks_anew_what_has_expired() -> None:
    bench = asks()
    bench.clock = RunningClock()
    bench.drive()
    again(bench).approvals = ScriptedApprovals({"ok": yes("bea")})
    assert bench.drive().step("b").state is StepState.SUCCEEDED


def test_what_has_expired_while_nobody_drove_the_run_is_asked_anew_and_its_answers_are_void() -> None:
    bench = asks(ApprovalPolicy(quorum=2))
    bench.clock = RunningClock()
    pausing(bench, yes("bea"))
    assert bench.drive().state is RunState.PAUSED
    bench.clock.reach(START + timedelta(hours=9))
    pausing(again(bench), yes("carl"))
    assert bench.drive().state is RunState.PAUSED
    (void,) = found(bench, e.AnswersVoided)
    assert (void.by, void.because) == (("bea",), "the request has expired")
    assert bench.world.made == {}


def test_leaping_time_expires_nobody() -> None:
    bench = Bench(step("ok", uses="ask", params={"role": "commander"}), step("slow", takes="3h"), step("b", "ok"))
    bench.approvals = ScriptedApprovals({"ok": yes("kim")}, patience=30)
    run = bench.drive()
    assert run.step("b").state is StepState.SUCCEEDED
    assert found(bench, e.ApprovalAsked)[0].until is None


def store_meanwhile(quorum: int = 2, **settings: Any) -> Bench:
    """A recovery in which a store is restored while people are asked."""
    bench = Bench(
        step("ok", uses="ask", params={"role": "commander", **settings}),
        step("restore", takes="20m", store=Store("postgres")),
        step("b", "ok"),
        mode=Mode.RECOVER,
        started_by="anna@ops1",
    )
    bench.policy = ApprovalPolicy(quorum=quorum)
    return bench


def test_changed_evidence_voids_the_answers_and_the_request_is_asked_anew_on_the_new_hash() -> None:
    bench = store_meanwhile()
    crowd = pausing(bench, yes("bea"), patience=300)
    crowd_answers = crowd.requests
    run = bench.drive()
    assert run.step("restore").state is StepState.SUCCEEDED
    assert run.step("ok").state is StepState.RUNNING
    first, last = found(bench, e.ApprovalAsked)[0], found(bench, e.ApprovalAsked)[-1]
    assert first.sha256 != last.sha256
    assert first.evidence["loss_s"] == {"postgres": None}
    assert last.evidence["loss_s"]["postgres"] is not None
    assert {void.by for void in found(bench, e.AnswersVoided)} == {("bea",)}
    assert found(bench, e.AnswersVoided)[0].sha256 == first.sha256
    assert crowd_answers[-1].asked is not None
    assert crowd_answers[-1].asked.sha256 == last.sha256
    assert run.step("ok").answers == ()


def test_an_answer_to_evidence_that_was_shown_before_it_changed_is_refused() -> None:
    bench = store_meanwhile(quorum=1)
    pausing(bench, patience=300)
    bench.drive()
    first = found(bench, e.ApprovalAsked)[0]
    give(bench, order("approve", "ok", by="bea", evidence=first.sha256))
    (refused,) = refusals(bench)
    assert "the evidence has changed" in refused
    assert first.sha256[:12] in refused


def test_time_that_passes_is_no_change_of_evidence() -> None:
    bench = asks(ApprovalPolicy(quorum=2, expires=timedelta(hours=1)))
    bench.clock = RunningClock()
    pausing(bench, yes("bea"), *[yes("bea")] * 10, yes("carl"))
    assert bench.drive().step("b").state is StepState.SUCCEEDED
    assert len(found(bench, e.ApprovalAsked)) == 1
    assert found(bench, e.AnswersVoided) == []


def test_the_evidence_is_what_was_measured_and_recorded_with_its_hash() -> None:
    bench = Bench(
        step("fence", marks=Mark.FENCED),
        step("restore", "fence", takes="20m", store=Store("postgres")),
        step("ok", "restore", uses="ask", params={"role": "commander", "shows": ("restore",)}),
    )
    bench.approvals = ScriptedApprovals({"ok": yes("kim")})
    run = bench.drive()
    (asked,) = found(bench, e.ApprovalAsked)
    seen = run.step("restore").evidence
    assert seen is not None
    (shown,) = asked.evidence["steps"]
    assert (shown["step"], shown["fact"], shown["outputs"]) == ("restore", seen.fact, seen.outputs)
    assert asked.evidence["fenced"]
    assert asked.evidence["loss_s"]["postgres"] >= 0
    assert asked.evidence["elapsed_s"] >= 20 * 60
    (answer,) = found(bench, e.AnswerGiven)
    assert answer.evidence == asked.sha256


def test_an_amended_plan_voids_what_was_approved_of_the_one_before() -> None:
    bench = asks(ApprovalPolicy(quorum=2))
    bench.amendments["other"] = replace(bench.plan, steps=(bench.plan.steps[0], step("b", "ok", takes="1h")))
    bench.journal.coming = [(4, order("amend", sources={"things": "other"}))]
    pausing(bench, yes("bea"))
    bench.drive()
    assert [void.by for void in found(bench, e.AnswersVoided)] == [("bea",)]


def give(bench: Bench, ordered: Any) -> None:
    """As a command does that finds the run undriven."""
    rules = Rules(lambda kind: kind == "ask", bench.replan)
    run = Run.of(bench.journal.read())
    bench.journal.append(carry_out(ordered, run, bench.plan, rules, bench.clock.now()), (ordered.id,))


def test_an_undriven_run_takes_an_answer_on_the_evidence_that_holds_by_then() -> None:
    """The step was held while another branch went on: what is approved is what has come of that."""
    bench = store_meanwhile(quorum=1)
    bench.approvals = None
    run = bench.drive()
    assert run.step("ok").state is StepState.HELD
    assert run.step("restore").state is StepState.SUCCEEDED
    give(bench, order("approve", "ok", by="bea"))
    assert [answer.by for answer in found(bench, e.AnswerGiven)] == ["bea"]
    assert again(bench).drive().step("b").state is StepState.SUCCEEDED


def test_what_is_decided_takes_no_more_answers() -> None:
    bench = asks()
    bench.approvals = None
    bench.drive()
    give(bench, order("approve", "ok", by="bea"))
    give(bench, order("reject", "ok", by="carl"))
    assert refusals(bench) == ["it is approved already, by bea"]


class DeadChat:
    """A chat that is down."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def tell(self, run: str, asked: e.ApprovalAsked) -> None:
        self.told.append((run, asked.sha256))

    def troubles(self) -> tuple[str, ...]:
        return ("the approval of ok could not be asked for in the chat: it answered 503",) if self.told else ()


def test_a_chat_that_is_down_is_a_finding_and_stops_nothing() -> None:
    bench = asks()
    bench.notices = chat = DeadChat()
    bench.journal.coming = [(3, order("approve", "ok", by="bea"))]
    run = bench.drive()
    assert run.step("b").state is StepState.SUCCEEDED
    assert len(chat.told) == 1
    assert {(finding.kind, finding.severity) for finding in run.findings} == {(FindingKind.NOT_TOLD, Severity.INFO)}


@pytest.mark.parametrize("place", range(1, 12))
def test_a_runner_that_is_killed_while_it_asks_loses_no_answer_and_counts_none_twice(place: int) -> None:
    from tests.fakes.journal import PowerCut

    bench = asks(ApprovalPolicy(quorum=2))
    bench.journal.cut_after = place
    bench.approvals = Crowd(yes("bea"), yes("carl"))
    try:
        bench.drive()
    except PowerCut:
        again(bench).approvals = Crowd(yes("bea"), yes("carl"))
        bench.drive()
    answers = [answer.by for answer in found(bench, e.AnswerGiven)]
    assert answers == ["bea", "carl"]
    assert bench.world.made == {"b": 1}


def test_an_answer_that_an_earlier_version_has_recorded_on_no_evidence_is_asked_for_again() -> None:
    bench = asks(mode=Mode.DRILL)
    bench.journal.append(
        [
            e.StepStarted(at=START, step="ok"),
            e.StepHeld(at=START, step="ok", because="nobody to ask"),
            e.AnswerGiven(at=START, step="ok", approved=True, by="bea"),
        ]
    )
    pausing(bench)
    assert bench.drive().state is RunState.PAUSED
    assert [void.by for void in found(bench, e.AnswersVoided)] == [("bea",)]
    assert bench.world.made == {}
