"""Target groups and the health of each of their targets, as frozen types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drctl.aws.failures import absent

HEALTHY = "healthy"
UNHEALTHY = frozenset({"unhealthy", "unhealthy.draining"})
OTHERS = frozenset({"initial", "unused", "draining", "unavailable"})
"""Neither: not yet checked, not asked, on their way out (Elastic Load Balancing API Reference, TargetHealth)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    id: str
    state: str
    reason: str = ""
    """A code such as Target.ResponseCodeMismatch; empty for a healthy one."""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGroup:
    arn: str
    load_balancers: tuple[str, ...]
    """The names of those that it is behind."""

    @property
    def name(self) -> str:
        """Its name, which is unique in a Region and an account."""
        return name_of(self.arn)


def find_target_group(elb: Any, name: str) -> TargetGroup | None:
    """The target group of that name; None where the Region has none."""
    with absent("TargetGroupNotFound"):
        raw = elb.describe_target_groups(Names=[name])["TargetGroups"][0]
        # …:loadbalancer/app/<name>/<id>
        balancers = tuple(arn.rsplit("/", 2)[1] for arn in raw.get("LoadBalancerArns", ()))
        return TargetGroup(arn=raw["TargetGroupArn"], load_balancers=balancers)
    return None


def list_targets(elb: Any, target_group: str) -> tuple[Target, ...]:
    """Every registered target of the group with that ARN."""
    listed = elb.describe_target_health(TargetGroupArn=target_group)["TargetHealthDescriptions"]
    return tuple(
        Target(
            id=raw["Target"]["Id"],
            state=raw["TargetHealth"]["State"],
            reason=raw["TargetHealth"].get("Reason", ""),
            description=raw["TargetHealth"].get("Description", ""),
        )
        for raw in listed
    )


def name_of(arn: str) -> str:
    """The name in a target group's ARN: `…:targetgroup/<name>/<id>`."""
    return arn.rsplit("/", 2)[1]
