"""cloudwatch.mute and cloudwatch.unmute, one after the other and for many alarms."""

from __future__ import annotations

from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.aws.alarms import Alarm
from drctl.model.decision import Change, Done
from tests.actions.cases.cloudwatch_mute import AGE, BY_PREFIX, ERRORS, actions_enabled, plant_one_quiet
from tests.actions.driving import Driver
from tests.actions.laws import PAST, Case, Live
from tests.simulated import RECOVERY, Simulated


def driver(simulated: Simulated, kind: str, **params: Any) -> Driver:
    case = Case(kind=kind, params={"region": RECOVERY, **params}, live=Live(plant=lambda _: None))
    return Driver(case, simulated)


def test_unmuting_what_was_muted_leaves_an_alarm_off_that_was_off_before(simulated: Simulated) -> None:
    plant_one_quiet(simulated)
    before = actions_enabled(simulated)
    muted = driver(simulated, "cloudwatch.mute", prefix="amply-prod-").converge()
    assert muted.evidence is not None
    assert muted.evidence.outputs == {"changed": [ERRORS], "alarms": 2}

    changed: Any = muted.evidence.outputs["changed"]
    assert isinstance(driver(simulated, "cloudwatch.unmute", alarms=changed).converge().decision, Done)

    assert actions_enabled(simulated) == before


def test_undo_of_unmuting_mutes_only_what_was_muted(simulated: Simulated) -> None:
    plant_one_quiet(simulated)
    step = driver(simulated, "cloudwatch.unmute", alarms=[ERRORS, AGE])
    step.converge()
    step.converge(undo=True)
    (back,) = simulated.calls("cloudwatch", "DisableAlarmActions")
    assert back.params["AlarmNames"] == [AGE]


def test_one_call_switches_a_hundred_alarms_at_most() -> None:
    bound = ActionCatalogue().bind("cloudwatch.mute", BY_PREFIX)
    alarms = tuple(Alarm(name=f"amply-prod-{number:03}", calls=True) for number in range(101))
    decision = bound.action.decide(bound.params, alarms, PAST)
    assert isinstance(decision, Change)
    assert len(decision.detail) == 100


@pytest.mark.parametrize(
    ("params", "message"),
    [
        pytest.param({}, "either `alarms` or `prefix`", id="neither"),
        pytest.param({"alarms": [ERRORS], "prefix": "amply"}, "either `alarms` or `prefix`", id="both"),
        pytest.param({"prefix": ""}, "every alarm of the Region", id="every alarm"),
    ],
)
def test_which_alarms_are_meant_is_said_in_one_way(params: dict[str, Any], message: str) -> None:
    (problem,) = ActionCatalogue().check("cloudwatch.mute", {"region": RECOVERY, **params})
    assert message in problem.message
