"""ECS: services whose deployments take time, fail for reasons and roll back. Clusters and definitions are moto's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.moto_resources import refusals, resources
from drctl.sim.overlay import AwsError, Call, Handler, World
from drctl.sim.services.ecs_answers import shown_service
from drctl.sim.services.ecs_rollout import Rollout
from drctl.sim.services.ecs_service import Service
from drctl.sim.services.ecs_services import Services
from drctl.sim.services.ecs_task_calls import TaskCalls, cluster_of
from drctl.sim.services.load_balancers import each_forward
from drctl.sim.services.run_task import RunTask
from drctl.sim.services.single_tasks import SingleTasks
from drctl.sim.services.target_health import TargetHealth

_NEW_DEPLOYMENT = ("networkConfiguration", "loadBalancers", "platformVersion", "serviceRegistries")
"""What makes a new deployment where it changes; a new count alone does not."""
_NOT_SETTINGS = ("cluster", "service", "serviceName", "desiredCount", "forceNewDeployment", "tags")


class EcsOverlay:
    service = "ecs"

    def __init__(self, world: World) -> None:
        self._world = world
        self._services = world.part(Services)
        self._targets = world.part(TargetHealth)
        self._rollout = world.part(Rollout)
        tasks = TaskCalls(world, self._rollout)
        self._single = world.part(SingleTasks)
        self._run_task = RunTask(world, _definition_of)
        self.before: Mapping[str, Handler] = {}
        self.after: Mapping[str, Handler] = {}
        self.replaces: Mapping[str, Handler] = {
            "CreateService": self._create,
            "UpdateService": self._update,
            "DeleteService": self._delete,
            "DescribeServices": self._describe,
            "RunTask": lambda call: self._run_task.run(call, cluster_of(call)),
            "ListTasks": tasks.list_tasks,
            "DescribeTasks": tasks.describe_tasks,
            "StopTask": tasks.stop_task,
        }

    def reset(self) -> None:
        self._services.reset()
        self._single.reset()
        self._run_task.reset()

    def state(self) -> Mapping[str, Any]:
        return {"services": self._services.state(), "tasks": self._single.state()}

    def _create(self, call: Call) -> Mapping[str, Any]:
        params = call.params
        cluster, name = cluster_of(call), str(params["serviceName"])
        known = self._services.find(call.account, call.region, cluster, name)
        if known is not None and known.status != "INACTIVE":
            return self._created_before(call, known)
        definition = _definition_of(call, params.get("taskDefinition"))
        _check_target_groups(call)
        desired = int(params.get("desiredCount") or 0)
        with refusals():
            resources("ecs", call.account, call.region).create_service(
                cluster, name, desired, definition, params.get("loadBalancers"), params.get("schedulingStrategy"),
                list(params.get("tags") or []), None, params.get("launchType") or "FARGATE",
                params.get("serviceRegistries"), params.get("platformVersion"), params.get("propagateTags") or "NONE",
                params.get("networkConfiguration"), params.get("role"),
            )  # fmt: skip
        service = Service(
            account=call.account,
            region=call.region,
            cluster=cluster,
            name=name,
            created_at=self._world.now(),
            desired=desired,
            settings={key: value for key, value in params.items() if key not in _NOT_SETTINGS},
        )
        self._services.add(service)
        self._rollout.begin(service, definition)
        self._rollout.changed(service)
        return {"service": shown_service(service, _tags(service))}

    def _created_before(self, call: Call, known: Service) -> Mapping[str, Any]:
        token = call.params.get("clientToken")
        if token is not None and token == known.settings.get("clientToken"):
            return {"service": shown_service(known, _tags(known))}
        if known.status == "DRAINING":
            raise AwsError("InvalidParameterException", "Unable to Start a service that is still Draining.")
        raise AwsError("InvalidParameterException", "Creation of service was not idempotent.")

    def _update(self, call: Call) -> Mapping[str, Any]:
        params = call.params
        service = self._existing(call)
        if service.status != "ACTIVE":
            raise AwsError("ServiceNotActiveException", "Service was not ACTIVE.")
        definition = service.primary.definition
        if params.get("taskDefinition") is not None:
            definition = _definition_of(call, params["taskDefinition"])
        _check_target_groups(call)
        changes = any(name in params and params[name] != service.settings.get(name) for name in _NEW_DEPLOYMENT)
        service.settings.update({key: value for key, value in params.items() if key not in _NOT_SETTINGS})
        if params.get("desiredCount") is not None:
            service.desired = int(params["desiredCount"])
        if changes or params.get("forceNewDeployment") or definition != service.primary.definition:
            self._rollout.begin(service, definition)
        self._rollout.changed(service)
        return {"service": shown_service(service, _tags(service))}

    def _delete(self, call: Call) -> Mapping[str, Any]:
        service = self._existing(call)
        if service.status != "ACTIVE":
            raise AwsError("ServiceNotActiveException", "Service was not ACTIVE.")
        if service.desired > 0 and not call.params.get("force"):
            raise AwsError("InvalidParameterException", "The service cannot be stopped while it is scaled above 0.")
        tags = _tags(service)
        self._rollout.close(service)
        return {"service": shown_service(service, tags)}

    def _describe(self, call: Call) -> Mapping[str, Any]:
        cluster = cluster_of(call)
        with_tags = "TAGS" in (call.params.get("include") or ())
        found, missing = [], []
        for wanted in call.params["services"]:
            name = str(wanted).rsplit("/", 1)[-1]
            service = self._services.find(call.account, call.region, cluster, name)
            if service is None:
                arn = f"arn:aws:ecs:{call.region}:{call.account}:service/{cluster}/{name}"
                missing.append({"arn": arn, "reason": "MISSING"})
            else:
                found.append(shown_service(service, _tags(service) if with_tags else None))
        return {"services": found, "failures": missing}

    def _existing(self, call: Call) -> Service:
        name = str(call.params["service"]).rsplit("/", 1)[-1]
        service = self._services.find(call.account, call.region, cluster_of(call), name)
        if service is None:
            raise AwsError("ServiceNotFoundException", "Service not found.")
        return service


def _definition_of(call: Call, reference: str | None) -> str:
    """The ARN of the task definition that `reference` names; of a family alone, its newest ACTIVE revision."""
    moto = resources("ecs", call.account, call.region)
    if str(reference).startswith("arn:") and str(reference).split(":")[3] != call.region:
        raise AwsError("ClientException", "TaskDefinition not found.")
    family, _, revision = str(reference or "").rsplit("/", 1)[-1].partition(":")
    revisions = moto.task_definitions.get(family) or {}
    active = {number: one for number, one in revisions.items() if one.status == "ACTIVE"}
    if not revision:
        if not active:
            raise AwsError("ClientException", "TaskDefinition not found.")
        return str(active[max(active)].arn)
    if not revision.isdigit() or int(revision) not in revisions:
        raise AwsError("ClientException", "TaskDefinition not found.")
    if int(revision) not in active:
        raise AwsError("ClientException", "TaskDefinition is inactive")
    return str(revisions[int(revision)].arn)


def _check_target_groups(call: Call) -> None:
    moto = resources("elbv2", call.account, call.region)
    for wanted in call.params.get("loadBalancers") or ():
        arn = wanted.get("targetGroupArn")
        if arn is None:
            continue
        if arn not in moto.target_groups:
            raise AwsError("InvalidParameterException", f"The specified target group does not exist: {arn}")
        if not any(arn in each_forward(balancer) for balancer in moto.load_balancers.values()):
            raise AwsError(
                "InvalidParameterException",
                f"The target group with targetGroupArn {arn} does not have an associated load balancer.",
            )


def _tags(service: Service) -> list[Mapping[str, str]]:
    """moto keeps the tags of services, with its own TagResource."""
    moto = resources("ecs", service.account, service.region).services.get(f"{service.cluster}:{service.name}")
    return list(moto.tags) if moto is not None else []
