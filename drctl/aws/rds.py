"""RDS instances and snapshots as frozen types, and what their statuses mean.

Statuses: Amazon RDS User Guide, "Viewing DB instance status". One that is in none of
these sets is new or was not thought of; whoever meets it stops and asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from drctl.aws.failures import absent
from drctl.aws.tags import owner_of, tags_of
from drctl.model.evidence import RecoveryPoint
from drctl.model.instant import parse_instant
from drctl.ports.action import MODE_TAG

# The instance takes SQL. `backing-up` is among them: the first backup follows every restore.
USABLE = frozenset({
    "available", "storage-optimization", "storage-initialization", "configuring-enhanced-monitoring",
    "configuring-iam-database-auth", "configuring-log-exports", "configuring-activity-stream", "backing-up",
})  # fmt: skip
DELETING = frozenset({"deleting", "delete-precheck"})
SETTLING = frozenset({
    "creating", "modifying", "rebooting", "renaming", "resetting-master-credentials", "starting", "stopping",
    "upgrading", "maintenance", "converting-to-vpc", "moving-to-vpc", "storage-config-upgrade",
})  # fmt: skip
DEAD_ENDS = frozenset({
    "failed", "incompatible-network", "incompatible-option-group", "incompatible-parameters", "incompatible-restore",
    "insufficient-capacity", "inaccessible-encryption-credentials", "inaccessible-encryption-credentials-recoverable",
    "restore-error", "storage-full", "stopped",
})  # fmt: skip

# How a replica fares: StatusInfos (Amazon RDS API Reference, DBInstanceStatusInfo).
REPLICATING = "replicating"
REPLICATION_STATUSES = frozenset({
    REPLICATING, "error", "stopped", "terminated", "replication stop point set", "replication stop point reached",
})  # fmt: skip

RESTORE_TIME_TAG = "drctl:restore-time"
"""Goes on an instance that is restored to a point in time: AWS does not tell afterwards which one it was."""

SNAPSHOT_USABLE = frozenset({"available"})
SNAPSHOT_SETTLING = frozenset({"creating", "copying", "pending"})
SNAPSHOT_DEAD_ENDS = frozenset({
    "failed", "deleted", "deleting", "incompatible-restore", "incompatible-parameters",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DbInstance:
    name: str
    status: str
    owner: str | None
    """The run that made it."""
    arn: str
    resource_id: str
    engine_version: str
    instance_class: str
    subnet_group: str
    security_groups: Mapping[str, str]
    """Group id → status."""
    parameter_groups: Mapping[str, str]
    """Name → apply status."""
    multi_az: bool
    kms_key: str | None
    deletion_protection: bool
    pending: tuple[str, ...]
    """The settings that were asked for and are not in force yet."""
    endpoint: str | None
    port: int | None
    hydrated_percent: float | None = None
    """How much of its storage has been loaded; None where no storage operation runs. Usable is not yet fast."""
    replica_of: str | None = None
    """The instance it replicates, by its name in the same Region and by its ARN in another; None for no replica."""
    replication: str | None = None
    """How a replica fares; None where AWS does not say."""
    vpc: str | None = None
    zone: str = ""
    standby_zone: str | None = None
    backup_retention_days: int = 0
    backup_window: str = ""
    max_storage_gb: int | None = None
    restored_to: datetime | None = None
    """The point in time that the run which made it asked for."""
    of_drill: bool = False
    """Whether a drill made it."""
    restorable_until: datetime | None = None
    """The newest moment that can be restored; None where none can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DbSnapshot:
    id: str
    arn: str
    status: str
    engine: str
    engine_version: str
    kms_key: str | None
    storage_gb: int
    recovery_point: RecoveryPoint | None
    """The newest moment whose data is in it; None where nothing says so."""
    owner: str | None = None
    """The run that made it."""
    instance: str = ""
    source: str | None = None
    """The ARN of the snapshot that it is a copy of."""
    percent: float | None = None
    manual: bool = False
    """Whether it stays until somebody deletes it."""


def find_instance(rds: Any, name: str) -> DbInstance | None:
    """The instance of that name; None where there is none."""
    with absent("DBInstanceNotFound"):
        return _instance(rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0])
    return None


def find_snapshot(rds: Any, id: str) -> DbSnapshot | None:
    """The snapshot of that id; None where there is none."""
    with absent("DBSnapshotNotFound"):
        return _snapshot(rds.describe_db_snapshots(DBSnapshotIdentifier=id)["DBSnapshots"][0])
    return None


def list_snapshots(rds: Any, source: str) -> tuple[DbSnapshot, ...]:
    """Every snapshot of the instance `source` in the client's Region: its own, copies, and those of AWS Backup.

    AWS Backup's are listed only where they are asked for (Amazon RDS API Reference, DescribeDBSnapshots).
    """
    pages = rds.get_paginator("describe_db_snapshots")
    found: dict[str, DbSnapshot] = {}
    for kind in ("manual", "automated", "awsbackup"):
        for page in pages.paginate(DBInstanceIdentifier=source, SnapshotType=kind):
            found |= {raw["DBSnapshotArn"]: _snapshot(raw) for raw in page["DBSnapshots"]}
    return tuple(found.values())


def vpc_of_subnet_group(rds: Any, name: str) -> str | None:
    """The VPC of a DB subnet group; None where there is no such group."""
    with absent("DBSubnetGroupNotFoundFault"):
        groups = rds.describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"]
        return str(groups[0]["VpcId"])
    return None


def find_parameter_group(rds: Any, name: str) -> str | None:
    """The family of a DB parameter group, such as postgres16; None where there is no such group."""
    with absent("DBParameterGroupNotFound"):
        groups = rds.describe_db_parameter_groups(DBParameterGroupName=name)["DBParameterGroups"]
        return str(groups[0]["DBParameterGroupFamily"]) if groups else None
    return None


def recovery_point_of(raw: Mapping[str, Any]) -> RecoveryPoint | None:
    """The newest moment whose data is in a snapshot.

    `SnapshotDatabaseTime` is the newest transaction inside. `SnapshotCreateTime` of a copy is when the copy was
    made, hours later perhaps: it counts only for a snapshot that is no copy (Amazon RDS API Reference, DBSnapshot).
    """
    for name in _recovery_fields(raw):
        if (at := raw.get(name)) is not None:
            instant: datetime = at
            return RecoveryPoint(instant, f"RDS {name}")
    return None


def _recovery_fields(raw: Mapping[str, Any]) -> Iterator[str]:
    yield "SnapshotDatabaseTime"
    yield "OriginalSnapshotCreateTime"
    if not raw.get("SourceDBSnapshotIdentifier"):
        yield "SnapshotCreateTime"


def _snapshot(raw: Mapping[str, Any]) -> DbSnapshot:
    return DbSnapshot(
        id=raw["DBSnapshotIdentifier"],
        arn=raw["DBSnapshotArn"],
        status=raw["Status"],
        engine=raw["Engine"],
        engine_version=raw.get("EngineVersion", ""),
        kms_key=raw.get("KmsKeyId") if raw.get("Encrypted") else None,
        storage_gb=raw.get("AllocatedStorage", 0),
        recovery_point=recovery_point_of(raw),
        owner=owner_of(tags_of(raw.get("TagList"))),
        instance=raw.get("DBInstanceIdentifier", ""),
        source=raw.get("SourceDBSnapshotIdentifier"),
        percent=raw.get("PercentProgress"),
        manual=raw.get("SnapshotType") == "manual",
    )


def _instance(raw: Mapping[str, Any]) -> DbInstance:
    endpoint, tags = raw.get("Endpoint") or {}, tags_of(raw.get("TagList"))
    restored_to = tags.get(RESTORE_TIME_TAG)
    return DbInstance(
        name=raw["DBInstanceIdentifier"],
        status=raw["DBInstanceStatus"],
        owner=owner_of(tags),
        arn=raw["DBInstanceArn"],
        resource_id=raw.get("DbiResourceId", ""),
        engine_version=raw.get("EngineVersion", ""),
        instance_class=raw.get("DBInstanceClass", ""),
        subnet_group=(raw.get("DBSubnetGroup") or {}).get("DBSubnetGroupName", ""),
        security_groups={g["VpcSecurityGroupId"]: g.get("Status", "") for g in raw.get("VpcSecurityGroups", ())},
        parameter_groups={
            g["DBParameterGroupName"]: g.get("ParameterApplyStatus", "") for g in raw.get("DBParameterGroups", ())
        },
        multi_az=bool(raw.get("MultiAZ")),
        kms_key=raw.get("KmsKeyId") if raw.get("StorageEncrypted") else None,
        deletion_protection=bool(raw.get("DeletionProtection")),
        pending=tuple(sorted(raw.get("PendingModifiedValues") or ())),
        endpoint=endpoint.get("Address"),
        port=endpoint.get("Port"),
        hydrated_percent=raw.get("StorageOperationPercentProgress"),
        replica_of=raw.get("ReadReplicaSourceDBInstanceIdentifier"),
        replication=_replication(raw),
        vpc=(raw.get("DBSubnetGroup") or {}).get("VpcId"),
        zone=raw.get("AvailabilityZone", ""),
        standby_zone=raw.get("SecondaryAvailabilityZone"),
        backup_retention_days=raw.get("BackupRetentionPeriod", 0),
        backup_window=raw.get("PreferredBackupWindow", ""),
        max_storage_gb=raw.get("MaxAllocatedStorage"),
        restored_to=parse_instant(restored_to) if restored_to else None,
        of_drill=tags.get(MODE_TAG) == "drill",
        restorable_until=raw.get("LatestRestorableTime"),
    )


def _replication(raw: Mapping[str, Any]) -> str | None:
    told = [info for info in raw.get("StatusInfos") or () if info.get("StatusType") == "read replication"]
    return str(told[0]["Status"]) if told else None
