"""What a backup policy asks for, store by store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Duration, Region

Name = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabasePolicy:
    __pydantic_config__ = CLOSED

    name: Name
    """An RDS instance of `region`."""
    retention_days: Annotated[int, Field(ge=0, le=35)] = 7
    """For how many days its automated backups are kept at least."""
    deletion_protection: bool = True
    """Whether it has to be protected from being deleted."""
    multi_az: bool = True
    """Whether it has to have a standby in another Availability Zone."""
    restorable_age: Duration | None = timedelta(minutes=15)
    """How long ago the newest moment may be that can be restored, which is 5 minutes as a rule. Null, or no days of
    retention, for no such."""
    months: Annotated[int, Field(ge=0, le=120)] = 0
    """For how many of the last whole months a manual snapshot has to be kept, in both Regions."""
    private: bool = False
    """Whether to look at each manual snapshot that it is not shared with everybody: one call for each of them."""
    snapshot_age: Duration | None = timedelta(hours=26)
    """How old the data of its newest snapshot may be; null for no snapshots at all."""
    copy_age: Duration | None = timedelta(hours=26)
    """How old the data of the newest copy in `recovery_region` may be; null for no copies."""
    replicated_age: Duration | None = None
    """How far the automated backups that are replicated to `recovery_region` may be behind; null for none of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketPolicy:
    __pydantic_config__ = CLOSED

    name: Name
    """A bucket of `region`."""
    replica: Name | None = None
    """The bucket that all of it is replicated to, in `recovery_region`; it has to keep versions and be closed too."""
    delete_markers: bool | None = None
    """Whether deletions have to be replicated, or must not be; either will do if left out."""
    noncurrent_days: Annotated[int, Field(ge=0)] = 30
    """How long older versions stay at least before the lifecycle removes them."""
    closed: bool = True
    """Whether it has to be closed to the public by all four switches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    __pydantic_config__ = CLOSED

    name: Name
    """A replication group of `region`."""
    retention_days: Annotated[int, Field(ge=0, le=35)] = 1
    """For how many days its snapshots are kept at least; 0 for a cache that may be lost."""
    automatic_failover: bool = True
    """Whether a replica has to take over by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    """Where the stores are."""
    recovery_region: Region | None = None
    """Where their copies have to be. Left out, no copy in another Region is looked for."""
    databases: tuple[DatabasePolicy, ...] = ()
    buckets: tuple[BucketPolicy, ...] = ()
    caches: tuple[CachePolicy, ...] = ()
    repositories: tuple[Name, ...] = ()
    """ECR repositories whose newest images have to be in `recovery_region` as well."""
    secrets: tuple[Name, ...] = ()
    """Secrets whose replicas in `recovery_region` have to be in sync."""
    keys: tuple[Name, ...] = ()
    """KMS keys, as `alias/…`, that have to be enabled in `region` and in `recovery_region`."""

    def __post_init__(self) -> None:
        if not any((self.databases, self.buckets, self.caches, self.repositories, self.secrets, self.keys)):
            raise ValueError("there is nothing to check: give `databases`, `buckets` or another of the lists")
        if self.recovery_region == self.region:
            raise ValueError("`recovery_region` is another Region than `region`")
        if self.recovery_region is None and (self.repositories or self.secrets or any(b.replica for b in self.buckets)):
            raise ValueError("`repositories`, `secrets` and `replica` need `recovery_region`, where the copies are")

    @property
    def regions(self) -> tuple[str, ...]:
        """The Regions that are looked at."""
        return (self.region, self.recovery_region) if self.recovery_region else (self.region,)
