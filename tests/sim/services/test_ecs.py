"""The simulated ECS deploys, fails and rolls back as the real one does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sim.small_estate import SmallEstate
from tests.simulated import PRIMARY, Simulated

BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": False}}
ROLLBACK = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


@pytest.fixture
def estate(simulated: Simulated) -> SmallEstate:
    made = SmallEstate(simulated)
    made.push_image()
    return made


def lag(estate: SmallEstate, name: str) -> timedelta:
    return estate.simulated.world.durations[name]


def deployments(estate: SmallEstate) -> list[tuple[str, str, int, int]]:
    return [
        (d["status"], d["rolloutState"], d["runningCount"], d["failedTasks"]) for d in estate.service()["deployments"]
    ]


def messages(estate: SmallEstate) -> str:
    return "\n".join(event["message"] for event in estate.service()["events"])


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_a_new_service_starts_its_tasks_and_completes_when_it_has_been_steady(estate: SmallEstate) -> None:
    _, group = estate.balance()
    made = estate.create(estate.define(), target_group=group)
    assert (made["pendingCount"], made["runningCount"]) == (2, 0)
    assert deployments(estate) == [("PRIMARY", "IN_PROGRESS", 0, 0)]
    assert [task["lastStatus"] for task in estate.tasks()] == ["PROVISIONING"] * 2

    estate.wait(lag(estate, "ecs.task_start"))
    assert deployments(estate) == [("PRIMARY", "IN_PROGRESS", 2, 0)]
    assert estate.health(group) == ["initial", "initial"]

    estate.wait(lag(estate, "elb.target_healthy"))
    assert estate.health(group) == ["healthy", "healthy"]
    assert deployments(estate) == [("PRIMARY", "IN_PROGRESS", 2, 0)]

    estate.wait(lag(estate, "ecs.deployment_settle"))
    assert deployments(estate) == [("PRIMARY", "COMPLETED", 2, 0)]
    assert "has reached a steady state" in messages(estate)


def test_looking_twice_sees_the_same(estate: SmallEstate) -> None:
    estate.create(estate.define())
    estate.wait()
    assert estate.service() == estate.service()
    assert estate.tasks() == estate.tasks()


def test_a_new_definition_replaces_the_old_tasks_without_ever_having_fewer(estate: SmallEstate) -> None:
    _, group = estate.balance()
    estate.create(estate.define(), target_group=group)
    estate.wait()

    estate.update(taskDefinition=estate.define(estate.push_image("2026.11.4")))

    assert deployments(estate) == [("PRIMARY", "IN_PROGRESS", 0, 0), ("ACTIVE", "COMPLETED", 2, 0)]
    seen = []
    while deployments(estate)[0][1] == "IN_PROGRESS":
        estate.wait(timedelta(seconds=5))
        seen.append(sum(1 for state in estate.health(group) if state == "healthy"))
    assert min(seen) == 2
    assert deployments(estate) == [("PRIMARY", "COMPLETED", 2, 0)]
    assert [task["taskDefinitionArn"][-2:] for task in estate.tasks()] == [":2", ":2"]
    assert {task["stopCode"] for task in estate.tasks("STOPPED")} == {"ServiceSchedulerInitiated"}


def test_old_targets_drain_before_they_are_gone(estate: SmallEstate) -> None:
    _, group = estate.balance()
    estate.create(estate.define(), target_group=group)
    estate.wait()
    estate.update(desiredCount=1)
    assert sorted(estate.health(group)) == ["draining", "healthy"]
    assert estate.service()["runningCount"] == 1
    estate.wait(lag(estate, "elb.drain"))
    assert estate.health(group) == ["healthy"]
    (stopped,) = estate.tasks("STOPPED")
    assert stopped["stoppedReason"].startswith("Scaling activity initiated by")


def test_a_deployment_on_top_of_another_one_wins(estate: SmallEstate) -> None:
    estate.create(estate.define())
    estate.wait()
    first = estate.update(taskDefinition=estate.define(estate.push_image("2026.11.4")))["deployments"][0]["id"]
    estate.wait(timedelta(seconds=10))
    second = estate.update(taskDefinition=estate.define(estate.push_image("2026.11.5")))["deployments"][0]["id"]
    assert first != second
    assert [d["id"] for d in estate.service()["deployments"]][:1] == [second]

    estate.wait()

    assert [d["id"] for d in estate.service()["deployments"]] == [second]
    assert {task["startedBy"] for task in estate.tasks()} == {second}


def test_forcing_a_new_deployment_makes_one_of_the_same_definition(estate: SmallEstate) -> None:
    before = estate.create(estate.define())["deployments"][0]
    estate.wait()
    assert estate.update(desiredCount=2)["deployments"][0]["id"] == before["id"]
    forced = estate.update(forceNewDeployment=True)["deployments"][0]
    assert forced["id"] != before["id"]
    assert forced["taskDefinition"] == before["taskDefinition"]


def test_a_desired_count_of_zero_completes_at_once_and_a_later_scale_out_is_no_deployment(estate: SmallEstate) -> None:
    estate.create(estate.define(), count=0)
    assert deployments(estate) == [("PRIMARY", "COMPLETED", 0, 0)]

    estate.update(desiredCount=3)

    assert deployments(estate) == [("PRIMARY", "COMPLETED", 0, 0)]
    estate.wait()
    assert deployments(estate) == [("PRIMARY", "COMPLETED", 3, 0)]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param("image", "CannotPullContainerError", id="the image is not there"),
        pytest.param("repository", "does not exist in the registry", id="the repository is not there"),
        pytest.param("secret", "ResourceInitializationError: unable to pull secrets", id="a secret is not there"),
        pytest.param("parameter", "invalid ssm parameters", id="a parameter is not there"),
        pytest.param("lost", "context deadline exceeded", id="a secret is in a lost Region"),
    ],
)
def test_what_is_missing_keeps_tasks_from_starting_and_says_what_it_is(
    estate: SmallEstate, wrong: str, told: str
) -> None:
    away = f"arn:aws:secretsmanager:{PRIMARY}:111111111111:secret:amply/prod/x-abcdef"
    estate.simulated.world.lost_regions.add(PRIMARY)
    definitions = {
        "image": lambda: estate.define(estate.image.replace("2026.11.3", "2026.11.9")),
        "repository": lambda: estate.define(estate.image.replace("amply-api", "amply-other")),
        "secret": lambda: estate.define(secrets={"PASSWORD": away.replace(PRIMARY, estate.region)}),
        "parameter": lambda: estate.define(secrets={"PASSWORD": "/amply/prod/nothing"}),
        "lost": lambda: estate.define(secrets={"PASSWORD": away}),
    }
    estate.create(definitions[wrong](), deploymentConfiguration=BREAKER)
    estate.wait()

    assert deployments(estate) == [("PRIMARY", "FAILED", 0, 3)]
    assert told in messages(estate)
    assert "deployment failed: tasks failed to start." in messages(estate)
    stopped = estate.tasks("STOPPED")[0]
    assert (stopped["stopCode"], told in stopped["stoppedReason"]) == ("TaskFailedToStart", True)
    assert "exitCode" not in stopped["containers"][0]


def test_tasks_start_with_secrets_that_are_there(estate: SmallEstate) -> None:
    estate.simulated.client("ssm", estate.region).put_parameter(Name="/amply/prod/dsn", Value="x", Type="String")
    secrets = {"PASSWORD": f"{estate.secret()}:password::", "DSN": "/amply/prod/dsn"}
    estate.create(estate.define(secrets=secrets))
    estate.wait()
    assert deployments(estate) == [("PRIMARY", "COMPLETED", 2, 0)]


def test_an_image_that_a_scenario_broke_ends_as_soon_as_it_starts(estate: SmallEstate) -> None:
    estate.simulated.world.broken["image"] = {"amply-api:2026.11.3"}
    estate.create(estate.define(), deploymentConfiguration=BREAKER)
    estate.wait()
    assert deployments(estate)[0][1] == "FAILED"
    stopped = estate.tasks("STOPPED")[0]
    assert stopped["stopCode"] == "EssentialContainerExited"
    assert stopped["containers"][0]["exitCode"] == 1
    assert "amply-api:2026.11.3" in stopped["containers"][0]["reason"]


def test_a_failed_deployment_rolls_back_to_the_last_completed_one(estate: SmallEstate) -> None:
    good = estate.define()
    estate.create(good, deploymentConfiguration=ROLLBACK)
    estate.wait()
    bad = estate.update(taskDefinition=estate.define(estate.image.replace("2026.11.3", "2026.11.9")))
    bad_id = bad["deployments"][0]["id"]

    states = set()
    for _ in range(60):
        estate.wait(timedelta(seconds=5))
        found = estate.service()["deployments"]
        states |= {(d["id"] == bad_id, d["status"], d["rolloutState"]) for d in found}
        if len(found) == 1:
            break

    assert (True, "ACTIVE", "FAILED") in states
    assert deployments(estate) == [("PRIMARY", "COMPLETED", 2, 0)]
    # What a waiter for a stable service would have called success.
    assert estate.service()["taskDefinition"] == good
    assert estate.service()["deployments"][0]["id"] != bad_id
    assert "rolling back to deployment" in messages(estate)


def test_without_rollback_a_failed_deployment_stays_and_the_old_tasks_serve_on(estate: SmallEstate) -> None:
    estate.create(estate.define(), deploymentConfiguration=BREAKER)
    estate.wait()
    estate.update(taskDefinition=estate.define(estate.image.replace("2026.11.3", "2026.11.9")))
    estate.wait(timedelta(hours=3))
    assert [(status, state, running) for status, state, running, _ in deployments(estate)] == [
        ("PRIMARY", "FAILED", 0),
        ("ACTIVE", "COMPLETED", 2),
    ]


def test_without_a_circuit_breaker_a_deployment_keeps_trying_and_recovers(estate: SmallEstate) -> None:
    estate.create(estate.define(estate.image.replace("2026.11.3", "2026.11.9")))
    estate.wait(timedelta(hours=1))
    status, state, running, failed = deployments(estate)[0]
    assert (status, state, running) == ("PRIMARY", "IN_PROGRESS", 0)
    # Attempts get rarer: an hour of them every minute would be over a hundred.
    assert 10 < failed < 40
    assert "is unable to consistently start tasks successfully" in messages(estate)

    estate.push_image("2026.11.9")
    estate.wait(timedelta(hours=1))
    assert deployments(estate) == [("PRIMARY", "COMPLETED", 2, 0)]


@pytest.mark.parametrize(
    ("desired", "threshold", "fails_after"),
    [
        pytest.param(2, None, 3, id="at least three"),
        pytest.param(10, None, 5, id="half of the desired count"),
        pytest.param(2, {"type": "COUNT", "value": 6}, 6, id="configured"),
    ],
)
def test_the_breaker_trips_at_its_threshold(
    estate: SmallEstate, desired: int, threshold: dict[str, Any] | None, fails_after: int
) -> None:
    breaker: dict[str, Any] = {"enable": True, "rollback": False}
    if threshold is not None:
        breaker["thresholdConfiguration"] = threshold
    estate.create(
        estate.define(estate.image.replace("2026.11.3", "2026.11.9")),
        count=desired,
        deploymentConfiguration={"deploymentCircuitBreaker": breaker},
    )
    estate.wait(timedelta(hours=2))
    _, state, _, failed = deployments(estate)[0]
    assert (state, failed) == ("FAILED", fails_after)


def test_all_old_tasks_may_go_first_where_the_service_allows_it(estate: SmallEstate) -> None:
    estate.create(estate.define(), deploymentConfiguration={"minimumHealthyPercent": 0, "maximumPercent": 100})
    estate.wait()
    estate.update(taskDefinition=estate.define(estate.push_image("2026.11.4")))
    assert estate.service()["runningCount"] == 0
    estate.wait()
    assert deployments(estate) == [("PRIMARY", "COMPLETED", 2, 0)]


def test_a_service_of_that_name_is_made_once(estate: SmallEstate) -> None:
    definition = estate.define()
    estate.create(definition, clientToken="token")
    with pytest.raises(ClientError) as error:
        estate.create(definition)
    assert code_of(error) == "InvalidParameterException"
    assert estate.create(definition, clientToken="token")["serviceName"] == "amply-api"


def test_what_a_call_refers_to_has_to_exist(estate: SmallEstate) -> None:
    with pytest.raises(ClientError) as error:
        estate.update(desiredCount=1)
    assert code_of(error) == "ServiceNotFoundException"
    with pytest.raises(ClientError) as error:
        estate.create("amply-other")
    assert code_of(error) == "ClientException"
    with pytest.raises(ClientError) as error:
        estate.ecs.describe_services(cluster="other", services=["amply-api"])
    assert code_of(error) == "ClusterNotFoundException"
    found = estate.ecs.describe_services(cluster="amply-prod", services=["amply-api"])
    assert [failure["reason"] for failure in found["failures"]] == ["MISSING"]
    loose = estate.elb.create_target_group(Name="loose", Protocol="HTTP", Port=80, VpcId=estate.vpc, TargetType="ip")
    with pytest.raises(ClientError) as error:
        estate.create(estate.define(), target_group=loose["TargetGroups"][0]["TargetGroupArn"])
    assert "does not have an associated load balancer" in str(error.value)


def test_a_service_is_deleted_when_its_last_task_has_stopped(estate: SmallEstate) -> None:
    estate.create(estate.define())
    estate.wait()
    with pytest.raises(ClientError) as error:
        estate.ecs.delete_service(cluster="amply-prod", service="amply-api")
    assert code_of(error) == "InvalidParameterException"
    estate.ecs.delete_service(cluster="amply-prod", service="amply-api", force=True)
    assert estate.service()["status"] == "DRAINING"
    estate.wait()
    assert estate.service()["status"] == "INACTIVE"
    assert estate.ecs.list_services(cluster="amply-prod")["serviceArns"] == []
    with pytest.raises(ClientError) as error:
        estate.update(desiredCount=1)
    assert code_of(error) == "ServiceNotActiveException"
    assert estate.create(estate.define())["status"] == "ACTIVE"


def test_a_task_that_is_stopped_by_hand_is_replaced(estate: SmallEstate) -> None:
    estate.create(estate.define())
    estate.wait()
    victim = estate.tasks()[0]["taskArn"]
    estate.ecs.stop_task(cluster="amply-prod", task=victim, reason="drill")
    estate.wait()
    assert estate.service()["runningCount"] == 2
    (stopped,) = estate.tasks("STOPPED")
    assert (stopped["taskArn"], stopped["stopCode"], stopped["stoppedReason"]) == (victim, "UserInitiated", "drill")
    estate.wait(timedelta(hours=2))
    assert estate.tasks("STOPPED") == []


def test_tags_are_kept_and_other_services_of_aws_know_the_service(estate: SmallEstate) -> None:
    made = estate.create(estate.define(), tags=[{"key": "drctl:run-id", "value": "run-1"}])
    estate.ecs.tag_resource(resourceArn=made["serviceArn"], tags=[{"key": "more", "value": "1"}])
    assert {tag["key"]: tag["value"] for tag in estate.service()["tags"]} == {"drctl:run-id": "run-1", "more": "1"}
    scaling = estate.simulated.client("application-autoscaling", estate.region)
    scaling.register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId="service/amply-prod/amply-api",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=2,
        MaxCapacity=6,
    )
    estate.wait()
    cluster = estate.ecs.describe_clusters(clusters=["amply-prod"])["clusters"][0]
    assert (cluster["runningTasksCount"], cluster["activeServicesCount"]) == (2, 1)


def test_without_any_lag_a_service_is_steady_at_once(estate: SmallEstate) -> None:
    world = estate.simulated.world
    world.durations = dict.fromkeys(world.durations, timedelta(0))
    _, group = estate.balance()
    estate.create(estate.define(), target_group=group)
    assert deployments(estate) == [("PRIMARY", "COMPLETED", 2, 0)]
    estate.update(taskDefinition=estate.define(estate.push_image("2026.11.4")))
    assert deployments(estate) == [("PRIMARY", "COMPLETED", 2, 0)]
    assert estate.health(group) == ["healthy", "healthy"]
