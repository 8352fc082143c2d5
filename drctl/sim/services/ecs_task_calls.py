"""ListTasks, DescribeTasks and StopTask: the tasks of services, and those that RunTask started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.ecs_answers import shown_task
from drctl.sim.services.ecs_rollout import Rollout
from drctl.sim.services.ecs_service import Service, Task
from drctl.sim.services.ecs_services import Services
from drctl.sim.services.single_tasks import REMEMBERED, SingleTask, SingleTasks, shown_single


class TaskCalls:
    """The operations on tasks."""

    def __init__(self, world: World, rollout: Rollout) -> None:
        self._world = world
        self._rollout = rollout
        self._services = world.part(Services)
        self._single = world.part(SingleTasks)

    def list_tasks(self, call: Call) -> Mapping[str, Any]:
        params = call.params
        cluster = cluster_of(call)
        wanted = params.get("desiredStatus") or "RUNNING"
        if params.get("startedBy") and any(params.get(other) for other in ("family", "serviceName", "desiredStatus")):
            raise AwsError("InvalidParameterException", "startedBy must be the only filter that is used.")
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
        single = [
            task.arn
            for task in self._single.in_cluster(call.account, call.region, cluster)
            if (wanted == "RUNNING") == task.alive
            and params.get("startedBy") in (None, task.asked.get("startedBy"))
            and params.get("family") in (None, task.family)
        ]
        return {"taskArns": [*ours, *single]}

    def describe_tasks(self, call: Call) -> Mapping[str, Any]:
        cluster = cluster_of(call)
        known = {task.id: (service, task) for service, task in self._remembered(call, cluster)}
        single = {task.id: task for task in self._single.in_cluster(call.account, call.region, cluster)}
        found: list[Any] = []
        missing: list[dict[str, str]] = []
        for wanted in call.params["tasks"]:
            name = str(wanted).rsplit("/", 1)[-1]
            if name in known:
                found.append(self._shown(*known[name]))
                continue
            if name in single:
                found.append(_shown_single(single[name]))
            else:
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
        for single in self._single.in_cluster(call.account, call.region, cluster):
            if single.id == name:
                self._single.stop(single, "UserInitiated", reason)
                return {"task": _shown_single(single)}
        raise AwsError("InvalidParameterException", "The referenced task was not found.")

    def _remembered(self, call: Call, cluster: str) -> Iterator[tuple[Service, Task]]:
        """The tasks of every service of the cluster, without those that stopped long ago."""
        oldest = self._world.now() - REMEMBERED
        for service in self._services.in_cluster(call.account, call.region, cluster):
            service.tasks = [task for task in service.tasks if task.stopped_at is None or task.stopped_at >= oldest]
            yield from ((service, task) for task in service.tasks)

    def _shown(self, service: Service, task: Task) -> dict[str, Any]:
        moto = resources("ecs", service.account, service.region)
        definition = moto.describe_task_definition(task.definition)
        tags = definition.tags if service.settings.get("propagateTags") == "TASK_DEFINITION" else []
        return shown_task(service, task, definition, tags)


def _shown_single(task: SingleTask) -> dict[str, Any]:
    return shown_single(task, resources("ecs", task.account, task.region).describe_task_definition(task.definition))


def _family(task: Task) -> str:
    return task.definition.rsplit("/", 1)[-1].rsplit(":", 1)[0]


def cluster_of(call: Call) -> str:
    """The name of the cluster that the call is about; ClusterNotFoundException where there is none."""
    name = str(call.params.get("cluster") or "default").rsplit("/", 1)[-1]
    if name not in resources("ecs", call.account, call.region).clusters:
        raise AwsError("ClusterNotFoundException", "Cluster not found.")
    return name
