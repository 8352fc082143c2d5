"""ListTasks, DescribeTasks and StopTask: the tasks of services beside those that RunTask started, which are moto's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from drctl.sim.moto_resources import refusals, resources
from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.ecs_answers import shown_task
from drctl.sim.services.ecs_rollout import Rollout
from drctl.sim.services.ecs_service import Service, Task
from drctl.sim.services.ecs_services import Services

_REMEMBERED = timedelta(hours=1)
"""How long a stopped task is told of ("Amazon ECS API Reference, ListTasks")."""


class TaskCalls:
    """The operations on tasks."""

    def __init__(self, world: World, rollout: Rollout) -> None:
        self._world = world
        self._rollout = rollout
        self._services = world.part(Services)

    def list_tasks(self, call: Call) -> Mapping[str, Any]:
        params = call.params
        cluster = cluster_of(call)
        wanted = params.get("desiredStatus") or "RUNNING"
        service_name = params.get("serviceName")
        if service_name is not None:
            service_name = str(service_name).rsplit("/", 1)[-1]
            if self._services.find(call.account, call.region, cluster, service_name) is None:
                raise AwsError("ServiceNotFoundException", "Service not found.")
        ours = [
            service.task_arn(task)
            for service, task in self._remembered(call, cluster)
            if service_name in (None, service.name)
            and (wanted == "RUNNING") == task.alive
            and params.get("startedBy") in (None, task.deployment)
            and params.get("family") in (None, _family(task))
        ]
        if service_name is not None:
            return {"taskArns": ours}
        with refusals():
            started = resources("ecs", call.account, call.region).list_tasks(
                cluster, params.get("containerInstance"), params.get("family"), params.get("startedBy"), None, wanted
            )
        return {"taskArns": [*ours, *(task.task_arn for task in started)]}

    def describe_tasks(self, call: Call) -> Mapping[str, Any]:
        cluster = cluster_of(call)
        known = {task.id: (service, task) for service, task in self._remembered(call, cluster)}
        found: list[Any] = []
        missing: list[dict[str, str]] = []
        for wanted in call.params["tasks"]:
            name = str(wanted).rsplit("/", 1)[-1]
            if name in known:
                found.append(self._shown(*known[name]))
                continue
            with refusals():
                started = resources("ecs", call.account, call.region).describe_tasks(cluster, [name])
            found += started
            if not started:
                arn = f"arn:aws:ecs:{call.region}:{call.account}:task/{cluster}/{name}"
                missing.append({"arn": arn, "reason": "MISSING"})
        return {"tasks": found, "failures": missing}

    def stop_task(self, call: Call) -> Mapping[str, Any]:
        cluster = cluster_of(call)
        name = str(call.params["task"]).rsplit("/", 1)[-1]
        reason = str(call.params.get("reason") or "Task stopped by user")
        for service, task in self._remembered(call, cluster):
            if task.id == name:
                self._rollout.stop_task(service, task, "UserInitiated", reason)
                return {"task": self._shown(service, task)}
        moto = resources("ecs", call.account, call.region)
        if not any(str(arn).endswith(name) for arn in moto.tasks.get(cluster, {})):
            raise AwsError("InvalidParameterException", "The referenced task was not found.")
        with refusals():
            return {"task": moto.stop_task(cluster, name, reason)}

    def _remembered(self, call: Call, cluster: str) -> Iterator[tuple[Service, Task]]:
        """The tasks of every service of the cluster, without those that stopped long ago."""
        oldest = self._world.now() - _REMEMBERED
        for service in self._services.in_cluster(call.account, call.region, cluster):
            service.tasks = [task for task in service.tasks if task.stopped_at is None or task.stopped_at >= oldest]
            yield from ((service, task) for task in service.tasks)

    def _shown(self, service: Service, task: Task) -> dict[str, Any]:
        moto = resources("ecs", service.account, service.region)
        definition = moto.describe_task_definition(task.definition)
        tags = definition.tags if service.settings.get("propagateTags") == "TASK_DEFINITION" else []
        return shown_task(service, task, definition, tags)


def _family(task: Task) -> str:
    return task.definition.rsplit("/", 1)[-1].rsplit(":", 1)[0]


def cluster_of(call: Call) -> str:
    """The name of the cluster that the call is about; ClusterNotFoundException where there is none."""
    name = str(call.params.get("cluster") or "default").rsplit("/", 1)[-1]
    if name not in resources("ecs", call.account, call.region).clusters:
        raise AwsError("ClusterNotFoundException", "Cluster not found.")
    return name
