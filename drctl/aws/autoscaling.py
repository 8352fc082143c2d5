"""The bounds within which Application Auto Scaling moves an ECS service's count, as a frozen type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drctl.aws.failures import already

_DIMENSION = "ecs:service:DesiredCount"


@dataclass(frozen=True, slots=True)
class ScalingLimits:
    least: int
    most: int


def find_limits(autoscaling: Any, cluster: str, service: str) -> ScalingLimits | None:
    """The service's bounds; None where nothing scales it."""
    found = autoscaling.describe_scalable_targets(
        ServiceNamespace="ecs", ResourceIds=[resource_id(cluster, service)], ScalableDimension=_DIMENSION
    )["ScalableTargets"]
    return ScalingLimits(found[0]["MinCapacity"], found[0]["MaxCapacity"]) if found else None


def set_limits(autoscaling: Any, cluster: str, service: str, limits: ScalingLimits) -> None:
    """Afterwards the service's count is moved within `limits` only."""
    autoscaling.register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=resource_id(cluster, service),
        ScalableDimension=_DIMENSION,
        MinCapacity=limits.least,
        MaxCapacity=limits.most,
    )


def remove_limits(autoscaling: Any, cluster: str, service: str) -> None:
    """Afterwards nothing scales the service."""
    with already("ObjectNotFoundException"):
        autoscaling.deregister_scalable_target(
            ServiceNamespace="ecs", ResourceId=resource_id(cluster, service), ScalableDimension=_DIMENSION
        )


def resource_id(cluster: str, service: str) -> str:
    """The name by which Application Auto Scaling knows an ECS service."""
    return f"service/{cluster}/{service}"
