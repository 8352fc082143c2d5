"""What a replication group that a step makes is asked to be, and what is looked at for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.aws.elasticache import ReplicationGroup
from drctl.aws.kms import KmsKey

GroupId = Annotated[str, Field(pattern=r"^[a-z](-?[a-z0-9])*$", max_length=40)]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupParams:
    __pydantic_config__ = CLOSED

    region: Region
    replication_group: GroupId
    node_type: Annotated[str, Field(pattern=r"^cache\.")]
    engine: Literal["redis", "valkey"] = "redis"
    engine_version: str | None = None
    replicas: Annotated[int, Field(ge=0, le=5)] = 1
    subnet_group: str
    security_groups: Annotated[tuple[str, ...], Field(min_length=1)]
    """Names within the subnet group's VPC, or ids."""
    parameter_group: str | None = None
    kms_key: str | None = None
    """An ARN or `alias/…`; without it ElastiCache's own key encrypts what is at rest."""
    transit_encryption: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSeen:
    """What is there; what a new group needs is looked for only while there is none."""

    group: ReplicationGroup | None
    vpc: str | None = None
    security_groups: Mapping[str, str] = field(default_factory=dict)
    key: KmsKey | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """What `act` needs beyond the parameters."""

    security_groups: tuple[str, ...]
    """Ids."""
    kms_key: str | None
    """An ARN."""
    source: Mapping[str, Any] = field(default_factory=dict)
    """What CreateReplicationGroup takes the data from; an empty group without."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """What the group says of its data."""
