"""Restoring an instance, from a snapshot or to a point in time: what AWS refuses, and how the new one comes up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.rds_shapes import begin_life, find_instance, instance_of, rds_of, zones_of
from drctl.sim.services.rds_snapshots import usable_key


class Restores:
    def __init__(self, world: World) -> None:
        self._world = world

    def check_snapshot(self, call: Call) -> None:
        _require_free(call, str(call.params["DBInstanceIdentifier"]))
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
        _check_network(call)

    def check_point_in_time(self, call: Call) -> None:
        _require_free(call, str(call.params["TargetDBInstanceIdentifier"]))
        source = instance_of(call, "SourceDBInstanceIdentifier")
        wanted, latest = call.params.get("RestoreTime"), call.params.get("UseLatestRestorableTime")
        if bool(wanted) == bool(latest):
            raise AwsError("InvalidParameterCombination", "Give either RestoreTime or UseLatestRestorableTime.")
        restorable = source.latest_restorable_time
        if not source.backup_retention_period or restorable is None:
            raise AwsError("PointInTimeRestoreNotEnabled", "Backups are not enabled on the source DB instance.")
        if wanted and wanted.replace(tzinfo=None) > restorable:
            raise AwsError(
                "InvalidParameterValue", "The specified instance cannot be restored to a time later than the latest."
            )
        _check_network(call)

    def restored_from_snapshot(self, call: Call) -> Mapping[str, Any]:
        return self._restored(call, str(call.params["DBInstanceIdentifier"]))

    def restored_to_point_in_time(self, call: Call) -> Mapping[str, Any]:
        return self._restored(call, str(call.params["TargetDBInstanceIdentifier"]))

    def _restored(self, call: Call, name: str) -> Mapping[str, Any]:
        instance = find_instance(call, name)
        # moto takes these from the source; AWS takes them from the call, or its own defaults.
        instance.multi_az = bool(call.params.get("MultiAZ"))
        instance.deletion_protection = bool(call.params.get("DeletionProtection"))
        instance.availability_zone = call.params.get("AvailabilityZone", f"{call.region}a")
        instance.publicly_accessible = bool(call.params.get("PubliclyAccessible"))
        begin_life(self._world, instance, restored=True)
        return {"DBInstance": instance}


def _require_free(call: Call, name: str) -> None:
    if find_instance(call, name) is not None:
        raise AwsError("DBInstanceAlreadyExists", f"DB instance {name} already exists")


def _check_network(call: Call) -> None:
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
