"""The recovery time is spent on people, on AWS, or on the tool's own work, and on nothing else."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given

from drctl.model import events as e
from drctl.model.events import Event
from drctl.model.evidence import Evidence
from drctl.model.inventory import InventoryTime
from drctl.model.outcome import outcome
from drctl.model.time_spent import Shares, Spender, shares
from drctl.report.document import run_document
from tests.fakes.any_events import any_run, instants
from tests.fakes.sample_run import PLAN, at, begun, held, minutes, passed, run_of

NONE = timedelta(0)


def spent(*events: Event, begun_at: float = 0, ended_at: float) -> Shares:
    """What the run of `events`, after its beginning at the fourth minute, was spent on between those minutes."""
    return shares(run_of([*begun(), *events]).time_spent.stretches, at(begun_at), at(ended_at))


def asked(after: float) -> e.ApprovalAsked:
    return e.ApprovalAsked(at=at(after), step="switch-dns", role="commander", evidence={}, sha256="aa")


@given(any_run, instants, instants)
def test_the_three_are_never_negative_and_are_together_all_of_the_time(
    events: list[Event], one: object, other: object
) -> None:
    first, last = sorted((one, other))  # type: ignore[type-var]
    found = shares(run_of(events).time_spent.stretches, first, last)  # type: ignore[arg-type]
    assert min(found.human, found.tool, found.aws) >= NONE
    assert found.human + found.tool + found.aws == last - first  # type: ignore[operator]


@given(any_run)
def test_the_three_of_the_document_add_up_to_its_recovery_time(events: list[Event]) -> None:
    rto = run_document(run_of(events), PLAN)["rto"]
    parts = [rto["human_s"], rto["tool_s"], rto["aws_s"]]
    if rto["actual_s"] is None:
        assert parts == [None, None, None]
    else:
        known = [part for part in parts if part is not None]
        assert min(known) >= 0
        assert sum(round(part * 1000) for part in known) == round(rto["actual_s"] * 1000)


@given(any_run)
def test_stretches_follow_each_other_without_a_gap(events: list[Event]) -> None:
    run = run_of(events)
    ends = [(one.begun, one.ended) for one in run.time_spent.stretches]
    assert all(begun < ended for begun, ended in ends)
    assert all(one[1] == other[0] for one, other in pairwise(ends))
    if ends:
        assert ends[-1][1] == run.last_at


def test_before_the_first_step_people_were_at_it() -> None:
    """They notice, declare and begin; only what the drill looks at by itself is the tool's."""
    looked = e.InventoryTaken(at=at(9), when=InventoryTime.BEFORE)
    assert spent(looked, begun_at=-6, ended_at=9) == Shares(human=minutes(10), tool=minutes(5), aws=NONE)


def test_a_step_that_waits_for_aws_is_aws_time_from_its_call_to_its_end() -> None:
    """The example: a database is restored, beside two steps that only look."""
    restored = run_of(passed())
    aws = [one for one in restored.time_spent.stretches if one.spender is Spender.AWS]
    assert [(one.begun, one.ended) for one in aws] == [(at(5), at(27.5)), (at(34.25), at(35))]


def test_an_approval_is_human_time_only_while_nothing_else_is_under_way() -> None:
    events: list[Event] = [
        e.StepStarted(at=at(10), step="switch-dns"),
        asked(10),
        e.StepWaiting(at=at(10), step="switch-dns", until="approval by commander"),
        e.StepStarted(at=at(12), step="restore-db"),
        e.StepWaiting(at=at(13), step="restore-db", until="available"),
        e.StepFailed(at=at(18), step="restore-db", because="no"),
        e.StepSucceeded(at=at(20), step="switch-dns", because="approved", evidence=passed_evidence()),
    ]
    assert spent(*events, begun_at=10, ended_at=20) == Shares(human=minutes(4), tool=minutes(1), aws=minutes(5))


def test_a_run_that_is_held_or_paused_waits_for_a_person_whatever_goes_on_in_aws() -> None:
    waiting = e.StepWaiting(at=at(5), step="restore-db", until="available")
    for stopped in (e.RunHeld(at=at(6), because="it failed"), e.RunPaused(at=at(6), by="ana")):
        found = spent(waiting, stopped, e.RunResumed(at=at(26)), e.LeaseTaken(at=at(27), holder="b"), ended_at=27)
        assert found == Shares(human=minutes(25), tool=NONE, aws=minutes(2))


def test_a_run_whose_runner_is_gone_waits_for_somebody_to_take_it_up() -> None:
    started = e.StepStarted(at=at(4), step="serve")
    taken = e.LeaseTaken(at=at(30), holder="ben@ops2 (process 9)", reason="resumed")
    assert spent(started, taken, begun_at=4, ended_at=30).human == minutes(26)


def test_of_a_run_that_has_not_recovered_nothing_is_told() -> None:
    rto = run_document(run_of(held()), PLAN)["rto"]
    assert (rto["human_s"], rto["tool_s"], rto["aws_s"]) == (None, None, None)
    assert outcome(run_of(held()), PLAN).rto.total is None


def passed_evidence() -> Evidence:
    return Evidence.of("approved")
