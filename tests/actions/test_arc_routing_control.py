"""arc.routing_control on the simulated AWS: lost endpoints, safety rules, and somebody else about."""

from __future__ import annotations

from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.model.decision import Change, Done, Refuse
from drctl.model.failure import FailureKind
from drctl.model.past import ChangeState
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.faults import FaultPlan
from tests.actions.cases import arc_routing_control as case
from tests.actions.driving import Driver
from tests.actions.laws import Case
from tests.simulated import Simulated


def driver(simulated: Simulated, **params: Any) -> Driver:
    live = case.CASES[0].live
    return Driver(Case(kind="arc.routing_control", params={**case.PARAMS, **params}, live=live), simulated)


def asked(step: Driver) -> list[str]:
    return [call.region for call in step.calls if call.service == "route53-recovery-cluster"]


def test_a_lost_endpoint_moves_on_to_the_next_one(simulated: Simulated) -> None:
    """Looking and setting both go on at the first endpoint that answers, and the last one confirms it."""
    case.plant(simulated)
    simulated.world.lose("us-west-2")
    done = driver(simulated).converge()
    assert isinstance(done.decision, Done)
    assert done.evidence is not None
    assert done.evidence.outputs == {"endpoint": "ap-northeast-1", "confirmed_by": "us-east-1"}
    assert [call.region for call in simulated.calls()][-1] == "ap-northeast-1"


def test_one_endpoint_that_answers_is_enough(simulated: Simulated) -> None:
    """There is nobody left to confirm it, and that is no reason to wait."""
    case.plant(simulated)
    for region in ("us-west-2", "us-east-1"):
        simulated.world.lose(region)
    done = driver(simulated).converge()
    assert done.evidence is not None
    assert done.evidence.outputs == {"endpoint": "ap-northeast-1", "confirmed_by": "ap-northeast-1"}


def test_no_endpoint_that_answers_is_a_failure_and_says_nothing_of_the_controls(simulated: Simulated) -> None:
    case.plant(simulated)
    for region in case.REGIONS:
        simulated.world.lose(region)
    assert driver(simulated).failure_of_look() in (FailureKind.UNREACHABLE, FailureKind.AMBIGUOUS)


def test_each_attempt_is_made_at_another_endpoint(simulated: Simulated) -> None:
    """The first one answers looks and not this call."""
    case.plant(simulated)
    broken = Fault(
        service="route53-recovery-cluster",
        operation="UpdateRoutingControlStates",
        region="us-west-2",
        kind=FaultKind.UNAVAILABLE,
        times=None,
    )
    simulated.app.faults = FaultPlan.of([broken])
    step = driver(simulated)
    first, _ = step.look()
    assert isinstance(first, Change)
    assert first.detail[0].region == "us-west-2"
    with pytest.raises(Exception, match="503"):
        step.act(first)
    step.past = case.past(ChangeState.FAILED, FailureKind.AMBIGUOUS)
    second, _ = step.look()
    assert isinstance(second, Change)
    assert second.detail[0].region == "ap-northeast-1"
    step.act(second)
    assert isinstance(step.look()[0], Done)


@pytest.mark.parametrize("arrange", [case.plant_gate, lambda simulated: None])
def test_what_a_safety_rule_forbids_is_refused_and_nothing_changes(simulated: Simulated, arrange: Any) -> None:
    """A gate that is shut, or nothing that would be on: one sentence names the rule, one call was made."""
    case.plant(simulated)
    arrange(simulated)
    turn_on = [case.WEST] if arrange is case.plant_gate else []
    step = driver(simulated, turn_on=turn_on)
    before = case.states(simulated)

    refused = step.converge().decision

    assert isinstance(refused, Refuse)
    assert "rule" in refused.because
    assert "safetyrule" in refused.because
    assert "override_safety_rules" in (refused.hint or "")
    assert case.states(simulated) == before
    assert len(simulated.calls(operation="UpdateRoutingControlStates")) == 1
    assert step.converge(undo=True).changes == []


def test_a_rule_that_is_overridden_by_name_does_not_count(simulated: Simulated) -> None:
    case.plant(simulated)
    step = driver(simulated, turn_on=[], override_safety_rules=[case.RULE])
    assert isinstance(step.converge().decision, Done)
    (call,) = simulated.calls(operation="UpdateRoutingControlStates")
    assert call.params["SafetyRulesToOverride"] == [case.RULE]


def test_undo_leaves_what_somebody_else_has_set_since(simulated: Simulated) -> None:
    case.plant(simulated)
    step = driver(simulated)
    step.converge()
    case.turn(simulated, case.CENTRAL, "On")
    undone = step.converge(undo=True)
    assert isinstance(undone.decision, Refuse)
    assert undone.changes == []


def test_all_states_are_set_in_one_call(simulated: Simulated) -> None:
    """Never is everything off in between."""
    case.plant(simulated)
    driver(simulated).converge()
    (call,) = simulated.calls(operation="UpdateRoutingControlStates")
    assert len(call.params["UpdateRoutingControlStateEntries"]) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"turn_on": [], "turn_off": []},
        {"turn_off": [case.WEST]},
        {"endpoints": []},
        {"endpoints": [case.PARAMS["endpoints"][0]] * 2},
        {"endpoints": [{"region": "us-west-2", "url": "http://somewhere.example"}]},
        {"turn_on": ["eu-west-1"]},
    ],
)
def test_a_step_that_cannot_work_is_a_mistake_in_the_runbook(wrong: dict[str, Any]) -> None:
    catalogue = ActionCatalogue()
    assert catalogue.check("arc.routing_control", case.PARAMS) == ()
    assert catalogue.check("arc.routing_control", {**case.PARAMS, **wrong})
