"""What the recovery Region has to have, as lists of names."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region

_NOT_WHAT = frozenset({"region", "free_addresses", "certificate_days"})
"""Where to look and how much is enough, and not what for."""
Name = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    """Where all of it has to be."""
    keys: tuple[Name, ...] = ()
    """KMS keys, as `alias/…`."""
    db_subnet_groups: tuple[Name, ...] = ()
    cache_subnet_groups: tuple[Name, ...] = ()
    security_groups: tuple[Name, ...] = ()
    """By their names or ids, in every VPC that the subnet groups are in."""
    db_parameter_groups: tuple[Name, ...] = ()
    secrets: tuple[Name, ...] = ()
    parameters: tuple[Name, ...] = ()
    """Parameters of SSM Parameter Store."""
    cluster: Name | None = None
    services: tuple[Name, ...] = ()
    """ECS services of `cluster`; the images of their task definitions have to be in the Region as well."""
    load_balancers: tuple[Name, ...] = ()
    target_groups: tuple[Name, ...] = ()
    """Each has to be behind a load balancer."""
    free_addresses: Annotated[int, Field(ge=1)] | None = None
    """How many addresses each subnet that tasks of `services` start in has to have left; not asked if left out."""
    certificates: tuple[Name, ...] = ()
    """Domain names for which ACM has to have a certificate in `region`, where load balancers take it from."""
    edge_certificates: tuple[Name, ...] = ()
    """Domain names for which ACM has to have one in us-east-1, where CloudFront takes it from."""
    certificate_days: Annotated[int, Field(ge=0)] = 30
    """For how many days more a certificate has to be good."""
    queues: tuple[Name, ...] = ()
    mail_identities: tuple[Name, ...] = ()
    """Domains or addresses that mail is sent from; the account has to be out of SES's sandbox."""

    def __post_init__(self) -> None:
        if not any(getattr(self, field.name) for field in fields(self) if field.name not in _NOT_WHAT):
            raise ValueError("there is nothing to check: give `services`, `secrets` or another of the lists")
        if self.services and self.cluster is None:
            raise ValueError("`services` need `cluster`, which they are in")
        if self.free_addresses is not None and not self.services:
            raise ValueError("`free_addresses` needs `services`, whose subnets are looked at")
        if self.security_groups and not (self.db_subnet_groups or self.cache_subnet_groups):
            raise ValueError(
                "`security_groups` need `db_subnet_groups` or `cache_subnet_groups`: names are a VPC's own"
            )
