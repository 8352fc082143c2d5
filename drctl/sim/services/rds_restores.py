"""Restoring an instance, from a snapshot or to a point in time: what AWS refuses, and how the new one comes up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from moto.core.utils import camelcase_to_underscores

from drctl.sim.moto_resources import refusals, resources
from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.rds_backups import Backup, Backups
from drctl.sim.services.rds_contents import instant, restore_contents
from drctl.sim.services.rds_renaming import is_being_taken
from drctl.sim.services.rds_shapes import RESTORE, begin_life, find_instance, rds_of, share_password, zones_of
from drctl.sim.services.rds_snapshots import usable_key

_PASSING = "drctl-passing"
"""A snapshot that is there only while a restore is being made."""


class Restores:
    def __init__(self, world: World) -> None:
        self._world = world
        self._backups = world.part(Backups)

    def check_snapshot(self, call: Call) -> None:
        require_free(call, str(call.params["DBInstanceIdentifier"]))
        name = str(call.params["DBSnapshotIdentifier"])
        if name.startswith("arn:") and name.split(":")[3] != call.region:
            raise AwsError("DBSnapshotNotFound", f"DBSnapshot {name} is not in {call.region}.", 404)
        snapshot = rds_of(call).database_snapshots.get(name.split(":", 6)[-1] if name.startswith("arn:") else name)
        if snapshot is None:
            raise AwsError("DBSnapshotNotFound", f"DBSnapshot {name} not found.", 404)
        if snapshot.status != "available":
            raise AwsError("InvalidDBSnapshotState", f"Snapshot {name} is {snapshot.status}, not available.")
        if snapshot.encrypted:
            usable_key(call, str(snapshot.kms_key_id))
        check_network(call)

    def restore_to_point_in_time(self, call: Call) -> Mapping[str, Any]:
        """moto takes any time, and knows no backups of another Region; so the restore is made from a snapshot here."""
        target = str(call.params["TargetDBInstanceIdentifier"])
        require_free(call, target)
        backup = self._backups.named_by(call)
        wanted, latest = call.params.get("RestoreTime"), call.params.get("UseLatestRestorableTime")
        if bool(wanted) == bool(latest):
            raise AwsError("InvalidParameterCombination", "Give either RestoreTime or UseLatestRestorableTime.")
        window = backup.window
        if window is None:
            raise AwsError("PointInTimeRestoreNotEnabled", "Backups are not enabled on the source DB instance.")
        if wanted and not window[0] <= wanted.astimezone(UTC) <= window[1]:
            raise AwsError(
                "InvalidParameterValue",
                f"The specified instance cannot be restored to a time outside {window[0]} to {window[1]}.",
            )
        if backup.kms_key:
            usable_key(call, backup.kms_key)
        check_network(call)
        self._make(call, backup, target)
        data_at = wanted.astimezone(UTC) if wanted else window[1]
        restore_contents(find_instance(call, target), backup.instance, data_at, self._world)
        return self._restored(call, target)

    def _make(self, call: Call, backup: Backup, target: str) -> None:
        from moto.rds.models import DBSnapshot

        here = rds_of(call)
        wanted = {camelcase_to_underscores(name): value for name, value in call.params.items()}
        here.database_snapshots[_PASSING] = DBSnapshot(here, backup.instance, _PASSING, kms_key_id=backup.kms_key)
        try:
            with refusals():
                made = here.restore_db_instance_from_db_snapshot(_PASSING, {**wanted, "db_instance_identifier": target})
            share_password(backup.instance, made)
        finally:
            del here.database_snapshots[_PASSING]

    def restored_from_snapshot(self, call: Call) -> Mapping[str, Any]:
        name, snapshot_name = str(call.params["DBInstanceIdentifier"]), str(call.params["DBSnapshotIdentifier"])
        snapshot = rds_of(call).database_snapshots[snapshot_name.split(":", 6)[-1]]
        data_at = instant(getattr(snapshot, "snapshot_database_time", None) or snapshot.original_snapshot_create_time)
        restore_contents(find_instance(call, name), snapshot.database, data_at, self._world)
        share_password(snapshot.database, find_instance(call, name))
        return self._restored(call, name)

    def _restored(self, call: Call, name: str) -> Mapping[str, Any]:
        instance = find_instance(call, name)
        # moto takes these from the source; AWS takes them from the call, or its own defaults.
        instance.multi_az = bool(call.params.get("MultiAZ"))
        instance.deletion_protection = bool(call.params.get("DeletionProtection"))
        instance.availability_zone = call.params.get("AvailabilityZone", self._world.standing_zones(call.region)[0])
        instance.publicly_accessible = bool(call.params.get("PubliclyAccessible"))
        # A snapshot of a replica makes no replica.
        instance.is_replica, instance.source_db_instance_identifier, instance.status_infos = False, None, []
        begin_life(self._world, instance, stages=RESTORE)
        return {"DBInstance": instance}


def require_free(call: Call, name: str) -> None:
    """Raise DBInstanceAlreadyExists where the name is taken."""
    if find_instance(call, name) is not None or is_being_taken(call, name):
        raise AwsError("DBInstanceAlreadyExists", f"DB instance {name} already exists")


def check_network(call: Call) -> None:
    """The subnet group and security groups that the call names are in this Region; Multi-AZ needs two zones."""
    rds, ec2 = rds_of(call), resources("ec2", call.account, call.region)
    group = call.params.get("DBSubnetGroupName")
    if group is not None:
        found = rds.subnet_groups.get(group)
        if found is None:
            raise AwsError("DBSubnetGroupNotFoundFault", f"DB subnet group '{group}' does not exist.", 404)
        if call.params.get("MultiAZ") and len(zones_of(found)) < 2:
            raise AwsError(
                "DBSubnetGroupDoesNotCoverEnoughAZs",
                f"DB subnet group {group} does not cover at least two Availability Zones.",
            )
    for group_id in call.params.get("VpcSecurityGroupIds", ()):
        if ec2.get_security_group_from_id(group_id) is None:
            raise AwsError("InvalidParameterValue", f"Invalid security group, groupId= {group_id}, groupName=.")
