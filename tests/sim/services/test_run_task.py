"""The simulated ECS runs single tasks, and knows their tokens, as the real one does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sim.small_estate import SmallEstate
from tests.simulated import RECOVERY, Simulated


@pytest.fixture
def estate(simulated: Simulated) -> SmallEstate:
    made = SmallEstate(simulated)
    made.push_image()
    made.create(made.define())
    return made


def run(estate: SmallEstate, **changed: Any) -> dict[str, Any]:
    ecs = estate.simulated.client("ecs", RECOVERY)
    service = estate.service()
    wanted = {
        "cluster": service["clusterArn"],
        "taskDefinition": service["taskDefinition"],
        "networkConfiguration": service["networkConfiguration"],
        "launchType": "FARGATE",
        "startedBy": "drctl/x",
        "clientToken": "t-1",
        **changed,
    }
    answer: dict[str, Any] = ecs.run_task(**{key: value for key, value in wanted.items() if value is not None})
    return answer


def told(estate: SmallEstate, arn: str) -> dict[str, Any]:
    ecs = estate.simulated.client("ecs", RECOVERY)
    answer: dict[str, Any] = ecs.describe_tasks(cluster=estate.service()["clusterArn"], tasks=[arn])
    return answer


def test_a_task_starts_runs_for_its_time_and_ends_with_exit_code_0(estate: SmallEstate) -> None:
    (task,) = run(estate)["tasks"]
    durations = estate.simulated.world.durations
    assert task["lastStatus"] == "PROVISIONING"
    estate.simulated.advance(durations["ecs.task_start"])
    assert told(estate, task["taskArn"])["tasks"][0]["lastStatus"] == "RUNNING"
    estate.simulated.advance(durations["ecs.task_run"])
    (ended,) = told(estate, task["taskArn"])["tasks"]
    assert (ended["lastStatus"], ended["stopCode"]) == ("STOPPED", "EssentialContainerExited")
    assert [one["exitCode"] for one in ended["containers"]] == [0]


def test_a_stopped_task_is_forgotten_after_an_hour(estate: SmallEstate) -> None:
    (task,) = run(estate)["tasks"]
    estate.simulated.advance(timedelta(minutes=50))
    assert told(estate, task["taskArn"])["tasks"]
    estate.simulated.advance(timedelta(minutes=20))
    assert [one["reason"] for one in told(estate, task["taskArn"])["failures"]] == ["MISSING"]


def test_a_token_starts_one_task_for_a_day(estate: SmallEstate) -> None:
    (first,) = run(estate)["tasks"]
    assert [task["taskArn"] for task in run(estate)["tasks"]] == [first["taskArn"]]
    with pytest.raises(ClientError, match="ConflictException"):
        run(estate, startedBy="somebody-else")
    estate.simulated.advance(timedelta(hours=25))
    assert [task["taskArn"] for task in run(estate)["tasks"]] != [first["taskArn"]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"startedBy": "not allowed"},
        {"overrides": {"containerOverrides": [{"name": "nobody"}]}},
        {"networkConfiguration": None},
        {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-0123"]}}},
    ],
)
def test_what_ecs_does_not_take_is_refused(estate: SmallEstate, wrong: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="InvalidParameterException"):
        run(estate, **wrong)


def test_who_started_a_task_is_the_only_filter_of_a_listing(estate: SmallEstate) -> None:
    (task,) = run(estate)["tasks"]
    ecs, cluster = estate.simulated.client("ecs", RECOVERY), estate.service()["clusterArn"]
    assert ecs.list_tasks(cluster=cluster, startedBy="drctl/x")["taskArns"] == [task["taskArn"]]
    with pytest.raises(ClientError, match="only filter"):
        ecs.list_tasks(cluster=cluster, startedBy="drctl/x", desiredStatus="STOPPED")
