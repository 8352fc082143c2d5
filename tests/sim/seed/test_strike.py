"""What a scenario breaks among running tasks, the moment it strikes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from drctl.loading.scenario import load_scenario
from drctl.model.estate import Estate
from drctl.sim.application import Application
from drctl.sim.seed.plant import plant
from drctl.sim.strike import strike
from drctl.sim.wsgi import collect
from tests.simulated import PRIMARY, START, Simulated

SERVICE: dict[str, Any] = {"cluster": "amply-prod", "service": "amply-api"}


def struck(simulated: Simulated, amply: Estate, broken: str) -> Simulated:
    scenario, problems = load_scenario(f"scenario: test\nbroken: {broken}", "x.yaml", find=lambda _: None, estate=amply)
    assert scenario is not None, problems
    plant(amply, simulated.app, START)
    strike(simulated.app, scenario, amply)
    return simulated


def answered(simulated: Simulated) -> tuple[int, bytes]:
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": "/health/deep", "drctl.target": "api.amply.example:443"}
    answer = collect(Application(simulated.world), {**asked, "drctl.host": "api.amply.example"})
    return answer.status, answer.body


def replaced(simulated: Simulated) -> dict[str, Any]:
    """The service, an hour after its tasks were to be replaced."""
    ecs = simulated.client("ecs", PRIMARY)
    ecs.update_service(**SERVICE, forceNewDeployment=True)
    simulated.advance(timedelta(hours=1))
    described: dict[str, Any] = ecs.describe_services(cluster="amply-prod", services=["amply-api"])["services"][0]
    return described


def test_tasks_that_hang_fail_what_they_are_asked_until_they_are_replaced(simulated: Simulated, amply: Estate) -> None:
    found = struck(simulated, amply, "{ stuck_services: [amply-prod/amply-api] }")
    status, body = answered(found)
    assert (status, b"hangs" in body) == (503, True)
    replaced(found)
    assert answered(found)[0] == 200


def test_without_capacity_running_tasks_stay_and_none_is_started(simulated: Simulated, amply: Estate) -> None:
    found = struck(simulated, amply, "{ fargate: [primary] }")
    assert answered(found)[0] == 200
    service = replaced(found)
    assert (service["runningCount"], service["deployments"][0]["failedTasks"]) > (0, 0)
    assert answered(found)[0] == 200


@pytest.mark.thorough
def test_a_target_group_that_fails_its_checks_has_no_healthy_target(simulated: Simulated, amply: Estate) -> None:
    found = struck(simulated, amply, "{ target_groups: [amply-api] }")
    elb = found.client("elbv2", PRIMARY)
    group = elb.describe_target_groups(Names=["amply-api"])["TargetGroups"][0]["TargetGroupArn"]
    health = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert [one["TargetHealth"]["State"] for one in health] == ["unhealthy", "unhealthy"]
    assert answered(found)[0] == 503
