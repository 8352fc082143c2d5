"""ECS services, their deployments and the tasks they lost, as frozen types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from drctl.model.instant import format_instant
from drctl.model.values import Json

MOST_TASKS = 100
"""The number that one DescribeTasks takes (Amazon ECS API Reference)."""


_OVER = frozenset({"STOPPED", "DEPROVISIONING", "DELETED"})
"""States in which no container of a task runs any more (Amazon ECS Developer Guide, "Amazon ECS task lifecycle")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    id: str
    status: str
    """PRIMARY is the one that ECS works towards now; the others are on their way out."""
    task_definition: str
    rollout: str
    """IN_PROGRESS, COMPLETED or FAILED; empty where ECS says nothing."""
    reason: str
    desired: int
    running: int
    pending: int
    failed: int
    """Tasks that have failed to start, or died, since the last one that stayed up."""
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Where tasks run: their `awsvpcConfiguration`, by ids."""

    subnets: tuple[str, ...]
    security_groups: tuple[str, ...] = ()
    public_ip: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    name: str
    status: str
    controller: str
    task_definition: str
    desired: int
    running: int
    pending: int
    deployments: tuple[Deployment, ...]
    target_groups: tuple[str, ...]
    """ARNs."""
    network: Network | None = None
    """None for tasks that share the network of their host."""

    @property
    def primary(self) -> Deployment | None:
        """The deployment that ECS works towards now."""
        return next((one for one in self.deployments if one.status == "PRIMARY"), None)

    def deployment(self, id: str) -> Deployment | None:
        """The deployment of that id; None where ECS no longer lists it, or does not yet."""
        return next((one for one in self.deployments if one.id == id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedTask:
    task_definition: str
    started_by: str
    """The id of the deployment that started it."""
    code: str
    """What made it stop: TaskFailedToStart, EssentialContainerExited, ServiceSchedulerInitiated, …"""
    reason: str


def find_cluster(ecs: Any, name: str) -> str | None:
    """The status of the cluster of that name, ACTIVE if it can be used; None where there is none."""
    found = ecs.describe_clusters(clusters=[name])["clusters"]
    return str(found[0]["status"]) if found else None


def find_service(ecs: Any, cluster: str, name: str) -> Service | None:
    """The service of that name, or None where the cluster has none."""
    found = ecs.describe_services(cluster=cluster, services=[name])["services"]
    return _service(found[0]) if found else None


def update_service(
    ecs: Any,
    cluster: str,
    name: str,
    task_definition: str,
    desired: int,
    *,
    anew: bool = False,
    network: Network | None = None,
) -> Mapping[str, Json]:
    """Have `desired` tasks of `task_definition`; the facts tell the deployment that does it, to find it again by.

    With `anew`, by another deployment even where the service has that revision already. With `network`, in it; where
    that is another one than before, ECS begins a deployment by itself (Amazon ECS API Reference, UpdateService).
    """
    updated = _service(
        ecs.update_service(
            cluster=cluster,
            service=name,
            taskDefinition=task_definition,
            desiredCount=desired,
            forceNewDeployment=anew,
            **({} if network is None else {"networkConfiguration": {"awsvpcConfiguration": plain_network(network)}}),
        )["service"]
    )
    primary = updated.primary
    if primary is None:
        return {"task_definition": task_definition}
    return {
        "task_definition": task_definition,
        "deployment": primary.id,
        "created_at": format_instant(primary.created_at),
    }


def set_desired_count(ecs: Any, cluster: str, name: str, desired: int) -> None:
    """Have `desired` tasks of what the service runs; it begins no deployment."""
    ecs.update_service(cluster=cluster, service=name, desiredCount=desired)


def list_stopped_tasks(ecs: Any, cluster: str, service: str) -> tuple[StoppedTask, ...]:
    """The service's tasks that have stopped. ECS shows them for about an hour (Amazon ECS Developer Guide)."""
    arns = ecs.list_tasks(cluster=cluster, serviceName=service, desiredStatus="STOPPED")["taskArns"][:MOST_TASKS]
    if not arns:
        return ()
    return tuple(_stopped(task) for task in ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"])


def count_stopping_tasks(ecs: Any, cluster: str, service: str) -> int:
    """How many of the service's tasks were told to stop and still may be at work: no count of the service has them."""
    arns = ecs.list_tasks(cluster=cluster, serviceName=service, desiredStatus="STOPPED")["taskArns"][:MOST_TASKS]
    told = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else ()
    return sum(1 for task in told if task["lastStatus"] not in _OVER)


def short_name(arn: str) -> str:
    """What people call it: `amply-api:8` of a task definition's ARN."""
    return arn.rpartition("/")[2]


def _service(raw: Mapping[str, Any]) -> Service:
    groups = (balancer.get("targetGroupArn") for balancer in raw.get("loadBalancers", ()))
    return Service(
        name=raw["serviceName"],
        status=raw["status"],
        # ECS names no controller where it rolls out by itself.
        controller=raw.get("deploymentController", {}).get("type", "ECS"),
        task_definition=raw["taskDefinition"],
        desired=raw["desiredCount"],
        running=raw["runningCount"],
        pending=raw["pendingCount"],
        deployments=tuple(_deployment(one) for one in raw["deployments"]),
        target_groups=tuple(group for group in groups if group),
        network=_network(raw.get("networkConfiguration", {}).get("awsvpcConfiguration")),
    )


def plain_network(network: Network) -> Mapping[str, Any]:
    """The `awsvpcConfiguration` that `network` is."""
    return {
        "subnets": list(network.subnets),
        "securityGroups": list(network.security_groups),
        "assignPublicIp": "ENABLED" if network.public_ip else "DISABLED",
    }


def _network(raw: Mapping[str, Any] | None) -> Network | None:
    if not raw:
        return None
    return Network(
        subnets=tuple(raw["subnets"]),
        security_groups=tuple(raw.get("securityGroups", ())),
        public_ip=raw.get("assignPublicIp") == "ENABLED",
    )


def _deployment(raw: Mapping[str, Any]) -> Deployment:
    return Deployment(
        id=raw["id"],
        status=raw["status"],
        task_definition=raw["taskDefinition"],
        rollout=raw.get("rolloutState", ""),
        reason=raw.get("rolloutStateReason", ""),
        desired=raw["desiredCount"],
        running=raw["runningCount"],
        pending=raw["pendingCount"],
        failed=raw.get("failedTasks", 0),
        created_at=raw["createdAt"].astimezone(UTC),
        updated_at=raw["updatedAt"].astimezone(UTC),
    )


def _stopped(raw: Mapping[str, Any]) -> StoppedTask:
    reason = raw.get("stoppedReason") or raw.get("stopCode") or "no reason given"
    containers = [
        f"{one['name']}: {told}"
        for one in raw.get("containers", ())
        if (told := one.get("reason") or (f"exit code {one['exitCode']}" if one.get("exitCode") else ""))
        # Where a task did not start at all, ECS tells the same thing in both places.
        and told not in reason
    ]
    return StoppedTask(
        task_definition=raw["taskDefinitionArn"],
        started_by=raw.get("startedBy", ""),
        code=raw.get("stopCode", ""),
        reason="; ".join([reason, *containers]),
    )
