"""RDS instances: how they change, and when they may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.rds_shapes import (
    begin_life,
    find_instance,
    instance_of,
    place_standby,
    rds_of,
    require_available,
)
from drctl.sim.services.stages import walk

# What RDS changes without the instance leaving `available`.
_AT_ONCE = frozenset(
    {
        "DBInstanceIdentifier", "ApplyImmediately", "DeletionProtection", "CopyTagsToSnapshot",
        "PreferredBackupWindow", "PreferredMaintenanceWindow", "AutoMinorVersionUpgrade", "MaxAllocatedStorage",
        "CertificateRotationRestart",
    }
)  # fmt: skip


class Instances:
    def __init__(self, world: World) -> None:
        self._world = world

    def created(self, call: Call) -> Mapping[str, Any]:
        instance = instance_of(call)
        if "AvailabilityZone" not in call.params:
            instance.availability_zone = f"{call.region}a"
        begin_life(self._world, instance, restored=False)
        return {"DBInstance": instance}

    def replica_created(self, call: Call) -> Mapping[str, Any]:
        replica = instance_of(call)
        # moto's replica is a shallow copy of its source, down to the time it was made.
        replica.created = replica.instance_create_time = self._world.now().replace(tzinfo=None)
        replica.availability_zone = call.params.get("AvailabilityZone", f"{call.region}a")
        begin_life(self._world, replica, restored=True)
        return {"DBInstance": replica}

    def check_modify(self, call: Call) -> None:
        instance = instance_of(call)
        require_available(instance, "a modification")
        wanted = call.params.get("NewDBInstanceIdentifier")
        if wanted is not None and find_instance(call, wanted) is not None:
            raise AwsError("DBInstanceAlreadyExists", f"DB instance {wanted} already exists")

    def modified(self, call: Call) -> Mapping[str, Any]:
        renamed = call.params.get("NewDBInstanceIdentifier")
        instance = find_instance(call, renamed) if renamed else instance_of(call)
        if set(call.params) - _AT_ONCE:
            status = "renaming" if renamed else "modifying"
            walk(self._world, instance, [(status, "rds.modify")], "available", lambda: place_standby(instance))
        return {"DBInstance": instance}

    def check_reboot(self, call: Call) -> None:
        instance = instance_of(call)
        require_available(instance, "a reboot")
        if call.params.get("ForceFailover") and not instance.multi_az:
            raise AwsError("InvalidParameterCombination", "Force failover is only possible for a Multi-AZ DB instance.")

    def rebooted(self, call: Call) -> Mapping[str, Any]:
        instance = instance_of(call)

        def fail_over() -> None:
            if call.params.get("ForceFailover"):
                here, there = instance.availability_zone, instance.secondary_availability_zone
                instance.availability_zone, instance.secondary_availability_zone = there, here

        walk(self._world, instance, [("rebooting", "rds.reboot")], "available", fail_over)
        return {"DBInstance": instance}

    def started(self, call: Call) -> Mapping[str, Any]:
        instance = instance_of(call)
        walk(self._world, instance, [("starting", "rds.start")], "available")
        return {"DBInstance": instance}

    def stopped(self, call: Call) -> Mapping[str, Any]:
        instance = instance_of(call)
        walk(self._world, instance, [("stopping", "rds.stop")], "stopped")
        return {"DBInstance": instance}

    def check_promote(self, call: Call) -> None:
        instance = instance_of(call)
        if not instance.is_replica:
            raise AwsError(
                "InvalidDBInstanceState", f"DB Instance {instance.db_instance_identifier} is not a read replica."
            )
        require_available(instance, "a promotion")

    def promoted(self, call: Call) -> Mapping[str, Any]:
        instance = instance_of(call)
        instance.source_db_instance_identifier = None
        stages = [("modifying", "rds.promote"), ("rebooting", "rds.reboot")]
        walk(self._world, instance, stages, "available", lambda: place_standby(instance))
        return {"DBInstance": instance}

    def delete(self, call: Call) -> Mapping[str, Any]:
        """moto's instance is gone at once; here it is `deleting` until its time has come."""
        instance = instance_of(call)
        name = instance.db_instance_identifier
        final = call.params.get("FinalDBSnapshotIdentifier")
        if instance.deletion_protection:
            raise AwsError(
                "InvalidParameterCombination",
                "Cannot delete protected DB Instance, please disable deletion protection and try again.",
            )
        if instance.status in ("creating", "deleting"):
            raise AwsError("InvalidDBInstanceState", f"Instance {name} is {instance.status}; it cannot be deleted now.")
        if not call.params.get("SkipFinalSnapshot") and not final:
            raise AwsError(
                "InvalidParameterCombination",
                "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
            )
        if final and call.params.get("SkipFinalSnapshot"):
            raise AwsError(
                "InvalidParameterCombination", "FinalDBSnapshotIdentifier cannot be given with SkipFinalSnapshot."
            )
        rds = rds_of(call)
        keep_backups = call.params.get("DeleteAutomatedBackups") is False

        def gone() -> None:
            rds.delete_db_instance(
                name, final, skip_final_snapshot=final is None, delete_automated_backups=not keep_backups
            )

        walk(self._world, instance, [("deleting", "rds.delete")], None, gone)
        return {"DBInstance": instance}
