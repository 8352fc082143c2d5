"""What a restore is asked for, and what it looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.aws.kms import KmsKey
from drctl.aws.rds import DbInstance, DbSnapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    instance: Annotated[str, Field(pattern=r"^[a-z](-?[a-z0-9])*$", max_length=63)]
    snapshot: str
    instance_class: Annotated[str, Field(pattern=r"^db\.")]
    fallback_classes: tuple[Annotated[str, Field(pattern=r"^db\.")], ...] = ()
    """Tried in this order where AWS has no capacity for the one before."""
    subnet_group: str
    security_groups: Annotated[tuple[str, ...], Field(min_length=1)]
    """Names within the subnet group's VPC, or ids."""
    parameter_group: str
    kms_key: str | None = None
    """The key, as an ARN or `alias/…`, that the snapshot must be encrypted with."""
    multi_az: bool = True
    backup_retention_days: Annotated[int, Field(ge=0, le=35)] = 7
    deletion_protection: bool = False
    storage_type: str = "gp3"
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def classes(self) -> tuple[str, ...]:
        return (self.instance_class, *self.fallback_classes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is there; what the restore needs is looked for only while there is something to decide with it."""

    instance: DbInstance | None
    snapshot: DbSnapshot | None = None
    vpc: str | None = None
    security_groups: Mapping[str, str] = field(default_factory=dict)
    key: KmsKey | None = None


@dataclass(frozen=True, slots=True)
class Restore:
    """What `act` needs beyond the parameters."""

    instance_class: str
    security_groups: tuple[str, ...]
