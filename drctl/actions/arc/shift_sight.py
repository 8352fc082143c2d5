"""What the steps that start and end zonal shifts see, and whose a shift is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from drctl.aws.ec2 import zone_ids
from drctl.aws.elb import LoadBalancer, find_load_balancer
from drctl.aws.zonal_shift import LONGEST_COMMENT, STANDS_BACK, ManagedResource, ZonalShift, find_managed_resource
from drctl.model.decision import Refuse
from drctl.ports.action import Permission, StepContext

ZONE = r"^[a-z]{2}(-[a-z]+)+-\d[a-z]$"
"""The form of a zone's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    balancer: LoadBalancer | None
    zones: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Zone ids by name."""
    managed: ManagedResource | None = None

    @property
    def shifts(self) -> tuple[ZonalShift, ...]:
        """The active shifts, but for those that end by themselves once a customer starts one."""
        return tuple(one for one in (self.managed.shifts if self.managed else ()) if one.type not in STANDS_BACK)


def look(ctx: StepContext, region: str, load_balancer: str) -> Seen:
    """The load balancer with its zones and shifts."""
    zones = zone_ids(ctx.aws.client("ec2", region))
    balancer = find_load_balancer(ctx.aws.client("elbv2", region), load_balancer)
    if balancer is None:
        return Seen(balancer=None, zones=zones)
    managed = find_managed_resource(ctx.aws.client("arc-zonal-shift", region), balancer.arn)
    return Seen(balancer=balancer, zones=zones, managed=managed)


def unusable(seen: Seen, region: str, load_balancer: str, zone: str) -> Refuse | None:
    """A refusal where no shift of that load balancer is possible, whoever asks."""
    if zone not in seen.zones:
        known = ", ".join(sorted(seen.zones))
        return Refuse(f"{region} has no zone {zone} in this account", f"name one of {known}")
    if seen.balancer is None:
        return Refuse(f"there is no load balancer {load_balancer} in {region}", "set the step's `account`, or the name")
    if seen.managed is None:
        hint = "set its attribute zonal_shift.config.enabled to true; do that before a disaster"
        return Refuse(f"zonal shift is not enabled for {load_balancer}", hint)
    if seen.zones[zone] not in seen.managed.weights:
        there = ", ".join(name for name, id in sorted(seen.zones.items()) if id in seen.managed.weights)
        return Refuse(f"{load_balancer} is not in {zone}; it is in {there}", "name a zone that it is in")
    odd = next((one for one in seen.shifts if one.type != "ZONAL_SHIFT"), None)
    if odd is not None:
        return Refuse(f"{load_balancer} has a shift of type {odd.type!r}", "look at it, and end it or let it end first")
    return None


def comment_of(run: str, step: str) -> str:
    """What the comment of a shift says that this step has started: a shift takes no tags."""
    return f"drctl {run}/{step}"[:LONGEST_COMMENT]


def is_of_run(shift: ZonalShift, run: str) -> bool:
    """Whether a step of that run has started the shift."""
    return shift.comment.startswith(f"drctl {run}/"[:LONGEST_COMMENT])


def shift_permissions(what: tuple[str, ...], region: str, account: str, load_balancer: str) -> tuple[Permission, ...]:
    """What looking takes, and `what` of zonal shift besides."""
    arn = f"arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{load_balancer}/*"
    return (
        Permission(("arc-zonal-shift:GetManagedResource", *what), (arn,), f"shift {load_balancer}, and back"),
        # Neither EC2 nor ELB knows permissions on single resources for looking at them.
        Permission(
            ("ec2:DescribeAvailabilityZones", "elasticloadbalancing:DescribeLoadBalancers"),
            why=f"find {load_balancer}, and the id of the zone",
        ),
    )


def left(seen: Seen, shift: ZonalShift) -> timedelta:
    """How much longer the shift lasts, by AWS's clock."""
    if seen.managed is None:
        raise TypeError("there is no shift without a managed resource")
    return shift.expires_at - seen.managed.answered_at
