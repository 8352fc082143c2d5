"""ecs.scale on the simulated AWS: a count, and no deployment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.model.decision import Done, Refuse, Wait
from drctl.model.failure import FailureKind
from drctl.model.values import Json
from tests.actions.cases.ecs_scale import PARAMS, counted, has, saw
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.actions.service_planting import CLUSTER, SERVICE, describe, plant_service
from tests.simulated import PRIMARY, Simulated

OTHER: dict[str, Json] = {"region": PRIMARY, "cluster": CLUSTER, "service": SERVICE}
BEAT: dict[str, Json] = {"desired_count": 1, "singleton": True, "not_while": OTHER}


def step(simulated: Simulated, **params: Any) -> Driver:
    case = Case(kind="ecs.scale", params={**PARAMS, **params}, live=Live(plant=lambda _: None))
    return Driver(case, simulated)


def plant_other(simulated: Simulated, count: int) -> None:
    ecs = simulated.client("ecs", PRIMARY)
    ecs.create_cluster(clusterName=CLUSTER)
    container = {"name": "beat", "image": "amply/beat:1", "memory": 512}
    made = ecs.register_task_definition(family="beat", containerDefinitions=[container])
    definition = made["taskDefinition"]["taskDefinitionArn"]
    ecs.create_service(cluster=CLUSTER, serviceName=SERVICE, taskDefinition=definition, desiredCount=count)
    simulated.advance(timedelta(minutes=5))


def test_scaling_begins_no_deployment(simulated: Simulated) -> None:
    """The tasks that run are left alone; more of the same are added."""
    plant_service(simulated, count=2)
    before = describe(simulated)["deployments"]
    outcome = step(simulated, desired_count=4).converge()
    told = describe(simulated)
    assert isinstance(outcome.decision, Done)
    assert [one["id"] for one in told["deployments"]] == [one["id"] for one in before]
    assert told["runningCount"] == 4


def test_a_singleton_waits_until_the_last_task_of_the_other_has_stopped(simulated: Simulated) -> None:
    """First it refuses, for the other is wanted; once that is scaled to nothing, it waits for its last task."""
    plant_service(simulated, count=0)
    plant_other(simulated, count=1)
    beat = step(simulated, **BEAT)
    refused, _ = beat.look()
    simulated.client("ecs", PRIMARY).update_service(cluster=CLUSTER, service=SERVICE, desiredCount=0)
    waits, _ = beat.look()
    outcome = beat.converge()
    assert isinstance(refused, Refuse)
    assert isinstance(waits, Wait)
    assert isinstance(outcome.decision, Done)
    assert outcome.changes == ["set-count"]


def test_a_region_that_does_not_answer_is_not_taken_as_stopped(simulated: Simulated) -> None:
    """A beat in it may go on for all we know."""
    plant_service(simulated, count=0)
    plant_other(simulated, count=1)
    simulated.world.lose(PRIMARY)
    assert step(simulated, **BEAT).failure_of_look() in (FailureKind.UNREACHABLE, FailureKind.AMBIGUOUS)
    assert describe(simulated)["desiredCount"] == 0


def test_a_count_that_somebody_else_has_set_since_is_left_alone() -> None:
    """Undo knows what this run has set, and what was before."""
    case = Case(kind="ecs.scale", params={**PARAMS, "desired_count": 4})
    sight = saw(has(5), counted(2, 4))
    decision = case.action.decide_undo(case.bound.params, sight.seen, sight.past)
    assert isinstance(decision, Refuse)


def test_undo_does_not_start_a_singleton_beside_the_other() -> None:
    """What must not run twice must not do so on the way back either."""
    case = Case(kind="ecs.scale", params={**PARAMS, "desired_count": 0, "not_while": OTHER})
    sight = saw(has(0), counted(1, 0))
    seen = replace(sight.seen, other=has(1))
    assert isinstance(case.action.decide_undo(case.bound.params, seen, sight.past), Refuse)


@pytest.mark.parametrize("changed", [{"desired_count": 2}, {"not_while": None}])
def test_a_singleton_that_could_run_twice_is_a_mistake_in_the_runbook(changed: dict[str, Json]) -> None:
    """Before any call."""
    given = {key: value for key, value in {**PARAMS, **BEAT, **changed}.items() if value is not None}
    assert ActionCatalogue().check("ecs.scale", given)
