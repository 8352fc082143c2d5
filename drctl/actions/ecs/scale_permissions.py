"""The IAM permissions of `ecs.scale` (Service Authorization Reference, Amazon Elastic Container Service)."""

from __future__ import annotations

from drctl.actions.ecs.scale_params import Params
from drctl.ports.action import Permission


def scale_permissions(params: Params, account: str) -> tuple[Permission, ...]:
    """What a step with these parameters needs, and no more."""
    place = f"{params.region}:{account}"
    service = f"arn:aws:ecs:{place}:service/{params.cluster}/{params.service}"
    allowed = [
        Permission(("ecs:DescribeServices", "ecs:UpdateService"), (service,), "look at the service and scale it"),
        Permission(("ecs:DescribeTasks",), (f"arn:aws:ecs:{place}:task/{params.cluster}/*",), "tell why tasks stop"),
        # IAM knows no resources for these.
        Permission(
            (
                "ecs:ListTasks",
                "application-autoscaling:DescribeScalableTargets",
                "application-autoscaling:RegisterScalableTarget",
                "application-autoscaling:DeregisterScalableTarget",
            ),
            why="keep automatic scaling from undoing the count",
        ),
    ]
    if away := params.not_while:
        other = f"arn:aws:ecs:{away.region}:{account}:service/{away.cluster}/{away.service}"
        tasks = f"arn:aws:ecs:{away.region}:{account}:task/{away.cluster}/*"
        allowed.append(
            Permission(("ecs:DescribeServices", "ecs:DescribeTasks"), (other, tasks), "see that it does not run")
        )
    return tuple(allowed)
