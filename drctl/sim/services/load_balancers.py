"""Application Load Balancers by the names under which clients reach them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from drctl.sim.moto_resources import accounts_of, everywhere, resources

DOMAIN = ".elb.amazonaws.com"

ZONE_IDS = {
    "ap-northeast-1": "Z14GRHDCWA56QT",
    "ap-south-1": "ZP97RAFLXTNZK",
    "ap-southeast-1": "Z1LMS91P8CMLE5",
    "ap-southeast-2": "Z1GM3OXH4ZPM65",
    "ca-central-1": "ZQSVJUPU6J1EY",
    "eu-central-1": "Z215JYRZR1TBD5",
    "eu-north-1": "Z23TAZ6LKFMNIO",
    "eu-south-1": "Z3ULH7SSC9OV64",
    "eu-west-1": "Z32O12XQLNTSW2",
    "eu-west-2": "ZHURV8PSTC4K8",
    "eu-west-3": "Z3Q77PNBQS71R4",
    "sa-east-1": "Z2P70J7HTTTPLU",
    "us-east-1": "Z35SXDOTRQ7X7K",
    "us-east-2": "Z3AADJGX6KTTL2",
    "us-west-1": "Z368ELLRRE2KJ0",
    "us-west-2": "Z1H1FL5HABSF5",
}
"""The hosted zone of the load balancers of a Region ("AWS General Reference, Elastic Load Balancing endpoints")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancer:
    """Where a load balancer is; `resource` is moto's own object."""

    account: str
    region: str
    dns_name: str
    resource: Any


def name_in_dns(account: str, region: str, name: str, *, internal: bool) -> str:
    """The DNS name that a load balancer of that name gets: no two of one world are the same."""
    number = int(hashlib.sha256(f"{account}/{region}/{name}".encode()).hexdigest()[:8], 16)
    return f"{'internal-' if internal else ''}{name}-{number}.{region}{DOMAIN}".lower()


def region_of(dns_name: str) -> str | None:
    """The Region in the DNS name of a load balancer; None for a name that is no load balancer's."""
    name = plain(dns_name)
    return name.removesuffix(DOMAIN).rsplit(".", 1)[-1] if name.endswith(DOMAIN) else None


def plain(dns_name: str) -> str:
    """`dns_name` as the load balancer has it: aliases made in the console say `dualstack.` in front of it."""
    return dns_name.lower().rstrip(".").removeprefix("dualstack.")


def find_load_balancer(dns_name: str) -> LoadBalancer | None:
    """The load balancer of that DNS name, in whatever account."""
    name, region = plain(dns_name), region_of(dns_name)
    if region is None:
        return None
    for account in accounts_of("elbv2"):
        for resource in resources("elbv2", account, region).load_balancers.values():
            if resource.dns_name.lower() == name:
                return LoadBalancer(account=account, region=region, dns_name=name, resource=resource)
    return None


def balancer_at(address: str) -> LoadBalancer | None:
    """The load balancer behind an address, in whatever account and Region; None where nothing listens there."""
    for account, region, elbv2 in everywhere("elbv2"):
        for resource in elbv2.load_balancers.values():
            name = str(resource.dns_name).lower()
            if address in addresses_of(name):
                return LoadBalancer(account=account, region=region, dns_name=name, resource=resource)
    return None


def addresses_of(dns_name: str) -> list[str]:
    """The public addresses behind a name that AWS answers for: the same ones for the same name, whatever its load."""
    digest = hashlib.sha256(plain(dns_name).encode()).digest()
    # The two networks are for documentation (RFC 5737): nothing can be reached there.
    return [f"198.51.100.{digest[0]}", f"203.0.113.{digest[1]}"]


def each_forward(balancer: Any) -> Iterator[str]:
    """The ARN of every target group that a listener of `balancer` (moto's) sends requests to."""
    for listener in balancer.listeners.values():
        for rule in listener.rules.values():
            for action in rule.actions:
                yield from forwards(action.data)


def forwards(action: dict[str, Any]) -> Iterator[str]:
    """The target groups of one action of a listener or a rule."""
    if arn := action.get("TargetGroupArn"):
        yield str(arn)
    for group in (action.get("ForwardConfig") or {}).get("TargetGroups") or ():
        if group["TargetGroupArn"] != action.get("TargetGroupArn"):
            yield str(group["TargetGroupArn"])
