"""An estate's data stores, and the history from which they can be recovered.

Every age counts back from the moment the estate is planted, which in a drill is the onset.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A KMS key; its name is its alias without `alias/`."""

    multi_region: bool = False
    replica_of: str | None = None
    """The Region that holds the primary of the same name, for a replica of a multi-Region key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseParameterGroup:
    family: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotSeries:
    """Snapshots taken at an even rhythm: at the ages `newest`, `newest + every`, … up to `keep`."""

    every: timedelta
    keep: timedelta
    newest: timedelta
    """The age of the newest one."""
    automated: bool = False
    """Taken by RDS itself (`rds:` names), not by a backup job of one's own."""
    copied_to: str | None = None
    """The Region each one is copied to."""
    copied_after: timedelta = timedelta(minutes=12)
    """How long after it was taken its copy is usable. A snapshot younger than that has no copy yet."""
    copy_key: str | None = None
    """The key, in the Region of the copies, that they are encrypted with; the database's own key's name if left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseMember:
    """A database of the same account, by its Region and name."""

    region: str
    database: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatColumn:
    """A table into which an application writes the time every few seconds, and the column that holds it."""

    table: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseBeacons:
    """That beacons are written into a database: under which name of its store, how often, and into which table."""

    store: str
    every: timedelta = timedelta(seconds=60)
    table: str = "drctl_beacon"
    environment: str = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """An RDS instance."""

    engine: str = "postgres"
    version: str
    instance_class: str = field(metadata={"alias": "class"})
    storage_gb: int = 20
    storage_type: str = "gp3"
    multi_az: bool = False
    subnet_group: str
    parameter_group: str | None = None
    security_groups: tuple[str, ...] = ()
    key: str | None = None
    """The key it is encrypted with; not encrypted if left out."""
    user: str = "app"
    password_secret: str | None = None
    """The secret, in the same Region, whose value is the master user's password."""
    database: str | None = None
    """The database that is made with the instance."""
    port: int = 5432
    backup_days: int = 7
    deletion_protection: bool = False
    snapshots: tuple[SnapshotSeries, ...] = ()
    replica_of: DatabaseMember | None = None
    """What it is a read replica of: it has that one's engine, storage, user and password, whatever is said here."""
    backups_replicated_to: str | None = None
    """The Region that RDS replicates the automated backups to."""
    tables: Mapping[str, int] = field(default_factory=dict)
    """Table → how many rows it has."""
    heartbeat: HeartbeatColumn | None = None
    beacons: DatabaseBeacons | None = None
    """Without it there are none in the database."""
    answers: Mapping[str, bool | int | float | str] = field(default_factory=dict)
    """SQL of a query, word for word → what it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterMember:
    """An Aurora cluster of a global database, by its Region and name."""

    region: str
    cluster: str
    instances: int = field(default=1, metadata={"ge": 0, "le": 16})
    """Without one it is headless, and cannot become the writer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalDatabase:
    """An Aurora global database: one cluster that writes, and those in other Regions that follow it."""

    account: str | None = None
    engine: Literal["aurora-postgresql", "aurora-mysql"] = "aurora-postgresql"
    version: str
    instance_class: str = field(default="db.r6g.large", metadata={"alias": "class"})
    user: str = "app"
    primary: ClusterMember
    secondaries: tuple[ClusterMember, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """An ElastiCache replication group."""

    engine: Literal["redis", "valkey"] = "redis"
    version: str = "7.1"
    node: str = "cache.t3.micro"
    replicas: int = 1
    subnet_group: str
    parameter_group: str | None = None
    security_groups: tuple[str, ...] = ()
    key: str | None = None
    transit_encryption: bool = True
    password_secret: str | None = None
    """The secret, of the same place, that holds its AUTH token; without one it asks for none."""
    keys: int = field(default=0, metadata={"ge": 0})
    """How many keys are in it."""
    newest_snapshot: timedelta | None = None
    """How old the newest automatic snapshot is when the disaster strikes; there is none where this is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheMember:
    """A replication group of a Global Datastore, by its Region and name."""

    region: str
    cache: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalDatastore:
    """Replication groups of several Regions that follow one primary; AWS puts a prefix to its name."""

    account: str | None = None
    primary: CacheMember
    secondaries: tuple[CacheMember, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """Objects that a bucket holds at the start: `count` of `bytes` each, under `prefix`."""

    count: int = field(metadata={"ge": 0, "le": 10_000})
    bytes: int = field(default=1024, metadata={"ge": 1, "le": 1_000_000})
    prefix: str = "objects/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replication:
    """A bucket's replication rule."""

    to: str
    """The bucket that receives the copies, anywhere in the same account."""
    role: str
    """The IAM role that S3 replicates with."""
    both_ways: bool = False
    """The replica has the reverse rule already, so that a failover has nothing to configure."""
    pending: int = field(default=0, metadata={"ge": 0, "le": 10_000})
    """Objects that have not been replicated yet when the disaster strikes."""
    oldest_pending: timedelta = timedelta(minutes=2)
    """How long the oldest of them has waited by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    versioning: bool = True
    key: str | None = None
    replication: Replication | None = None
    objects: Objects | None = None
    old_versions_kept: timedelta | None = None
    """A lifecycle rule deletes what was overwritten or deleted after so many days; whole days."""
    public_website: bool = False
