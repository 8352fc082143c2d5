"""Single ECS tasks, which belong to no service, as frozen types."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from drctl.aws.answered import answered_at
from drctl.aws.ecs import MOST_TASKS, Network, plain_network
from drctl.aws.tags import lower_tag_list

SETTLING = frozenset({
    "PROVISIONING", "PENDING", "ACTIVATING", "RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING",
})  # fmt: skip
"""The states on the way to STOPPED (Amazon ECS Developer Guide, "Amazon ECS task lifecycle")."""
STOPPED = frozenset({"STOPPED", "DELETED"})
_NO_CAPACITY = re.compile(r"^RESOURCE:|capacity is unavailable", re.IGNORECASE)
"""Reasons in `failures` that mean that there is no room (Amazon ECS Developer Guide, "API failure reasons")."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How one container of a task ended; without an exit code it never ran."""

    exit_code: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    arn: str
    status: str
    task_definition: str
    started_by: str
    created_at: datetime
    code: str = ""
    """What made it stop: EssentialContainerExited, TaskFailedToStart, UserInitiated, …"""
    reason: str = ""
    containers: Mapping[str, Ended] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """What the console calls it."""
        return self.arn.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What RunTask is asked for beside where and by whom."""

    task_definition: str
    network: Network
    container: str
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    tasks: tuple[Task, ...]
    at: datetime
    """When AWS told of them, by its own clock."""


def list_tasks_started_by(ecs: Any, cluster: str, family: str, started_by: str) -> Listed:
    """The tasks of `family` that `started_by` started, the oldest first, as long as ECS tells of them.

    ECS takes `startedBy` as the only filter of a listing and then tells of running tasks alone, so the
    family's tasks are looked through (Amazon ECS API Reference, ListTasks). It forgets a stopped task after an hour.
    """
    arns: list[str] = []
    at = datetime.min.replace(tzinfo=UTC)
    for status in ("RUNNING", "STOPPED"):
        for page in ecs.get_paginator("list_tasks").paginate(cluster=cluster, family=family, desiredStatus=status):
            arns += page["taskArns"]
            at = answered_at(page)
    found: list[Task] = []
    for start in range(0, len(arns), MOST_TASKS):
        told = ecs.describe_tasks(cluster=cluster, tasks=arns[start : start + MOST_TASKS])["tasks"]
        found += [_task(raw) for raw in told if raw.get("startedBy") == started_by]
    return Listed(tuple(sorted(found, key=lambda task: task.created_at)), at)


def run_task(ecs: Any, cluster: str, order: Order, *, started_by: str, token: str, tags: Mapping[str, str]) -> str:
    """Start one Fargate task; its ARN. ECS answers the same task to the same `token` for 24 hours.

    Raises ClientError for a task that was not placed: the call itself succeeds all the same, with `failures`.
    """
    override: dict[str, Any] = {"name": order.container}
    if order.command:
        override["command"] = list(order.command)
    if order.environment:
        override["environment"] = [{"name": name, "value": value} for name, value in order.environment.items()]
    answer = ecs.run_task(
        cluster=cluster,
        taskDefinition=order.task_definition,
        count=1,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": plain_network(order.network)},
        overrides={"containerOverrides": [override]},
        startedBy=started_by,
        clientToken=token,
        propagateTags="TASK_DEFINITION",
        tags=lower_tag_list(tags),
    )
    if not answer["tasks"]:
        _raise_unplaced(answer.get("failures", ()))
    return str(answer["tasks"][0]["taskArn"])


def stop_task(ecs: Any, cluster: str, arn: str, reason: str) -> None:
    """Have a task stop; one that has stopped already stays so."""
    ecs.stop_task(cluster=cluster, task=arn, reason=reason)


def _raise_unplaced(failures: Sequence[Mapping[str, Any]]) -> None:
    # Only a call that failed needs botocore, which takes long to import.
    from botocore.exceptions import ClientError

    told = "; ".join(" ".join(filter(None, (one.get("reason"), one.get("detail")))) for one in failures)
    code = "InsufficientCapacity" if any(_NO_CAPACITY.search(one.get("reason", "")) for one in failures) else "Unplaced"
    raise ClientError({"Error": {"Code": code, "Message": told or "ECS started no task and gave no reason"}}, "RunTask")


def _task(raw: Mapping[str, Any]) -> Task:
    return Task(
        arn=raw["taskArn"],
        status=raw["lastStatus"],
        task_definition=raw["taskDefinitionArn"],
        started_by=raw.get("startedBy", ""),
        created_at=raw["createdAt"].astimezone(UTC),
        code=raw.get("stopCode", ""),
        reason=raw.get("stoppedReason", ""),
        containers={
            one["name"]: Ended(one.get("exitCode"), one.get("reason", "")) for one in raw.get("containers", ())
        },
    )
