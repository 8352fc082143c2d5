"""A DB instance that a step makes, whatever it is made from: what is asked for, and the ground it is to stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.aws import rds
from drctl.aws.ec2 import security_group_ids
from drctl.aws.kms import KmsKey, find_key
from drctl.aws.rds import DbInstance
from drctl.ports.action import StepContext

InstanceName = Annotated[str, Field(pattern=r"^[a-z](-?[a-z0-9])*$", max_length=63)]
RetentionDays = Annotated[int, Field(ge=0, le=35)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInstance:
    """The parameters of every action that makes an instance."""

    __pydantic_config__ = CLOSED

    region: Region
    instance: InstanceName
    instance_class: Annotated[str, Field(pattern=r"^db\.")]
    fallback_classes: tuple[Annotated[str, Field(pattern=r"^db\.")], ...] = ()
    """Tried in this order where AWS has no capacity for the one before."""
    subnet_group: str
    security_groups: Annotated[tuple[str, ...], Field(min_length=1)]
    """Names within the subnet group's VPC, or ids."""
    parameter_group: str
    kms_key: str | None = None
    """The key, as an ARN or `alias/…`, that its storage must be encrypted with."""
    multi_az: bool = True
    deletion_protection: bool = False
    storage_type: str = "gp3"
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def classes(self) -> tuple[str, ...]:
        return (self.instance_class, *self.fallback_classes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The instance, and what it needs around it: that is looked for only while there is something to decide with it."""

    instance: DbInstance | None
    vpc: str | None = None
    security_groups: Mapping[str, str] = field(default_factory=dict)
    key: KmsKey | None = None


@dataclass(frozen=True, slots=True)
class Creation:
    """What `act` needs beyond the parameters."""

    instance_class: str
    security_groups: tuple[str, ...]


def look_around(params: NewInstance, ctx: StepContext) -> Surroundings:
    """The instance; its ground as well, unless it is in the making: most looks are, and they cost one call."""
    client = ctx.aws.client("rds", params.region)
    instance = rds.find_instance(client, params.instance)
    if is_in_the_making(instance):
        return Surroundings(instance=instance)
    vpc = rds.vpc_of_subnet_group(client, params.subnet_group)
    ec2, kms = ctx.aws.client("ec2", params.region), ctx.aws.client("kms", params.region)
    return Surroundings(
        instance=instance,
        vpc=vpc,
        security_groups=security_group_ids(ec2, vpc, params.security_groups) if vpc else {},
        key=find_key(kms, params.kms_key) if params.kms_key else None,
    )


def is_in_the_making(instance: DbInstance | None) -> bool:
    """Whether there is an instance that nobody can use, so that nothing depends on what it was made from."""
    return instance is not None and instance.status not in rds.USABLE
