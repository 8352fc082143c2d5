"""RDS instances: how they change, and when they may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.moto_mends import APPLY_STATUS
from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.rds_backups import Backups
from drctl.sim.services.rds_failovers import Failovers
from drctl.sim.services.rds_renaming import begin_renaming
from drctl.sim.services.rds_replicas import detach
from drctl.sim.services.rds_restores import require_free
from drctl.sim.services.rds_shapes import (
    CREATION,
    begin_life,
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

_NO_LAST_SNAPSHOT = frozenset({"failed", "incompatible-restore", "incompatible-network"})

_HAD_BACKUPS = "drctl_had_backups"


def _in_force(instance: Any) -> None:
    setattr(instance, APPLY_STATUS, "in-sync")


class Instances:
    def __init__(self, world: World) -> None:
        self._world = world
        self._failovers = Failovers(world)
        self._backups = world.part(Backups)

    def created(self, call: Call) -> Mapping[str, Any]:
        instance = instance_of(call)
        if "AvailabilityZone" not in call.params:
            instance.availability_zone = self._world.standing_zones(call.region)[0]
        begin_life(self._world, instance, stages=CREATION)
        return {"DBInstance": instance}

    def check_modify(self, call: Call) -> None:
        instance = instance_of(call)
        require_available(instance, "a modification")
        setattr(instance, _HAD_BACKUPS, instance.backup_retention_period)
        group = call.params.get("DBParameterGroupName")
        if group is not None and group not in [one.name for one in instance.db_parameter_groups()]:
            # Static parameters of another group wait for a reboot (Amazon RDS User Guide, "Parameter groups").
            setattr(instance, APPLY_STATUS, "pending-reboot")
        wanted = call.params.get("NewDBInstanceIdentifier")
        if wanted is not None:
            require_free(call, str(wanted))

    def modified(self, call: Call) -> Mapping[str, Any]:
        renamed = call.params.get("NewDBInstanceIdentifier")
        if renamed:
            return {"DBInstance": begin_renaming(self._world, call, str(renamed))}
        instance = instance_of(call)
        if set(call.params) - _AT_ONCE:
            stages = [("modifying", "rds.modify")]
            if "BackupRetentionPeriod" in call.params and not getattr(instance, _HAD_BACKUPS, 0):
                # The first backup is taken at once (Amazon RDS API Reference, ModifyDBInstance).
                stages.append(("backing-up", "rds.backup"))
            walk(self._world, instance, stages, "available", lambda: place_standby(instance))
        return {"DBInstance": instance}

    def check_reboot(self, call: Call) -> None:
        instance = instance_of(call)
        require_available(instance, "a reboot")
        if call.params.get("ForceFailover") and not instance.multi_az:
            raise AwsError("InvalidParameterCombination", "Force failover is only possible for a Multi-AZ DB instance.")

    def rebooted(self, call: Call) -> Mapping[str, Any]:
        instance = instance_of(call)
        if call.params.get("ForceFailover"):
            self._failovers.begin(instance)
        else:
            walk(self._world, instance, [("rebooting", "rds.reboot")], "available", lambda: _in_force(instance))
        return {"DBInstance": instance}

    def started(self, call: Call) -> Mapping[str, Any]:
        instance = instance_of(call)
        walk(self._world, instance, [("starting", "rds.start")], "available")
        return {"DBInstance": instance}

    def stopped(self, call: Call) -> Mapping[str, Any]:
        instance = instance_of(call)
        walk(self._world, instance, [("stopping", "rds.stop")], "stopped")
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
        if final and (instance.is_replica or instance.status in _NO_LAST_SNAPSHOT):
            raise AwsError("InvalidDBInstanceState", f"A final snapshot of {name} cannot be taken.")
        rds = rds_of(call)
        if final and final in rds.database_snapshots:
            raise AwsError("DBSnapshotAlreadyExists", f"Cannot create the snapshot because {final} already exists.")
        keep_backups = call.params.get("DeleteAutomatedBackups") is False

        def gone() -> None:
            if keep_backups:
                self._backups.retain(call.account, instance)
            # moto looks for a replica in its source under the wrong name, where that is in another Region.
            detach(instance)
            rds.delete_db_instance(
                name, final, skip_final_snapshot=final is None, delete_automated_backups=not keep_backups
            )

        walk(self._world, instance, [("deleting", "rds.delete")], None, gone)
        return {"DBInstance": instance}
