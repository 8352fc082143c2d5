"""The laws of an action, as tests for pytest. `drctl.testing.cases` says how a case is written.

`drctl.testing.table` says of what each of them holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import pytest
import yaml

from drctl.aws.iam_names import iam_action
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.failure import FailureKind
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.faults import FaultPlan
from drctl.testing.cases import Case, Sight, Sightings, catalogue_of
from drctl.testing.driver import Driver
from drctl.testing.output_kinds import is_of_kind
from drctl.testing.simulated import Simulated, running

Shown = tuple[Case, Sight]
AllCases = Callable[[str], list[Case]]
"""The cases of a kind."""


@pytest.fixture
def simulated() -> Simulated:
    """A simulated AWS with nothing in it, at START."""
    aws = running()
    aws.renew()
    return aws


def _decide(shown: Shown) -> Decision:
    case, sight = shown
    return case.action.decide(case.bound.params, sight.seen, sight.past)


def _decide_undo(shown: Shown) -> Decision:
    case, sight = shown
    return case.action.decide_undo(case.bound.params, sight.seen, sight.past)


def test_every_action_has_a_case_for_every_law_or_a_reason_why_not(kind: str, all_cases: AllCases) -> None:
    """What is not tested is named, with its reason."""
    cases = all_cases(kind)
    assert cases, f"there is no case for {kind}"
    wanted = {field.name for field in fields(Sightings)} | {"live", "undo", "foreign_live"}
    met = {field.name for case in cases for field in fields(Sightings) if getattr(case.sees, field.name)}
    live = [case.live for case in cases if case.live is not None]
    met |= {"live"} if live else set()
    met |= {"undo"} if any(world.undo_takes and world.fingerprint for world in live) else set()
    met |= {"foreign_live"} if any(world.plant_foreign for world in live) else set()
    excused = {law for case in cases for law, why in case.exempt.items() if why}
    assert wanted - met - excused == set()


def test_what_is_absent_is_changed(shown: Shown) -> None:
    """absent → one change"""
    assert isinstance(_decide(shown), Change)


def test_what_settles_is_waited_for(shown: Shown) -> None:
    """settling → wait, and the wait says for what"""
    decision = _decide(shown)
    assert isinstance(decision, Wait)
    assert decision.until


def test_what_is_there_is_left_as_it_is(shown: Shown) -> None:
    """again → none"""
    assert isinstance(_decide(shown), Done)


def test_a_dead_end_is_refused_with_a_hint(shown: Shown) -> None:
    """dead end → refuse with a hint"""
    decision = _decide(shown)
    assert isinstance(decision, Refuse)
    assert decision.hint


def test_an_unknown_status_stops_the_step(shown: Shown) -> None:
    """unknown → refuse, never skip"""
    assert isinstance(_decide(shown), Refuse)


def test_what_is_not_ours_is_not_touched(shown: Shown) -> None:
    """not ours → hands off, forwards and backwards"""
    assert isinstance(_decide(shown), Refuse)
    assert not isinstance(_decide_undo(shown), Change)


def test_undo_takes_back_what_is_ours(shown: Shown) -> None:
    """undo of our own → a change"""
    assert isinstance(_decide_undo(shown), Change)


def test_undo_is_quiet_where_nothing_is_left(shown: Shown) -> None:
    """twice is quiet"""
    assert isinstance(_decide_undo(shown), Done)


def test_a_step_converges_delivers_its_outputs_and_then_changes_nothing(case: Case, simulated: Simulated) -> None:
    """From the planted world to done by exactly its changes; again, with and without a journal, by none."""
    assert case.live is not None
    case.live.plant(simulated)
    driver = Driver(case, simulated)

    first = driver.converge()
    assert isinstance(first.decision, Done), first.decision
    assert tuple(first.changes) == case.live.takes
    _assert_delivered(case, first.evidence)
    made = case.live.made(simulated)

    again = driver.converge()
    if "without_journal" not in case.exempt:
        driver.forget()
    forgetful = driver.converge()
    assert isinstance(again.decision, Done)
    assert isinstance(forgetful.decision, Done)
    assert again.changes == forgetful.changes == []
    assert case.live.made(simulated) == made
    _assert_declared(case, driver)


def test_a_call_whose_answer_was_lost_is_not_made_twice(case: Case, simulated: Simulated) -> None:
    """After a crash between the call and its record, a look tells that it happened."""
    assert case.live is not None
    case.live.plant(simulated)
    planted = case.live.made(simulated)

    outcome = Driver(case, simulated).converge(lose_answers=True)

    assert isinstance(outcome.decision, Done), outcome.decision
    assert tuple(outcome.changes) == case.live.takes
    assert case.live.made(simulated) - planted == len(case.live.takes)


def test_not_being_allowed_to_look_is_never_read_as_absent(case: Case, simulated: Simulated) -> None:
    """Whichever look is denied, before the step and after it: no decision is made from what was not seen."""
    assert case.live is not None
    case.live.plant(simulated)
    driver = Driver(case, simulated)
    driver.look()
    for done in (False, True):
        if done:
            driver.converge()
            driver.calls.clear()
            driver.look()
        looked = {(call.service, call.operation) for call in driver.calls if call.service != "sts"}
        for service, operation in sorted(looked):
            denied = Fault(service=service, operation=operation, kind=FaultKind.DENIED, times=None)
            simulated.app.faults = FaultPlan.of([denied])
            assert driver.failure_of_look() is FailureKind.AUTH, f"{service}:{operation}"
        simulated.app.faults = FaultPlan()


def test_undo_brings_back_what_was_before_and_is_quiet_the_second_time(case: Case, simulated: Simulated) -> None:
    """undo removes its own only, twice is quiet"""
    assert case.live is not None
    case.live.plant(simulated)
    before = case.live.fingerprint(simulated) if case.live.fingerprint else None
    driver = Driver(case, simulated)
    driver.converge()

    undone = driver.converge(undo=True)
    assert isinstance(undone.decision, Done), undone.decision
    assert tuple(undone.changes) == case.live.undo_takes
    assert (case.live.fingerprint(simulated) if case.live.fingerprint else None) == before

    again = driver.converge(undo=True)
    assert isinstance(again.decision, Done)
    assert again.changes == []
    _assert_declared(case, driver)


def test_somebody_elses_resource_stays_as_it_is(case: Case, simulated: Simulated) -> None:
    """Under the step's own name or not: no call changes it, forwards or backwards."""
    assert case.live is not None
    assert case.live.plant_foreign is not None
    case.live.plant(simulated)
    case.live.plant_foreign(simulated)
    driver = Driver(case, simulated)
    planted = len(simulated.calls())

    assert isinstance(driver.converge().decision, Refuse)
    assert driver.converge(undo=True).changes == []
    assert len(simulated.calls()) == planted


def _assert_delivered(case: Case, evidence: Evidence | None) -> None:
    """Every declared output is there, with its kind: what a later step may refer to is what it was said to be."""
    assert evidence is not None
    assert evidence.holds
    assert evidence.fact
    declared = case.action.spec.outputs
    assert set(evidence.outputs) == set(declared)
    for name, kind in declared.items():
        assert is_of_kind(kind, evidence.outputs[name]), f"{name} is {evidence.outputs[name]!r}, not a {kind.value}"


def _assert_declared(case: Case, driver: Driver) -> None:
    """Every call made is declared: `operations` is what preflight and a generated policy stand on."""
    made = {f"{call.service}:{call.operation}" for call in driver.calls if call.service != "sts"}
    assert made <= set(case.action.spec.operations)


def test_the_documented_example_validates(kind: str) -> None:
    """An operator can copy it, and a misspelt key of it is told."""
    catalogue = catalogue_of(kind)
    spec = catalogue.spec(kind)
    assert spec is not None
    assert spec.kind == kind
    (step,) = yaml.safe_load(spec.example)
    assert step["uses"] == kind
    assert step["id"]
    assert catalogue.check(kind, step.get("with", {})) == ()
    assert catalogue.schema(kind)["additionalProperties"] is False, "its params need __pydantic_config__ = CLOSED"


def test_the_permissions_cover_the_operations(case: Case, all_cases: AllCases) -> None:
    """A policy generated from the runbook is enough to run it, whichever of the action's cases it is."""
    granted = {
        action
        for other in all_cases(case.kind)
        for permission in other.action.permissions(other.bound.params, "eu-west-1", "111111111111")
        for action in permission.actions
    }
    needed = {iam_action(operation) for operation in case.action.spec.operations}
    assert needed <= granted
