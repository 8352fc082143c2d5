"""The IAM permissions of `ecs.redeploy` (Service Authorization Reference, Amazon Elastic Container Service)."""

from __future__ import annotations

from drctl.actions.ecs.parameters import Params
from drctl.actions.ecs.scale_permissions import limits_permissions
from drctl.ports.action import Permission, passed_to


def permissions_for(params: Params, account: str) -> tuple[Permission, ...]:
    """What a step with these parameters needs, and no more."""
    place = f"{params.region}:{account}"
    service = f"arn:aws:ecs:{place}:service/{params.cluster}/{params.service}"
    allowed = [
        Permission(("ecs:DescribeServices", "ecs:UpdateService"), (service,), "look at the service and redeploy it"),
        Permission(
            ("ecs:DescribeTasks",), (f"arn:aws:ecs:{place}:task/{params.cluster}/*",), "tell why tasks have stopped"
        ),
        # IAM knows no resources for these; the family is known only when the service is looked at.
        Permission(
            (
                "ecs:DescribeTaskDefinition",
                "ecs:DeregisterTaskDefinition",
                "ecs:ListTasks",
                "elasticloadbalancing:DescribeTargetHealth",
            ),
            why="find the revision, watch it come up, and take it away again",
        ),
        Permission(
            ("ecs:RegisterTaskDefinition", "ecs:TagResource"),
            (f"arn:aws:ecs:{place}:task-definition/*",),
            "register the revision",
        ),
        Permission(
            ("iam:PassRole",),
            (f"arn:aws:iam::{account}:role/*",),
            "let the tasks have their roles",
            passed_to("ecs-tasks.amazonaws.com"),
        ),
    ]
    names = sorted(name for name in params.secrets.values() if not name.startswith("arn:"))
    if names:
        # A secret's ARN ends in six random characters.
        arns = tuple(f"arn:aws:secretsmanager:{place}:secret:{name}-??????" for name in names)
        allowed.append(Permission(("secretsmanager:DescribeSecret",), arns, "find the secrets' ARNs"))
    if params.without_zone is not None:
        allowed.append(Permission(("ec2:DescribeSubnets",), why="see which subnets are in the zone that is left out"))
    if params.autoscaling is not None:
        allowed += limits_permissions(place)
    return tuple(allowed)
