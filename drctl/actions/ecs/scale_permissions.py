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
        # IAM knows no single services for this.
        Permission(("ecs:ListTasks",), why="find tasks that stop"),
        *limits_permissions(place),
    ]
    if away := params.not_while:
        other = f"arn:aws:ecs:{away.region}:{account}:service/{away.cluster}/{away.service}"
        tasks = f"arn:aws:ecs:{away.region}:{account}:task/{away.cluster}/*"
        allowed += [
            Permission(("ecs:DescribeServices",), (other,), "see that it does not run"),
            Permission(("ecs:DescribeTasks",), (tasks,), "see that none of its tasks runs"),
        ]
    return tuple(allowed)


def limits_permissions(place: str) -> tuple[Permission, ...]:
    """What setting the bounds of automatic scaling needs; `place` is `region:account`."""
    # The target of a service is called what Application Auto Scaling chooses.
    targets = (f"arn:aws:application-autoscaling:{place}:scalable-target/*",)
    return (
        Permission(("application-autoscaling:DescribeScalableTargets",), why="see the bounds of automatic scaling"),
        Permission(
            ("application-autoscaling:RegisterScalableTarget", "application-autoscaling:DeregisterScalableTarget"),
            targets,
            "keep automatic scaling from undoing the count",
        ),
    )
