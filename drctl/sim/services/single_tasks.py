"""Tasks that RunTask starts: they belong to no service, run for a while and end with an exit code.

A task ends with 0, unless its image or its command is one that a scenario has broken, or it could not start at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import World
from drctl.sim.services.task_placement import Place
from drctl.sim.services.task_start import find_obstacle

REMEMBERED = timedelta(hours=1)
"""How long a stopped task is told of ("Amazon ECS API Reference, ListTasks")."""
_TERMINATED = 143


@dataclass(slots=True, kw_only=True, eq=False)
class SingleTask:
    """One task. `last_status` goes PROVISIONING, RUNNING, (DEACTIVATING,) STOPPED."""

    account: str
    region: str
    cluster: str
    id: str
    definition: str
    asked: Mapping[str, Any]
    """The parameters of RunTask."""
    created_at: datetime
    place: Place
    last_status: str = "PROVISIONING"
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    stop_code: str | None = None
    stopped_reason: str | None = None
    container_reason: str | None = None
    exit_code: int | None = None

    @property
    def arn(self) -> str:
        return f"arn:aws:ecs:{self.region}:{self.account}:task/{self.cluster}/{self.id}"

    @property
    def alive(self) -> bool:
        """Starting or running, and not being stopped."""
        return self.last_status in ("PROVISIONING", "RUNNING")

    @property
    def family(self) -> str:
        return self.definition.rsplit("/", 1)[-1].rsplit(":", 1)[0]

    @property
    def commands(self) -> Mapping[str, str]:
        """Container → the command it was given for this task, as one line."""
        overrides = (self.asked.get("overrides") or {}).get("containerOverrides") or ()
        return {str(one["name"]): " ".join(one.get("command") or ()) for one in overrides}


@dataclass(slots=True)
class SingleTasks:
    """Every one of them in a world, and their lives."""

    world: World
    tasks: list[SingleTask] = field(default_factory=list)

    def in_cluster(self, account: str, region: str, cluster: str) -> Iterator[SingleTask]:
        """Those that are told of, without those that stopped long ago."""
        oldest = self.world.now() - REMEMBERED
        for task in self.tasks:
            here = (task.account, task.region, task.cluster) == (account, region, cluster)
            if here and (task.stopped_at is None or task.stopped_at >= oldest):
                yield task

    def start(self, task: SingleTask) -> None:
        """The task is there, and on its way."""
        self.tasks.append(task)
        self.world.after("ecs.task_start", partial(self._started, task))

    def stop(self, task: SingleTask, code: str, reason: str) -> None:
        """A task that is still starting is STOPPED at once; the containers of a running one are told to end."""
        if task.last_status == "PROVISIONING":
            self._ended(task, code, reason, exit_code=None)
        elif task.last_status == "RUNNING":
            task.last_status, task.stop_code, task.stopped_reason = "DEACTIVATING", code, reason
            self.world.after("ecs.task_stop", partial(self._terminated, task))

    def reset(self) -> None:
        self.tasks.clear()

    def state(self) -> list[dict[str, Any]]:
        return [
            {
                "task": f"{task.account}/{task.region}/{task.cluster}/{task.definition.rsplit('/', 1)[-1]}",
                "commands": dict(task.commands),
                "status": task.last_status,
                "exit_code": task.exit_code,
            }
            for task in self.tasks
        ]

    def _started(self, task: SingleTask) -> None:
        if task.last_status != "PROVISIONING":
            return
        definition = resources("ecs", task.account, task.region).describe_task_definition(task.definition)
        obstacle = find_obstacle(self.world, task.account, task.region, definition, zone=task.place.zone)
        if obstacle is not None:
            task.container_reason = obstacle.container
            self._ended(task, obstacle.stop_code, obstacle.reason, exit_code=obstacle.exit_code)
            return
        task.last_status, task.started_at = "RUNNING", self.world.now()
        self.world.after("ecs.task_run", partial(self._finished, task))

    def _finished(self, task: SingleTask) -> None:
        if task.last_status == "RUNNING":
            fails = any(part in command for part in self._broken for command in task.commands.values())
            self._ended(
                task,
                "EssentialContainerExited",
                "Essential container in task exited",
                exit_code=1 if fails else 0,
            )

    @property
    def _broken(self) -> set[str]:
        return self.world.broken.get("command", set())

    def _terminated(self, task: SingleTask) -> None:
        if task.last_status == "DEACTIVATING":
            self._ended(task, task.stop_code or "", task.stopped_reason or "", exit_code=_TERMINATED)

    def _ended(self, task: SingleTask, code: str, reason: str, *, exit_code: int | None) -> None:
        task.last_status, task.stopped_at = "STOPPED", self.world.now()
        task.stop_code, task.stopped_reason, task.exit_code = code, reason, exit_code


def shown_single(task: SingleTask, definition: Any) -> dict[str, Any]:
    """`task` as DescribeTasks tells it; `definition` is moto's task definition."""
    propagated = definition.tags if task.asked.get("propagateTags") == "TASK_DEFINITION" else ()
    told: dict[str, Any] = {
        "taskArn": task.arn,
        "clusterArn": f"arn:aws:ecs:{task.region}:{task.account}:cluster/{task.cluster}",
        "taskDefinitionArn": task.definition,
        "group": task.asked.get("group") or f"family:{task.family}",
        "lastStatus": task.last_status,
        "desiredStatus": "RUNNING" if task.alive else "STOPPED",
        "availabilityZone": task.place.zone,
        "launchType": task.asked.get("launchType") or "FARGATE",
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "connectivity": "CONNECTED",
        "healthStatus": "UNKNOWN",
        "cpu": definition.cpu,
        "memory": definition.memory,
        "createdAt": task.created_at,
        "containers": [_shown_container(task, container) for container in definition.container_definitions],
        "overrides": task.asked.get("overrides") or {"containerOverrides": []},
        "tags": [*propagated, *(task.asked.get("tags") or ())],
    }
    known = {
        "startedBy": task.asked.get("startedBy"),
        "startedAt": task.started_at,
        "stoppedAt": task.stopped_at,
        "stopCode": task.stop_code,
        "stoppedReason": task.stopped_reason,
    }
    return told | {name: value for name, value in known.items() if value is not None}


def _shown_container(task: SingleTask, container: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "containerArn": task.arn.replace(":task/", ":container/") + f"/{container['name']}",
        "taskArn": task.arn,
        "name": container["name"],
        "image": container["image"],
        "lastStatus": "PENDING" if task.last_status == "PROVISIONING" else task.last_status,
        "networkInterfaces": [{"attachmentId": task.id, "privateIpv4Address": task.place.ip}],
        "healthStatus": "UNKNOWN",
    }
    if task.exit_code is not None:
        told["exitCode"] = task.exit_code
    if task.container_reason is not None:
        told["reason"] = task.container_reason
    return told
