"""Load balancers and the health of what is behind them, as frozen types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drctl.aws.failures import absent


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancer:
    name: str
    arn: str
    dns_name: str
    zone_id: str
    """The hosted zone that an alias record to it names; there is one for each Region."""
    state: str


def find_load_balancer(elb: Any, name: str) -> LoadBalancer | None:
    """The load balancer of that name, or None where there is none."""
    with absent("LoadBalancerNotFound"):
        raw = elb.describe_load_balancers(Names=[name])["LoadBalancers"][0]
        return LoadBalancer(
            name=raw["LoadBalancerName"],
            arn=raw["LoadBalancerArn"],
            dns_name=raw["DNSName"],
            zone_id=raw["CanonicalHostedZoneId"],
            state=raw["State"]["Code"],
        )
    return None


def healthy_targets(elb: Any, target_group: str) -> int:
    """How many targets of the group answer their health checks.

    Only `healthy` counts: `unused` and `unavailable` say that nobody has asked them
    (Elastic Load Balancing API Reference, TargetHealth).
    """
    listed = elb.describe_target_health(TargetGroupArn=target_group)["TargetHealthDescriptions"]
    return sum(1 for target in listed if target["TargetHealth"]["State"] == "healthy")
