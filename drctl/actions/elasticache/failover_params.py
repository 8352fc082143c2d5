"""What a cache's failover is asked for, and what it looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.aws.elasticache import GlobalDatastore, ReplicationGroup
from drctl.aws.kms import KmsKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    replication_group: Annotated[str, Field(pattern=r"^[a-z](-?[a-z0-9])*$", max_length=40)]
    global_datastore: str | None = None
    """Where it is given, its member in `region` is promoted; without it, a fresh, empty group is made."""
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
class Seen:
    """What is there; what a fresh group needs is looked for only while there is none."""

    group: ReplicationGroup | None
    datastore: GlobalDatastore | None = None
    vpc: str | None = None
    security_groups: Mapping[str, str] = field(default_factory=dict)
    key: KmsKey | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """What `act` needs beyond the parameters: security group ids, and the key's ARN."""

    security_groups: tuple[str, ...]
    kms_key: str | None
