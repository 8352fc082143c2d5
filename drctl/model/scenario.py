"""A scenario: what breaks in a simulated drill, and what the estate looks like when it does.

It strikes at the onset. The run starts `declared_after` later, when people have
noticed and decided, so that the drill's RTO counts that time as a real one would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar

from drctl.model.attack import Attacked
from drctl.model.infrastructure import Infrastructure


class LossMode(StrEnum):
    """How a lost Region looks from outside."""

    RESET = "reset"
    """Connections are reset."""
    HANG = "hang"
    """Nothing answers until the client gives up."""
    UNAVAILABLE = "503"
    """Every call is answered 503."""


class FaultKind(StrEnum):
    THROTTLE = "throttle"
    """The service says that it is asked too often."""
    SERVER_ERROR = "server-error"
    """The service answers 500, or the code that the fault names, and did nothing."""
    UNAVAILABLE = "unavailable"
    """A bare 503 from something in front of the service."""
    RESET = "reset"
    """The connection is reset before the service has read the call."""
    HANG = "hang"
    """Nothing answers until the client gives up; nothing was done."""
    ANSWER_LOST = "answer-lost"
    """The call is carried out, and its answer never arrives."""
    DENIED = "denied"
    """The caller may not."""
    CAPACITY = "capacity"
    """AWS has none of what is asked for left."""
    NOT_FOUND = "not-found"
    """What the call is about is said not to be there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRegion:
    region: str
    """A Region, or `primary` or `recovery` for the estate's own."""
    mode: LossMode = LossMode.RESET


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneOfRegion:
    region: str
    """A Region, or `primary` or `recovery` for the estate's own."""
    zone: str
    """The letter of the Availability Zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A rule by which calls fail. It meets the calls that `service`, `operation` and `region` name, `*` meaning any;
    of those, the `nth` and what follows it, with `probability` each, and no more than `times` of them."""

    service: str
    """boto3's name, such as rds."""
    operation: str = "*"
    """boto3's name, such as RestoreDBInstanceFromDBSnapshot."""
    region: str = "*"
    """A Region, or `primary` or `recovery` for the estate's own."""
    kind: FaultKind
    code: str | None = None
    """The error code that is answered, where it should not be the kind's usual one."""
    nth: int = field(default=1, metadata={"ge": 1})
    times: int | None = field(default=1, metadata={"ge": 1})
    """How many calls fail at most; null for no end."""
    probability: float = field(default=1.0, metadata={"gt": 0, "le": 1})
    seed: int = 42
    """Makes the chances of `probability` the same in every run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Things that exist and do not work."""

    images: tuple[str, ...] = ()
    """Images, as `repository:tag` or full references, whose containers end as soon as they start."""
    secrets: tuple[str, ...] = ()
    """Secrets that hold an older value, which nothing takes any more: in the recovery Region, or in that of a
    `REGION/` in front, which may be `primary/`."""
    secret_replicas: tuple[str, ...] = ()
    """Secrets whose new values do not reach their replicas: replication of them fails."""
    keys: tuple[str, ...] = ()
    """KMS keys, by their aliases without `alias/`, that somebody has disabled: in the recovery Region, or in that of
    a `REGION/` in front, which may be `primary/`."""
    caches: tuple[str, ...] = ()
    """Replication groups of the primary Region that have lost every node: they show as create-failed, and nobody can
    connect. Their snapshots are left."""
    commands: tuple[str, ...] = ()
    """Words of commands, such as `migrate --check`, with which tasks that run once end with exit code 1."""
    stuck_services: tuple[str, ...] = ()
    """ECS services, as `cluster/service`, whose tasks hang from then on: they pass the load balancer's check, and fail
    whatever else they are asked. Tasks that are started later do not."""
    fargate: tuple[str, ...] = ()
    """Regions, or `primary` or `recovery`, in which Fargate has no capacity left: no task can be started there."""
    target_groups: tuple[str, ...] = ()
    """Target groups in which no target passes its health check."""
    roles: tuple[str, ...] = ()
    """IAM roles that S3 Batch Operations cannot assume: they are gone, or somebody has changed whom they trust."""
    alarms: Mapping[str, timedelta] = field(default_factory=dict)
    """CloudWatch alarms of the recovery Region, or of another one as `REGION/NAME` → how long after the decision to
    recover they begin to ring."""
    mail: tuple[str, ...] = ()
    """Regions, or `primary` or `recovery`, in which SES has given no production access: mail goes to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """How the configuration of Terraform that a drill plays differs from what the estate describes."""

    allowed_accounts: tuple[str, ...] | None = None
    """The accounts, by their names, that its provider says it may work in (`allowed_account_ids`): none at all where
    the list is empty, the one that is recovered where it is left out."""
    destroys: tuple[str, ...] = ()
    """Addresses, such as `aws_db_instance.old`, that its state has and it no longer describes: a plan destroys them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedDatabase:
    """A database whose rows a bad deploy has damaged. Copies whose data is newer than that are damaged as well."""

    before_onset: timedelta
    """How long before the onset it happened: the time that passed before anybody noticed."""
    answers: Mapping[str, bool | int | float | str] = field(default_factory=dict)
    """SQL of a query that the estate describes → what it answers where the damage is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """Data that is there and wrong."""

    databases: Mapping[str, DamagedDatabase] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateChanges:
    """How the estate, most of all its recovery Region, differs from what is described when the disaster strikes."""

    snapshots_stale: timedelta | None = None
    """Copying of snapshots had stopped: the newest copy is that old."""
    missing_snapshots: tuple[str, ...] = ()
    """Databases of which the recovery Region has no copies at all."""
    missing_databases: tuple[str, ...] = ()
    """Databases of the recovery Region, such as replicas, that nobody ever made there."""
    missing_secrets: tuple[str, ...] = ()
    missing_images: tuple[str, ...] = ()
    """`repository:tag` of images that were never replicated."""
    missing_parameters: tuple[str, ...] = ()
    missing_security_groups: tuple[str, ...] = ()
    """Security groups that nobody made in the recovery Region, or in another one as `primary/NAME`."""
    single_zone: tuple[str, ...] = ()
    """Databases without a standby and caches without a replica: nothing of them is in a second Availability Zone."""
    unshiftable: tuple[str, ...] = ()
    """Load balancers for which zonal shift is not enabled."""
    record_ttls: Mapping[str, timedelta] = field(default_factory=dict)
    """Name in DNS → how long resolvers keep its answer: an alias is a plain record with that TTL instead."""
    failover_records: Mapping[str, str] = field(default_factory=dict)
    """Name in DNS → a health check of its zone: its alias is the primary of a failover pair with that check, and the
    load balancer of the same name in the recovery Region is the secondary."""
    ipv6_records: tuple[str, ...] = ()
    """Names in DNS that have an AAAA record as well, for the same load balancer."""
    recovery_serves: bool = False
    """The recovery Region runs as many tasks as the primary one, on databases, caches and buckets of its own: it has
    taken over before, or both always serve."""
    replication_pending: Mapping[str, int] = field(default_factory=dict)
    """Source bucket → how many objects had not been replicated."""
    unbuilt: Mapping[str, tuple[Infrastructure, ...]] = field(default_factory=dict)
    """Region, or `primary` or `recovery` → the sections of its places that were never built. Records that point to
    what is not there are not there either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    __pydantic_config__: ClassVar[Mapping[str, Any]] = {
        "extra": "forbid",
        "strict": True,
        "allow_inf_nan": False,
        "use_attribute_docstrings": True,
    }

    name: str = field(metadata={"alias": "scenario"})
    title: str = ""
    extends: str | None = None
    """The scenario this one adds to: its keys stand unless this one has them too; lists are replaced, not joined."""
    lost_regions: tuple[LostRegion, ...] = ()
    lost_zones: tuple[ZoneOfRegion, ...] = ()
    """Availability Zones of which nothing answers. What AWS would move out of them by itself stays: a drill is about
    the day on which it does not; tasks of ECS alone are started elsewhere."""
    full_zones: tuple[ZoneOfRegion, ...] = ()
    """Availability Zones in which no Fargate task can be started: there is no capacity left."""
    detected_after: timedelta = timedelta(0)
    """From the onset to the first alarm."""
    declared_after: timedelta = timedelta(0)
    """From the onset to the decision to recover, which is the start of the run."""
    durations: Mapping[str, timedelta] = field(default_factory=dict)
    """Lags of the simulated AWS that are other than usual, by name, such as `rds.restore`."""
    faults: tuple[Fault, ...] = ()
    broken: Broken = field(default_factory=Broken)
    damaged: Damaged = field(default_factory=Damaged)
    terraform: Configuration = field(default_factory=Configuration)
    attacked: Attacked = field(default_factory=Attacked)
    """What somebody who is not meant to has done."""
    estate: EstateChanges = field(default_factory=EstateChanges)
