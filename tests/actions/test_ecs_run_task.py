"""ecs.run_task on the simulated AWS: once for each epoch, and only exit code 0 is a success."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.actions.ecs.run_task import started_by
from drctl.model.decision import Change, Done, Refuse, Wait
from tests.actions.cases.ecs_run_task import PARAMS
from tests.actions.driving import Driver
from tests.actions.laws import RUN, STEP, Case, Live
from tests.actions.service_planting import CLUSTER, plant_service
from tests.simulated import RECOVERY, Simulated


def driver(simulated: Simulated, **params: Any) -> Driver:
    plant_service(simulated, count=1)
    return Driver(Case(kind="ecs.run_task", params={**PARAMS, **params}, live=Live(plant=lambda _: None)), simulated)


def tasks(simulated: Simulated) -> list[dict[str, Any]]:
    """Every task that this step has started."""
    ecs = simulated.client("ecs", RECOVERY)
    arns = [
        arn
        for status in ("RUNNING", "STOPPED")
        for arn in ecs.list_tasks(cluster=CLUSTER, family="amply-api", desiredStatus=status)["taskArns"]
    ]
    told = ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]
    return [task for task in told if task["startedBy"].startswith("drctl/")]


def test_the_task_runs_where_the_service_runs_with_what_it_was_told(simulated: Simulated) -> None:
    """Command and variables are overrides of one container; the subnets are the service's; the run's tags are on it."""
    outcome = driver(simulated, environment={"DRY_RUN": True}).converge()
    (task,) = tasks(simulated)
    (call,) = simulated.calls("ecs", "RunTask")
    assert outcome.evidence is not None
    assert outcome.evidence.outputs == {"exit_code": 0, "task": task["taskArn"]}
    assert task["overrides"]["containerOverrides"] == [
        {"name": "api", "command": PARAMS["command"], "environment": [{"name": "DRY_RUN", "value": "true"}]}
    ]
    assert {"key": "drctl:run-id", "value": RUN} in task["tags"]
    service = simulated.client("ecs", RECOVERY).describe_services(cluster=CLUSTER, services=["amply-api"])
    network = service["services"][0]["networkConfiguration"]["awsvpcConfiguration"]
    assert call.params["networkConfiguration"]["awsvpcConfiguration"]["subnets"] == network["subnets"]
    assert call.token


def test_a_command_that_fails_is_told_with_its_exit_code_and_never_run_again_by_itself(simulated: Simulated) -> None:
    """Whatever it has done until it failed, an operator looks first; the next epoch runs it once more."""
    simulated.world.broken["command"] = {"migrate --check"}
    step = driver(simulated)
    first, again = step.converge(), step.converge()
    assert isinstance(first.decision, Refuse)
    assert "exit code 1" in first.decision.because
    assert isinstance(again.decision, Refuse)
    assert len(tasks(simulated)) == 1

    simulated.world.broken.clear()
    step.past = replace(step.past, epoch=2)
    step._context = replace(step._context, epoch=2, token="another")
    assert isinstance(step.converge().decision, Done)
    assert len(tasks(simulated)) == 2


def test_a_task_that_cannot_start_is_told_in_the_words_of_ecs(simulated: Simulated) -> None:
    """It has no exit code: nothing of it ran."""
    simulated.world.broken["image"] = {"amply/api:2026.11.3"}
    outcome = driver(simulated).converge()
    assert isinstance(outcome.decision, Refuse)
    assert "exited with code 1" in outcome.decision.because


def test_no_room_is_an_answer_though_the_call_succeeds(simulated: Simulated) -> None:
    """RunTask answers HTTP 200 with `failures`; nothing runs then, and the step says so."""
    step = driver(simulated)
    simulated.world.broken["fargate"] = {RECOVERY}
    outcome = step.converge()
    assert isinstance(outcome.decision, Refuse)
    assert "no room" in outcome.decision.because
    assert tasks(simulated) == []


def test_a_call_whose_answer_was_lost_starts_nothing_twice_while_ecs_does_not_show_the_task(
    simulated: Simulated,
) -> None:
    """The same token: the same task."""
    step = driver(simulated)
    decision, _ = step.look()
    assert isinstance(decision, Change)
    step.act(decision, lose_answer=True)
    step.act(decision)
    assert len(tasks(simulated)) == 1


def test_a_task_that_ecs_has_forgotten_is_not_run_again(simulated: Simulated) -> None:
    """The journal says that it was started; nothing says how it ended."""
    step = driver(simulated)
    step.converge()
    simulated.advance(timedelta(hours=2))
    decision, _ = step.look()
    assert isinstance(decision, Refuse)
    assert "forgotten" in decision.because


def test_undo_stops_what_still_runs(simulated: Simulated) -> None:
    """And leaves alone what has ended."""
    step = driver(simulated)
    decision, _ = step.look()
    assert isinstance(decision, Change)
    step.act(decision)
    simulated.advance(timedelta(seconds=50))
    assert isinstance(step.look()[0], Wait)
    assert step.converge(undo=True).changes == ["stop-task"]
    simulated.advance(timedelta(minutes=5))
    assert [task["stopCode"] for task in tasks(simulated)] == ["UserInitiated"]
    assert step.converge(undo=True).changes == []


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"like_service": None}, "needs `like_service`"),
        ({"security_groups": ["sg-1a"]}, "those of `subnets`"),
        ({"subnets": ["eu-west-1a"]}, "pattern"),
    ],
)
def test_parameters_that_cannot_run_anything_are_a_mistake_in_the_runbook(changed: Any, problem: str) -> None:
    """Before any call."""
    given = {key: value for key, value in {**PARAMS, **changed}.items() if value is not None}
    told = ActionCatalogue().check("ecs.run_task", given)
    assert any(problem in one.message for one in told), told


def test_two_steps_never_find_each_others_tasks() -> None:
    """Not even where their names differ only in what ECS does not take."""
    assert started_by(RUN, STEP, 1) == f"drctl/{RUN}/{STEP}/1"
    assert started_by(RUN, "mend[a]", 1) != started_by(RUN, "mend(a)", 1)
    assert len(started_by(RUN, "s" * 200, 1)) <= 128
    assert started_by(RUN, "s" * 200, 1) != started_by(RUN, "s" * 200, 2)
