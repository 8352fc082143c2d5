"""Automated backups: how far back and forth they reach, at home and replicated to another Region.

Replicated backups outlive their Region; they reach no further than what was shipped before it was lost (Amazon RDS
User Guide, "Replicating automated backups to another AWS Region").
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.rds_shapes import instance_of, rds_of
from drctl.sim.services.rds_snapshots import usable_key


@dataclass(frozen=True, slots=True)
class Backup:
    """The automated backups of one instance in one Region."""

    instance: Any
    source_region: str
    kms_key: str | None
    retention_days: int
    window: tuple[datetime, datetime] | None
    """The earliest and the latest time that can be restored to; None where there are no backups."""
    arn: str = ""
    """Only replicated backups are known by theirs."""
    retained: bool = False
    """Whether their instance is deleted, and they were to stay."""


@dataclass(frozen=True, slots=True)
class _Replicated:
    account: str
    region: str
    instance: Any
    kms_key: str | None
    retention_days: int
    since: datetime
    arn: str


class Backups:
    """Every instance's backups, one table for those that restore and those that describe."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._replicated: dict[str, _Replicated] = {}
        self._retained: dict[str, tuple[str, Backup]] = {}

    def reset(self) -> None:
        """Forget every replication, and all that was retained."""
        self._replicated.clear()
        self._retained.clear()

    def state(self) -> Mapping[str, Any]:
        """Which instances' backups are replicated, and to where."""
        names = [f"{one.account}/{one.region}/{one.instance.db_instance_identifier}" for one in self._listed()]
        return {"replicated_backups": sorted(names)} if names else {}

    def retain(self, account: str, instance: Any) -> None:
        """Keep the backups of an instance that is deleted, where it has any."""
        backup = self._at_home(instance)
        if backup.retention_days:
            kept = replace(backup, instance=copy.copy(instance), retained=True)
            self._retained[instance.dbi_resource_id] = (account, kept)

    def delete(self, call: Call) -> Mapping[str, Any]:
        """Delete what was retained: the backups of an instance that is there go with it."""
        id = str(call.params.get("DbiResourceId"))
        account, backup = self._retained.get(id, ("", None))
        if backup is None or (account, backup.source_region) != (call.account, call.region):
            raise AwsError("DBInstanceAutomatedBackupNotFound", f"There is no automated backup {id}.", 404)
        del self._retained[id]
        return {"DBInstanceAutomatedBackup": _shape(backup)}

    def start_replication(self, call: Call) -> Mapping[str, Any]:
        _, _, _, region, account, _, name = str(call.params["SourceDBInstanceArn"]).split(":", 6)
        source = resources("rds", account, region).databases.get(name)
        if source is None:
            raise AwsError("DBInstanceNotFound", f"DBInstance {name} not found.", 404)
        key = call.params.get("KmsKeyId")
        if source.storage_encrypted and not key:
            raise AwsError("InvalidParameterCombination", "KmsKeyId must be specified for an encrypted source.")
        arn = f"arn:aws:rds:{call.region}:{call.account}:auto-backup:ab-{source.dbi_resource_id[3:].lower()}"
        self._replicated[arn] = _Replicated(
            account=call.account,
            region=call.region,
            # What is shipped stays, whatever becomes of the source.
            instance=copy.copy(source),
            kms_key=usable_key(call, str(key)) if key else None,
            retention_days=int(call.params.get("BackupRetentionPeriod", 7)),
            since=self._world.now(),
            arn=arn,
        )
        return {"DBInstanceAutomatedBackup": _shape(self._shipped(self._replicated[arn]))}

    def describe(self, call: Call) -> Mapping[str, Any]:
        """Those at home and those that were replicated to here."""
        name, arn = call.params.get("DBInstanceIdentifier"), call.params.get("DBInstanceAutomatedBackupsArn")
        found = [self._at_home(instance) for instance in rds_of(call).databases.values()]
        found += [
            self._shipped(one) for one in self._listed() if (one.account, one.region) == (call.account, call.region)
        ]
        found += [
            backup
            for account, backup in self._retained.values()
            if (account, backup.source_region) == (call.account, call.region)
        ]
        id = call.params.get("DbiResourceId")
        told = [
            _shape(backup)
            for backup in found
            if backup.retention_days
            and name in (None, backup.instance.db_instance_identifier)
            and arn in (None, backup.arn)
            and id in (None, backup.instance.dbi_resource_id)
        ]
        return {"DBInstanceAutomatedBackups": told}

    def named_by(self, call: Call) -> Backup:
        """The backups that a restore names, by their ARN or by their instance."""
        arn = call.params.get("SourceDBInstanceAutomatedBackupsArn")
        if arn is None:
            if resource_id := call.params.get("SourceDbiResourceId"):
                return self._at_home(_of_resource(call, str(resource_id)))
            return self._at_home(instance_of(call, "SourceDBInstanceIdentifier"))
        found = self._replicated.get(str(arn))
        if found is None or (found.account, found.region) != (call.account, call.region):
            raise AwsError("DBInstanceAutomatedBackupNotFound", f"There is no automated backup {arn}.", 404)
        return self._shipped(found)

    def _listed(self) -> list[_Replicated]:
        return list(self._replicated.values())

    def _at_home(self, instance: Any) -> Backup:
        latest, days = instance.latest_restorable_time, instance.backup_retention_period
        window = None
        if latest is not None:
            window = self._window(instance.instance_create_time.replace(tzinfo=UTC), latest.replace(tzinfo=UTC), days)
        return Backup(instance, instance.region, instance.kms_key_id, days, window)

    def _shipped(self, one: _Replicated) -> Backup:
        present = self._world.lost_since.get(one.instance.region, self._world.now())
        latest = present - timedelta(minutes=5) - self._world.durations["rds.backup_replication"]
        window = self._window(one.since, latest, one.retention_days)
        return Backup(one.instance, one.instance.region, one.kms_key, one.retention_days, window, one.arn)

    def _window(self, first: datetime, latest: datetime, days: int) -> tuple[datetime, datetime] | None:
        earliest = max(first, self._world.now() - timedelta(days=days))
        return (earliest, latest) if earliest <= latest else None


def _of_resource(call: Call, resource_id: str) -> Any:
    for instance in rds_of(call).databases.values():
        if instance.dbi_resource_id == resource_id:
            return instance
    raise AwsError("DBInstanceNotFound", f"There is no DB instance with the resource id {resource_id}.", 404)


def _shape(backup: Backup) -> Mapping[str, Any]:
    instance, window = backup.instance, backup.window
    shape = {
        "DBInstanceIdentifier": instance.db_instance_identifier,
        "DBInstanceArn": instance.arn,
        "DbiResourceId": instance.dbi_resource_id,
        "Region": backup.source_region,
        "Status": "retained" if backup.retained else "active" if window else "creating",
        "RestoreWindow": {"EarliestTime": window[0], "LatestTime": window[1]} if window else {},
        "AllocatedStorage": instance.allocated_storage,
        "Engine": instance.engine,
        "EngineVersion": instance.engine_version,
        "Encrypted": backup.kms_key is not None,
        "KmsKeyId": backup.kms_key,
        "BackupRetentionPeriod": backup.retention_days,
        "DBInstanceAutomatedBackupsArn": backup.arn or None,
        "TagList": list(instance.tags) if backup.retained else None,
    }
    return {name: value for name, value in shape.items() if value is not None}
