"""What a run has come to, as a pure function of its events."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from drctl.model import events as e
from drctl.model.events import Event
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.outcome import end_mark, failed_steps, outcome, reference_mark, skipped_critical, store_losses
from drctl.model.plan import Plan, PlannedStep, Store
from drctl.model.timing import Mark
from drctl.model.verdict import Verdict
from tests.fakes.sample_run import (
    PLAN,
    at,
    begun,
    database_restored,
    failed,
    held,
    minutes,
    passed,
    run_of,
    service_switched,
)


def plan_of(*steps: PlannedStep) -> Plan:
    return replace(PLAN, steps=steps)


def step(id: str, **settings: object) -> PlannedStep:
    return replace(PlannedStep(id=id, uses="rds.restore_snapshot", params={}), **settings)  # type: ignore[arg-type]


def succeeded(id: str, point: datetime | None = None) -> list[Event]:
    recovery_point = RecoveryPoint(point, "snapshot database time") if point is not None else None
    evidence = Evidence.of("it is there", recovery_point=recovery_point)
    return [e.StepStarted(at=at(5), step=id), e.StepSucceeded(at=at(9), step=id, because="done", evidence=evidence)]


def gave_up(id: str) -> list[Event]:
    return [e.StepStarted(at=at(5), step=id), e.StepFailed(at=at(9), step=id, because="it is 'failed'")]


def fell_back(id: str, to: str) -> list[Event]:
    return [e.StepStarted(at=at(5), step=id), e.StepFellBack(at=at(9), step=id, to=to, because="no capacity")]


DB = Store("database")


def test_both_objectives_are_measured_from_the_onset() -> None:
    measured = outcome(run_of(passed()), PLAN)
    assert (measured.rto.total, measured.rto.exec) == (minutes(36), minutes(32))
    assert measured.rpo.actual == minutes(42)
    assert measured.judgement.verdict is Verdict.PASSED_WITH_EXCEPTIONS


def test_the_recovery_ends_where_it_was_verified_or_else_where_it_served() -> None:
    assert end_mark(PLAN) is Mark.VERIFIED
    assert end_mark(plan_of(step("switch", marks=Mark.SERVING))) is Mark.SERVING
    assert end_mark(plan_of(step("restore"))) is Mark.SERVING


def test_loss_is_counted_against_the_declaration_where_nobody_knows_the_onset() -> None:
    events = [one for one in passed() if not (isinstance(one, e.Marked) and one.mark is Mark.ONSET)]
    run = run_of(events)
    assert reference_mark(run) is Mark.DECLARED
    assert outcome(run, PLAN).rpo.actual == minutes(46)


def test_a_run_that_is_cut_off_anywhere_has_an_outcome_and_is_not_passed() -> None:
    events = passed()
    for count in range(1, len(events) - 4):
        assert not outcome(run_of(events[:count]), PLAN).judgement.verdict.objectives_met


@pytest.mark.parametrize("events", [held(), failed()], ids=["held", "failed and undone"])
def test_a_step_that_was_held_or_failed_fails_the_run_even_after_its_undo(events: list[Event]) -> None:
    run = run_of(events)
    assert failed_steps(run, PLAN) == ("restore-db",)
    assert outcome(run, PLAN).judgement.verdict is Verdict.FAILED


def test_a_step_that_failed_and_then_succeeded_has_not_failed() -> None:
    plan = plan_of(step("restore"))
    assert failed_steps(run_of([*begun(), *gave_up("restore")]), plan) == ("restore",)
    assert failed_steps(run_of([*begun(), *gave_up("restore"), *succeeded("restore")]), plan) == ()


def test_a_fallback_that_succeeded_makes_its_step_good() -> None:
    plan = plan_of(step("restore", fallback="smaller"), step("smaller", dormant=True))
    in_place = [*begun(), *fell_back("restore", "smaller")]
    assert failed_steps(run_of([*in_place, *succeeded("smaller")]), plan) == ()
    assert failed_steps(run_of([*in_place, *gave_up("smaller")]), plan) == ("restore", "smaller")


def test_a_fallback_of_a_fallback_makes_both_good() -> None:
    plan = plan_of(step("a", fallback="b"), step("b", dormant=True, fallback="c"), step("c", dormant=True))
    events = [*begun(), *fell_back("a", "b"), *fell_back("b", "c"), *succeeded("c")]
    assert failed_steps(run_of(events), plan) == ()


@pytest.mark.parametrize("setting", [{"critical": False}, {"final": True}, {"source_side": True}], ids=str)
def test_a_step_the_recovery_does_not_stand_on_cannot_fail_it(setting: dict[str, bool]) -> None:
    assert failed_steps(run_of([*begun(), *gave_up("restore")]), plan_of(step("restore", **setting))) == ()


def test_a_critical_step_that_a_person_skipped_leaves_the_run_unproven() -> None:
    events = [*begun(), *database_restored(), *service_switched()]
    skipped = e.StepSkipped(at=at(30), step="serve", reason="it served already", by="ops")
    run = run_of([*(one for one in events if getattr(one, "step", "") != "serve"), skipped])
    assert skipped_critical(run, PLAN) == ("serve",)
    assert outcome(run, PLAN).judgement.verdict is Verdict.NOT_PROVEN


def test_a_step_that_a_condition_left_out_was_not_skipped() -> None:
    run = run_of([*begun(), e.StepSkipped(at=at(5), step="restore", reason="its condition does not hold")])
    assert skipped_critical(run, plan_of(step("restore"))) == ()


def test_a_critical_step_that_never_ended_counts_as_left_out() -> None:
    plan = plan_of(step("a"), step("b"), step("reserve", dormant=True), step("unmute", final=True))
    run = run_of([*begun(), *succeeded("a"), e.StepStarted(at=at(9), step="b")])
    assert skipped_critical(run, plan) == ("b",)


def test_a_step_that_was_undone_before_it_ended_counts_as_left_out() -> None:
    started = e.StepStarted(at=at(5), step="a")
    run = run_of([*begun(), started, e.StepUndone(at=at(9), step="a", because="it is gone")])
    assert skipped_critical(run, plan_of(step("a"))) == ("a",)


def test_the_oldest_part_of_a_store_is_what_was_recovered_of_it() -> None:
    plan = plan_of(step("a", store=DB), step("b", store=DB))
    run = run_of([*begun(), *succeeded("a", at(-10)), *succeeded("b", at(-30))])
    assert [loss.loss for loss in store_losses(run, plan)] == [minutes(30)]


def test_one_unread_part_leaves_the_store_unread() -> None:
    plan = plan_of(step("a", store=DB), step("b", store=DB))
    run = run_of([*begun(), *succeeded("a", at(-10)), *succeeded("b")])
    assert store_losses(run, plan)[0].loss is None
    assert outcome(run, plan).rpo.actual is None


def test_a_store_stands_on_the_fallback_and_not_on_the_step_that_gave_up() -> None:
    plan = plan_of(step("a", store=DB, fallback="b"), step("b", store=DB, dormant=True))
    run = run_of([*begun(), *fell_back("a", "b"), *succeeded("b", at(-20))])
    assert store_losses(run, plan)[0].loss == minutes(20)


def test_a_store_stands_on_the_alternative_whose_condition_held() -> None:
    plan = plan_of(step("a", store=DB), step("b", store=DB))
    skipped = e.StepSkipped(at=at(5), step="a", reason="its condition does not hold")
    assert store_losses(run_of([*begun(), skipped, *succeeded("b", at(-20))]), plan)[0].loss == minutes(20)
    assert store_losses(run_of([*begun(), skipped]), plan_of(step("a", store=DB)))[0].loss is None


def test_evidence_from_before_a_failure_is_no_recovery_point() -> None:
    plan = plan_of(step("a", store=DB))
    run = run_of([*begun(), *succeeded("a", at(-20)), e.StepFailed(at=at(20), step="a", because="it is gone")])
    assert store_losses(run, plan)[0].recovery_point is None


def test_undo_does_not_take_back_what_was_measured() -> None:
    events = [*passed()[:-1], e.StepUndone(at=at(40), step="restore-db", because="amply-prod is gone")]
    assert outcome(run_of(events), PLAN).rpo.actual == minutes(42)


def test_an_aborted_run_is_aborted_whatever_it_measured() -> None:
    aborted = e.RunAborted(at=at(40), by="ana@ops", why="wrong Region")
    judged = outcome(run_of([*passed()[:-1], aborted]), PLAN).judgement
    assert (judged.verdict, judged.reasons) == (Verdict.ABORTED, ("ana@ops has aborted the run: wrong Region.",))


def test_a_recovery_point_after_the_onset_is_no_loss() -> None:
    run = run_of([*begun(), *succeeded("a", at(3))])
    assert store_losses(run, plan_of(step("a", store=DB)))[0].loss == timedelta(0)


def read_beacon(id: str, point: datetime | None) -> list[Event]:
    found = RecoveryPoint(point, "beacon row", minutes(1)) if point is not None else None
    evidence = Evidence.of("looked for beacons", recovery_point=found)
    return [e.StepStarted(at=at(9), step=id), e.StepSucceeded(at=at(10), step=id, because="done", evidence=evidence)]


def test_a_beacon_counts_in_the_place_of_what_aws_says_of_its_copy() -> None:
    plan = plan_of(step("restore", store=DB), step("read", uses="beacon.read", store=DB))
    run = run_of([*begun(), *succeeded("restore", at(-50)), *read_beacon("read", at(-20))])
    (loss,) = store_losses(run, plan)
    assert (loss.recovery_point, loss.method, loss.precision) == (at(-20), "beacon row", minutes(1))


def test_a_beacon_that_was_not_found_leaves_the_other_method_standing() -> None:
    plan = plan_of(step("restore", store=DB), step("read", uses="beacon.read", store=DB))
    run = run_of([*begun(), *succeeded("restore", at(-50)), *read_beacon("read", None)])
    (loss,) = store_losses(run, plan)
    assert (loss.recovery_point, loss.method, loss.precision) == (at(-50), "snapshot database time", None)


def test_where_only_beacons_tell_one_that_was_not_found_leaves_the_store_unread() -> None:
    plan = plan_of(*(step(id, uses="beacon.read", store=DB) for id in ("one", "two")))
    run = run_of([*begun(), *read_beacon("one", at(-20)), *read_beacon("two", None)])
    assert store_losses(run, plan)[0].recovery_point is None


def test_one_beacon_does_not_speak_for_two_parts() -> None:
    parts = [step("first", store=DB), step("second", store=DB), step("read", uses="beacon.read", store=DB)]
    run = run_of([*begun(), *succeeded("first", at(-50)), *succeeded("second", at(-9)), *read_beacon("read", at(-20))])
    (loss,) = store_losses(run, plan_of(*parts))
    assert (loss.recovery_point, loss.method) == (at(-50), "snapshot database time")
