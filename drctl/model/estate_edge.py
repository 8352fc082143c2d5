"""What belongs to an estate as a whole and to no Region: names in DNS, the CDN, roles, and the applications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """What an alias record points to: a load balancer (by Region and name) or a distribution (by name)."""

    load_balancer: str | None = None
    region: str | None = None
    """The load balancer's Region; the primary Region if left out."""
    distribution: str | None = None
    account: str | None = None
    """The account of either; the estate's default account if left out."""
    evaluate_target_health: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record set: either `alias`, or `values` with a `ttl` in seconds."""

    name: str
    """The full name, such as api.example.org."""
    type: Literal["A", "AAAA", "CNAME", "MX", "TXT", "NS", "CAA"] = "A"
    alias: Alias | None = None
    values: tuple[str, ...] = ()
    ttl: int = 60
    weight: int | None = None
    failover: Literal["PRIMARY", "SECONDARY"] | None = None
    set_identifier: str | None = None
    """Goes with `weight` or `failover`."""
    health_check: str | None = None
    """One of the zone's `health_checks`, by its name there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """A Route 53 health check of an endpoint: of an application's host, or of an object in a bucket."""

    host: str
    """A name in DNS, such as switches.s3.eu-west-1.amazonaws.com."""
    path: str = "/"
    type: Literal["HTTP", "HTTPS", "TCP"] = "HTTPS"
    port: int | None = None
    """443 for HTTPS and 80 otherwise, if left out."""
    inverted: bool = False
    disabled: bool = False
    id: str | None = None
    """The id that runbooks know it by; another one in every world, if left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A Route 53 hosted zone; its name is its domain."""

    account: str | None = None
    records: tuple[Record, ...] = ()
    health_checks: Mapping[str, HealthCheck] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a distribution fetches from: a bucket of the same account, a load balancer, or any domain."""

    bucket: str | None = None
    load_balancer: str | None = None
    region: str | None = None
    """The load balancer's Region; the primary Region if left out."""
    domain: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """A CloudFront distribution; its name is its comment."""

    account: str | None = None
    domains: tuple[str, ...] = ()
    """The names it answers to besides its own."""
    origins: Mapping[str, Origin]
    default: str
    """The origin of everything that nothing else claims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """IAM actions allowed on resources."""

    actions: tuple[str, ...]
    resources: tuple[str, ...] = ("*",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """An IAM role."""

    accounts: tuple[str, ...] = ()
    """The accounts that have it; the estate's default account if left out."""
    trusts: str
    """Who may assume it: a service such as ecs-tasks.amazonaws.com, or the name of an account."""
    policies: tuple[str, ...] = ()
    """Managed policies of AWS, by their names."""
    allow: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A program that answers HTTP from an ECS service, as the simulation plays it.

    A variable is the name of the container's environment variable that holds that address;
    an application without one does not use that kind of store.
    """

    account: str | None = None
    hosts: tuple[str, ...]
    health_path: str = "/health"
    cluster: str
    service: str
    container: str | None = None
    """The container that answers; the service's only one if left out."""
    database_variable: str | None = None
    database_password_variable: str | None = None
    """Holds the password that it logs in with, as a secret; without one, no database refuses it."""
    redis_variable: str | None = None
    bucket_variable: str | None = None
