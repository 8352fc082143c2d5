"""ecs.redeploy on the simulated AWS: what ECS calls stable is not yet a success."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drctl.model.decision import Done, Refuse, Wait
from tests.actions.cases.ecs_redeploy import PARAMS
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.actions.service_planting import CLUSTER, SERVICE, describe, plant_service, register
from tests.simulated import PRIMARY, RECOVERY, Simulated

CRASHES = "amply/api:crashes"


def driver(simulated: Simulated, *, count: int = 0, breaker: bool = True, **params: Any) -> Driver:
    """A step on a service that runs `count` tasks of the primary Region's revision."""
    plant_service(simulated, count=count, breaker=breaker)
    simulated.world.broken.setdefault("image", set()).add(CRASHES)
    case = Case(kind="ecs.redeploy", params={**PARAMS, **params}, live=Live(plant=lambda _: None))
    return Driver(case, simulated)


def test_a_zone_can_be_left_out_and_is_used_again_after_undo(simulated: Simulated) -> None:
    """Fargate goes on trying in every subnet of the service, and one whose zone is lost takes a task in vain."""
    step = driver(simulated, count=2, without_zone=f"{RECOVERY}b")
    before = network(simulated)
    assert {zone for _, zone in before} == {f"{RECOVERY}a", f"{RECOVERY}b"}
    assert isinstance(step.converge().decision, Done)
    assert network(simulated) == [(subnet, zone) for subnet, zone in before if zone == f"{RECOVERY}a"]
    assert isinstance(step.look()[0], Done), "what is left is left at the second look as well"
    step.converge(undo=True)
    assert network(simulated) == before
    assert describe(simulated)["runningCount"] == 2


def test_the_only_zone_is_not_left_out(simulated: Simulated) -> None:
    step = driver(simulated, count=2, without_zone=f"{RECOVERY}b")
    only = [subnet for subnet, zone in network(simulated) if zone == f"{RECOVERY}b"]
    simulated.client("ecs", RECOVERY).update_service(
        cluster=CLUSTER, service=SERVICE, networkConfiguration={"awsvpcConfiguration": {"subnets": only}}
    )
    decision, _ = step.look()
    assert isinstance(decision, Refuse)
    assert decision.because == f"every subnet of {SERVICE} is in {RECOVERY}b"


def network(simulated: Simulated) -> list[tuple[str, str]]:
    """The service's subnets, each with its zone."""
    subnets = describe(simulated)["networkConfiguration"]["awsvpcConfiguration"]["subnets"]
    listed = simulated.client("ec2", RECOVERY).describe_subnets(SubnetIds=subnets)["Subnets"]
    zones = {one["SubnetId"]: one["AvailabilityZone"] for one in listed}
    return [(subnet, zones[subnet]) for subnet in subnets]


def test_a_rollback_by_the_circuit_breaker_is_a_failure(simulated: Simulated) -> None:
    """The service is stable afterwards, with the revision that points to the lost Region."""
    step = driver(simulated, count=2, image=CRASHES)

    outcome = step.converge()
    simulated.advance(timedelta(hours=2))
    later, _ = step.look()

    told = describe(simulated)
    assert [(one["status"], one["rolloutState"]) for one in told["deployments"]] == [("PRIMARY", "COMPLETED")]
    assert told["runningCount"] == told["desiredCount"] == 2
    assert isinstance(outcome.decision, Refuse)
    assert "stopped" in outcome.decision.because or "exit" in outcome.decision.because.lower()
    assert not isinstance(later, Done)


def test_a_rollback_is_a_failure_though_the_answer_was_lost(simulated: Simulated) -> None:
    """After a crash nobody knows our deployment's id; its revision and its dead tasks tell."""
    step = driver(simulated, count=2, image=CRASHES)
    outcome = step.converge(lose_answers=True)
    assert isinstance(outcome.decision, Refuse)
    assert outcome.changes == ["register-task-definition", "update-service"]


def test_tasks_that_never_stay_up_are_a_failure_without_a_circuit_breaker(simulated: Simulated) -> None:
    """ECS itself would go on trying for ever."""
    outcome = driver(simulated, breaker=False, image=CRASHES).converge()
    assert isinstance(outcome.decision, Refuse)
    assert outcome.decision.hint
    assert describe(simulated)["deployments"][0]["rolloutState"] == "IN_PROGRESS"


def test_a_service_is_not_served_before_its_targets_are_healthy(simulated: Simulated) -> None:
    """Running is not yet answering."""
    step = driver(simulated)
    step.converge()
    simulated.world.durations = {**simulated.world.durations, "elb.target_healthy": timedelta(minutes=8)}
    simulated.client("ecs", RECOVERY).update_service(cluster=CLUSTER, service=SERVICE, forceNewDeployment=True)
    step.forget()
    simulated.advance(timedelta(minutes=2))
    assert isinstance(step.look()[0], Wait)


def test_somebody_elses_deployment_in_the_middle_is_a_failure(simulated: Simulated) -> None:
    """Theirs may succeed; it is not what was asked for."""
    step = driver(simulated)
    for _ in range(2):
        change, _ = step.look()
        assert not isinstance(change, Done | Wait | Refuse)
        step.act(change)
    theirs = register(simulated, {"name": "api", "image": "amply/api:theirs", "cpu": 256, "memory": 512})
    simulated.client("ecs", RECOVERY).update_service(cluster=CLUSTER, service=SERVICE, taskDefinition=theirs)

    decision, _ = step.look()

    assert isinstance(decision, Refuse)
    assert describe(simulated)["taskDefinition"] == theirs


def test_undo_leaves_a_service_alone_that_others_have_deployed_since(simulated: Simulated) -> None:
    """Their revision is derived from ours, and still is theirs."""
    step = driver(simulated)
    step.converge()
    theirs = register(simulated, {"name": "api", "image": "amply/api:theirs", "cpu": 256, "memory": 512})
    simulated.client("ecs", RECOVERY).update_service(cluster=CLUSTER, service=SERVICE, taskDefinition=theirs)
    made = len(simulated.calls())

    outcome = step.converge(undo=True)

    assert isinstance(outcome.decision, Refuse)
    assert len(simulated.calls()) == made


def test_new_tasks_of_the_same_revision_are_asked_for_once(simulated: Simulated) -> None:
    params: dict[str, Any] = {"environment": {}, "secrets": {}, "replace_tasks": True}
    step = driver(simulated, count=2, **params)
    before = set(simulated.client("ecs", RECOVERY).list_tasks(cluster=CLUSTER)["taskArns"])
    outcome = step.converge(lose_answers=True)
    assert isinstance(outcome.decision, Done)
    assert outcome.changes == ["update-service"]
    after = set(simulated.client("ecs", RECOVERY).list_tasks(cluster=CLUSTER)["taskArns"])
    assert (len(after), before & after) == (2, set())


def test_a_missing_secret_is_told_before_anything_is_changed(simulated: Simulated) -> None:
    """The tasks would fail to start, one after the other, for as long as ECS tries."""
    step = driver(simulated, secrets={"DJANGO_SECRET_KEY": "amply/prod/never-replicated"})
    made = len(simulated.calls())
    outcome = step.converge()
    assert isinstance(outcome.decision, Refuse)
    assert "amply/prod/never-replicated" in outcome.decision.because
    assert len(simulated.calls()) == made


def test_the_lost_region_is_not_needed(simulated: Simulated) -> None:
    """Everything is looked at and made in the recovery Region."""
    step = driver(simulated)
    simulated.world.lost_regions.add(PRIMARY)
    outcome = step.converge()
    assert isinstance(outcome.decision, Done)
    assert {call.region for call in step.calls} == {RECOVERY}


def test_the_revision_carries_the_runs_tags_and_peoples(simulated: Simulated) -> None:
    """In the create call: after a crash it can be told whose it is."""
    step = driver(simulated)
    step.converge()
    newest = simulated.client("ecs", RECOVERY).describe_task_definition(taskDefinition=SERVICE, include=["TAGS"])
    tags = {tag["key"]: tag["value"] for tag in newest["tags"]}
    assert {name: tags[name] for name in ("team", "drctl:run-id")} == {"team": "core", "drctl:run-id": "dr-test-1"}
    assert len(tags["drctl:content-sha256"]) == 64


def test_a_retry_of_the_operator_deploys_anew(simulated: Simulated) -> None:
    """What an earlier epoch's deployment came to is no verdict on this one."""
    step = driver(simulated, count=2, image=CRASHES)
    step.converge()
    simulated.world.broken["image"].clear()
    step.past = replace(step.past, epoch=2)
    assert isinstance(step.converge().decision, Done)


@pytest.mark.parametrize("breaker", [True, False])
@pytest.mark.parametrize("count", [0, 2])
def test_a_retry_of_the_operator_deploys_a_failed_revision_anew(
    simulated: Simulated, *, breaker: bool, count: int
) -> None:
    """Without a rollback the service keeps the wanted revision, and ECS starts nothing of it by itself."""
    step = driver(simulated, count=count, image=CRASHES)
    simulated.client("ecs", RECOVERY).update_service(
        cluster=CLUSTER,
        service=SERVICE,
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": breaker, "rollback": False}},
    )
    simulated.advance(timedelta(minutes=30))
    assert isinstance(step.converge().decision, Refuse)
    simulated.world.broken["image"].clear()
    step.past = replace(step.past, epoch=2)
    outcome = step.converge()
    assert isinstance(outcome.decision, Done)
    assert outcome.changes == ["update-service"]
