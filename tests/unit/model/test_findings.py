"""A finding has an owner, a day and a way to see that it is gone; later runs close it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from drctl.engine.orders import Rules, carry_out
from drctl.model import events as e
from drctl.model.closing_findings import closing_findings
from drctl.model.events import Approve, Event, Mode
from drctl.model.evidence import Evidence
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.finding_history import TrackedFinding, tracked_findings
from drctl.model.finding_policy import FindingDue, FindingPolicy
from drctl.model.order import OrderKind
from drctl.model.owned_finding import OwnedFinding, owned_findings
from drctl.model.participants import Role, participants
from drctl.model.plan import Plan, Retry
from drctl.model.run import Run
from drctl.model.verdict import Verdict
from tests.fakes.any_events import any_run
from tests.fakes.orders import order
from tests.fakes.sample_run import PLAN, at, begun, database_restored, passed, run_of, service_switched

SKIPPED = Finding(FindingKind.STEP_SKIPPED, Severity.SERIOUS, "ana skipped unmute", "unmute")
RULES = Rules(lambda kind: False, lambda sources: PLAN)


def with_first(events: Sequence[Event], **changes: Any) -> list[Event]:
    """`events`, event 1 changed."""
    return [replace(events[0], **changes), *events[1:]]


def only(run: Run, plan: Plan = PLAN) -> OwnedFinding:
    (found,) = owned_findings(run, plan)
    return found


def test_a_finding_belongs_to_whoever_began_the_run_unless_the_runbook_or_the_environment_says_otherwise() -> None:
    assert only(run_of(passed())).owner == "ops@bastion"
    named = replace(PLAN, owner="team-platform")
    assert only(run_of(passed()), named).owner == "team-platform"
    policy = FindingPolicy(owner="team-resilience")
    assert only(run_of(with_first(passed(), findings=policy)), named).owner == "team-resilience"


@pytest.mark.parametrize(("severity", "day"), [("serious", 28), ("warning", 14), ("info", 12)])
def test_it_is_due_so_long_after_the_end_of_the_run_as_its_severity_allows(severity: str, day: int) -> None:
    finding = replace(SKIPPED, severity=Severity(severity))
    months = {"serious": 11, "warning": 12, "info": 2}
    events = [*begun(), e.FindingRecorded(at=at(5), finding=finding)]
    assert only(run_of(events)).due is None, "the run has not ended"
    run = run_of([*events, e.RunFinished(at=at(6), verdict=Verdict.FAILED, reasons=())])
    assert only(run).due == date(2027 if severity == "info" else 2026, months[severity], day)


def test_the_environment_says_how_long_findings_may_take() -> None:
    policy = FindingPolicy(due=FindingDue(warning=timedelta(days=2)))
    assert only(run_of(with_first(passed(), findings=policy))).due == date(2026, 11, 16)


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({}, "drctl drill --runbook orders-failover --scenario region-down"),
        (
            {"environment": "staging", "scenario": None},
            "drctl drill --runbook orders-failover --environment staging",
        ),
        (
            {"mode": Mode.RECOVER, "environment": "production", "scenario": None},
            "drctl drill --runbook orders-failover",
        ),
    ],
    ids=["simulated", "staging", "a recovery is repeated on a simulated AWS"],
)
def test_the_retest_is_the_drill_that_repeats_the_run(changes: dict[str, Any], command: str) -> None:
    assert only(run_of(with_first(passed(), **changes))).retest == command


def assigned(run: Run, **what: Any) -> tuple[Event, ...]:
    wanted = order(OrderKind.ASSIGN, why="theirs", **{"finding": "F1", **what})
    return carry_out(wanted, run, PLAN, RULES, at(90))


def test_owner_and_day_can_be_changed_after_the_end_and_nothing_else_of_the_run_changes() -> None:
    run = run_of(passed())
    due = datetime(2026, 12, 31, tzinfo=UTC)
    events = [*passed(), *assigned(run, owner="team-data"), *assigned(run, due=due)]
    after = run_of(events)
    found = only(after)
    assert (found.owner, found.due) == ("team-data", due.date())
    assert (after.verdict, after.reasons, after.state) == (run.verdict, run.reasons, run.state)


@pytest.mark.parametrize(
    ("what", "because"),
    [
        ({"finding": "F2", "owner": "x"}, "this run has no finding 'F2'; it has F1"),
        ({}, "it names neither an owner nor a day"),
    ],
)
def test_an_assignment_that_means_nothing_is_refused(what: dict[str, Any], because: str) -> None:
    (refused,) = assigned(run_of(passed()), **what)
    assert isinstance(refused, e.OrderRefused)
    assert refused.because == because


# ---------------------------------------------------------------------------- what becomes of it


def drill(name: str, day: int, *events: Event, verdict: Verdict = Verdict.PASSED, **changes: Any) -> tuple[Run, Plan]:
    """A drill of that day which went as `events` say."""
    moved = [replace(event, at=event.at + timedelta(days=day)) for event in (*begun(), *events)]
    ended = e.RunFinished(at=at(60) + timedelta(days=day), verdict=verdict, reasons=())
    return run_of([*with_first(moved, run=name, **changes), ended]), PLAN


FOUND = e.FindingRecorded(at=at(7), finding=replace(SKIPPED, step="find-point"))
DONE = e.StepSucceeded(at=at(5), step="find-point", because="there", evidence=Evidence.of("there"))
TODAY = date(2026, 11, 20)


def tracked(*runs: tuple[Run, Plan], today: date = TODAY) -> list[TrackedFinding]:
    return list(tracked_findings(runs, today))


def test_a_later_run_that_came_as_far_and_did_not_find_it_closes_it() -> None:
    (found,) = tracked(drill("a", 0, FOUND), drill("b", 1, DONE), drill("c", 2, DONE))
    assert (found.run.run, found.closed_by, found.overdue) == ("a", "b", False)


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(drill("b", 1), id="it did not come so far"),
        pytest.param(drill("b", 1, DONE, verdict=Verdict.ABORTED), id="it was aborted"),
        pytest.param(drill("b", 1, DONE, environment="staging"), id="it was elsewhere"),
        pytest.param(drill("b", 1, DONE, scenario="quiet"), id="something else was broken"),
        pytest.param(drill("b", 1, DONE, runbook="other"), id="it was another runbook"),
        pytest.param(drill("b", -1, DONE), id="it was before"),
    ],
)
def test_no_other_run_closes_it(later: tuple[Run, Plan]) -> None:
    (found,) = tracked(drill("a", 0, FOUND), later)
    assert found.closed_by is None


def test_one_that_is_found_again_stays_open_and_is_listed_with_the_newest_run_first() -> None:
    first, second = tracked(drill("a", 0, DONE, FOUND), drill("b", 1, DONE, FOUND))
    assert [(one.run.run, one.closed_by) for one in (first, second)] == [("b", None), ("a", None)]


def test_what_a_recovery_has_found_is_closed_by_a_drill_wherever_that_was() -> None:
    found = drill("a", 0, FOUND, mode=Mode.RECOVER, environment="production", scenario=None)
    (one,) = tracked(found, drill("b", 1, DONE))
    assert one.closed_by == "b"


def test_it_is_overdue_once_its_day_is_past_and_nothing_has_closed_it() -> None:
    late = date(2026, 12, 1)
    (found,) = tracked(drill("a", 0, FOUND), today=late)
    assert found.overdue
    (closed,) = tracked(drill("a", 0, FOUND), drill("b", 1, DONE), today=late)
    assert not closed.overdue


# ---------------------------------------------------------------------------- what is found at the end


def closing(*events: Event, plan: Plan = PLAN) -> list[tuple[FindingKind, Severity, str]]:
    return [(one.kind, one.severity, one.what) for one in closing_findings(run_of([*begun(), *events]), plan)]


def test_a_whole_run_that_went_well_finds_nothing_more() -> None:
    assert closing(*database_restored(), *service_switched()) == []


def test_a_step_that_an_operator_had_tried_again_is_a_finding() -> None:
    assert closing(e.StepRetried(at=at(9), step="serve", by="ana", why="quota raised")) == [
        (FindingKind.RETRIED, Severity.WARNING, "ana had serve tried again: quota raised")
    ]


@pytest.mark.parametrize(("allowed", "severity"), [(3, Severity.INFO), (1, Severity.WARNING)])
def test_attempts_beyond_what_the_runbook_allows_weigh_more(allowed: int, severity: Severity) -> None:
    plan = replace(PLAN, steps=tuple(replace(step, retry=Retry(allowed)) for step in PLAN.steps))
    again = e.StepStarted(at=at(9), step="serve", epoch=2)
    assert closing(again, plan=plan) == [(FindingKind.RETRIED, severity, "serve took 2 attempts")]


def asked(after: float, *answers: float) -> list[Event]:
    """A step that asked at the tenth minute; answers came at these."""
    given = [e.AnswerGiven(at=at(when), step="serve", approved=True, by=f"p{when}", via="order") for when in answers]
    request = e.ApprovalAsked(at=at(10), step="serve", role="commander", evidence={}, sha256="aa")
    done = e.StepSucceeded(at=at(after), step="serve", because="approved", evidence=Evidence.of("approved"))
    return [e.StepStarted(at=at(10), step="serve"), request, *given, done]


def test_an_approval_is_late_when_the_answer_that_decided_took_longer_than_the_step_was_expected_to() -> None:
    assert closing(*asked(15, 12, 15)) == []
    assert closing(*asked(16, 12, 16)) == [
        (FindingKind.LATE_ANSWER, Severity.WARNING, "serve was answered 6m after it had asked, and 5m were expected")
    ]


def test_answers_that_lapsed_are_a_finding() -> None:
    void = e.AnswersVoided(at=at(9), step="serve", because="the evidence has changed", by=("ana", "bo"))
    assert closing(void) == [
        (
            FindingKind.LAPSED_ANSWER,
            Severity.WARNING,
            "what ana, bo had answered to serve lapsed: the evidence has changed",
        )
    ]


def test_a_recovery_point_that_nobody_read_is_a_serious_finding_once_the_service_is_back() -> None:
    storage = [event for event in database_restored() if getattr(event, "step", "") != "promote-bucket"]
    assert closing(*storage) == []
    assert closing(*storage, *service_switched()) == [
        (FindingKind.RECOVERY_POINT_UNREAD, Severity.SERIOUS, "nobody read how much of storage was lost")
    ]


@given(any_run)
def test_what_is_found_at_the_end_is_found_once(events: list[Event]) -> None:
    """A runner that was killed between its findings and its verdict is followed by one that finds nothing new."""
    run = run_of(events)
    found = closing_findings(run, PLAN)
    last = run.last_at or at(0)
    told = run_of([*events, *(e.FindingRecorded(at=last, finding=finding) for finding in found)])
    assert closing_findings(told, PLAN) == ()


# ---------------------------------------------------------------------------- who took part


def test_everybody_whom_the_record_names_took_part_and_no_policy_did() -> None:
    run = run_of(
        [
            *with_first(begun(approve=Approve.ASK), started_by="ana@ops (process 4)")[:1],
            e.LeaseTaken(at=at(0), holder="ana@ops (process 4)", reason="start"),
            e.AnswerGiven(at=at(3), step="serve", approved=True, by="policy", via="policy"),
            e.AnswerGiven(at=at(4), step="serve", approved=True, by="bo@chat", via="token", typed_by="web@page"),
            e.LeaseTaken(at=at(5), holder="cy@laptop (process 9)", reason="taken over"),
            e.RunAborted(at=at(6), by="the stop condition errors", why="it rings"),
            e.NoteTaken(at=at(7), by="cy@laptop", text="hm"),
            e.StepSkipped(at=at(8), step="serve", reason="no", by="ana@ops"),
        ]
    )
    assert [(one.who, one.roles, one.did) for one in participants(run)] == [
        ("ana@ops", (Role.INITIATOR, Role.RUNNER, Role.OPERATOR), 3),
        ("bo@chat", (Role.APPROVER,), 1),
        ("web@page", (Role.MESSENGER,), 1),
        ("cy@laptop", (Role.TAKER_OVER, Role.NOTE_TAKER), 2),
    ]
    ana = participants(run)[0]
    assert (ana.first_at, ana.last_at) == (at(0), at(8))


@given(any_run)
def test_whatever_was_recorded_ids_are_counted_and_people_are_named_once(events: list[Event]) -> None:
    run = run_of(events)
    assert [one.id for one in owned_findings(run, PLAN)] == [f"F{n + 1}" for n in range(len(run.findings))]
    names = [one.who for one in participants(run)]
    assert len(set(names)) == len(names)
    assert all(one.first_at <= one.last_at and one.did > 0 and one.roles for one in participants(run))
