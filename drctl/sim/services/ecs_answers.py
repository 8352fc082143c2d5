"""What the simulated ECS tells of services, deployments and tasks, in boto3's shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drctl.sim.services.ecs_service import Deployment, Service, Task

_PASSED_ON = (
    "platformVersion",
    "deploymentConfiguration",
    "healthCheckGracePeriodSeconds",
    "networkConfiguration",
    "enableExecuteCommand",
    "enableECSManagedTags",
    "availabilityZoneRebalancing",
    "role",
)
_DEFAULTS: Mapping[str, Any] = {
    "deploymentConfiguration": {
        "deploymentCircuitBreaker": {"enable": False, "rollback": False},
        "maximumPercent": 200,
        "minimumHealthyPercent": 100,
    },
    "enableExecuteCommand": False,
    "enableECSManagedTags": False,
}


def shown_service(service: Service, tags: Sequence[Mapping[str, str]] | None) -> dict[str, Any]:
    """`service` as DescribeServices tells it; `tags` only where they were asked for."""
    asked = service.settings
    told: dict[str, Any] = {
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": service.cluster_arn,
        "loadBalancers": asked.get("loadBalancers") or [],
        "serviceRegistries": asked.get("serviceRegistries") or [],
        "status": service.status,
        "desiredCount": service.desired,
        "runningCount": service.count(None, "RUNNING"),
        "pendingCount": service.count(None, "PROVISIONING"),
        "launchType": asked.get("launchType") or "FARGATE",
        "platformFamily": "Linux",
        "taskDefinition": service.primary.definition if service.deployments else asked.get("taskDefinition"),
        "deployments": [_shown_deployment(service, one) for one in service.deployments],
        "events": list(service.events),
        "createdAt": service.created_at,
        "placementConstraints": [],
        "placementStrategy": [],
        "schedulingStrategy": asked.get("schedulingStrategy") or "REPLICA",
        "deploymentController": asked.get("deploymentController") or {"type": "ECS"},
        "propagateTags": asked.get("propagateTags") or "NONE",
    }
    told |= {name: asked.get(name, _DEFAULTS.get(name)) for name in _PASSED_ON if name in {**_DEFAULTS, **asked}}
    if "role" in told:
        told["roleArn"] = told.pop("role")
    return told if tags is None else {**told, "tags": list(tags)}


def _shown_deployment(service: Service, deployment: Deployment) -> dict[str, Any]:
    primary = deployment is service.primary
    return {
        "id": deployment.id,
        "status": "PRIMARY" if primary else "ACTIVE",
        "taskDefinition": deployment.definition,
        "desiredCount": service.desired if primary else len(service.tasks_of(deployment)),
        "pendingCount": service.count(deployment, "PROVISIONING"),
        "runningCount": service.count(deployment, "RUNNING"),
        "failedTasks": deployment.failed,
        "createdAt": deployment.created_at,
        "updatedAt": deployment.updated_at,
        "launchType": service.settings.get("launchType") or "FARGATE",
        "platformVersion": service.settings.get("platformVersion") or "1.4.0",
        "platformFamily": "Linux",
        "networkConfiguration": deployment.network,
        "rolloutState": deployment.rollout_state,
        "rolloutStateReason": deployment.rollout_reason,
    }


def shown_task(service: Service, task: Task, definition: Any, tags: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """`task` as DescribeTasks tells it; `definition` is moto's task definition."""
    told: dict[str, Any] = {
        "taskArn": service.task_arn(task),
        "clusterArn": service.cluster_arn,
        "taskDefinitionArn": task.definition,
        "group": f"service:{service.name}",
        "startedBy": task.deployment,
        "lastStatus": task.last_status,
        "desiredStatus": "RUNNING" if task.alive else "STOPPED",
        "availabilityZone": task.zone,
        "launchType": service.settings.get("launchType") or "FARGATE",
        "platformVersion": service.settings.get("platformVersion") or "1.4.0",
        "platformFamily": "Linux",
        "connectivity": "CONNECTED",
        "healthStatus": "UNKNOWN",
        "cpu": definition.cpu,
        "memory": definition.memory,
        "createdAt": task.created_at,
        "containers": [_shown_container(service, task, container) for container in definition.container_definitions],
        "attachments": [_attachment(task)],
        "overrides": {"containerOverrides": []},
        "tags": list(tags),
    }
    moments = {
        "startedAt": task.started_at,
        "stoppedAt": task.stopped_at,
        "stopCode": task.stop_code,
        "stoppedReason": task.stopped_reason,
    }
    return told | {name: value for name, value in moments.items() if value is not None}


def _shown_container(service: Service, task: Task, container: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "containerArn": service.task_arn(task).replace(":task/", ":container/") + f"/{container['name']}",
        "taskArn": service.task_arn(task),
        "name": container["name"],
        "image": container["image"],
        "lastStatus": "PENDING" if task.last_status == "PROVISIONING" else task.last_status,
        "networkInterfaces": [{"attachmentId": task.id, "privateIpv4Address": task.address}],
        "healthStatus": "UNKNOWN",
    }
    # A container that never ran has no exit code, only a reason.
    if task.exit_code is not None and task.last_status == "STOPPED":
        told["exitCode"] = task.exit_code
    if task.container_reason is not None:
        told["reason"] = task.container_reason
    return told


def _attachment(task: Task) -> dict[str, Any]:
    return {
        "id": task.id,
        "type": "ElasticNetworkInterface",
        "status": "ATTACHED" if task.alive else "DELETED",
        "details": [
            {"name": "subnetId", "value": task.subnet},
            {"name": "privateIPv4Address", "value": task.address},
        ],
    }
