"""An estate's networks and load balancers: what exists in one account and Region before anything runs there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    cidr: str
    zone: str
    """The letter of its Availability Zone: `a` is eu-central-1a in eu-central-1."""
    tier: Literal["public", "private", "isolated"] = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """Traffic that a security group lets in."""

    port: int
    source: str = field(metadata={"alias": "from"})
    """A CIDR such as 0.0.0.0/0, or the name of a security group in the same network."""
    protocol: Literal["tcp", "udp"] = "tcp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """Traffic that a security group lets out."""

    port: int
    target: str = field(metadata={"alias": "to"})
    """A CIDR such as 0.0.0.0/0, or the name of a security group in the same network."""
    protocol: Literal["tcp", "udp"] = "tcp"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroup:
    inbound: tuple[Inbound, ...] = ()
    outbound: tuple[Outbound, ...] = ()
    """Nothing here means what AWS does by itself: everything may leave."""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """One VPC; its name is its tag `Name`. Subnets and security groups are named within their place."""

    cidr: str
    subnets: Mapping[str, Subnet] = field(default_factory=dict)
    security_groups: Mapping[str, SecurityGroup] = field(default_factory=dict)
    nat: bool = True
    """A NAT gateway in each public subnet, for what runs in the private ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGroup:
    port: int
    protocol: Literal["HTTP", "HTTPS"] = "HTTP"
    health_path: str = "/health"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    port: int
    forward: str
    """The target group that requests go to."""
    protocol: Literal["HTTP", "HTTPS"] = "HTTPS"
    certificate: str | None = None
    """The domain of the certificate an HTTPS listener shows; it is issued with the estate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancer:
    """An Application Load Balancer."""

    subnets: tuple[str, ...]
    security_groups: tuple[str, ...] = ()
    target_groups: Mapping[str, TargetGroup] = field(default_factory=dict)
    listeners: tuple[Listener, ...] = ()
    internal: bool = False
    zonal_shift: bool = True
    """Whether ARC may shift it away from a zone. AWS leaves that off until it is enabled."""
