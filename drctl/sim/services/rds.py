"""RDS: instances and snapshots whose states lag as they do on AWS, and the checks that moto leaves out.

Sources: Amazon RDS User Guide ("Viewing DB instance status", "Restoring from a DB snapshot", "Copying a DB
snapshot") and the Amazon RDS API Reference for the errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.overlay import Handler, World
from drctl.sim.services.aurora_global import GlobalClusters
from drctl.sim.services.rds_backups import Backups
from drctl.sim.services.rds_damage import Damages
from drctl.sim.services.rds_events import describe_events
from drctl.sim.services.rds_instances import Instances
from drctl.sim.services.rds_replicas import Replicas
from drctl.sim.services.rds_restores import Restores, require_free
from drctl.sim.services.rds_snapshots import Snapshots


class RdsOverlay:
    service = "rds"

    def __init__(self, world: World) -> None:
        self._world = world
        instances, snapshots, restores = Instances(world), Snapshots(world), Restores(world)
        replicas, self._backups = Replicas(world), world.part(Backups)
        self._globals, self._damages = GlobalClusters(world), world.part(Damages)
        self.replaces: Mapping[str, Handler] = {
            "DeleteDBInstance": instances.delete,
            "CreateGlobalCluster": self._globals.create,
            "DescribeGlobalClusters": self._globals.describe,
            "FailoverGlobalCluster": self._globals.fail_over,
            "SwitchoverGlobalCluster": self._globals.switch_over,
            "CopyDBSnapshot": snapshots.copy,
            "CreateDBInstanceReadReplica": replicas.create,
            "DeleteDBInstanceAutomatedBackup": self._backups.delete,
            "DescribeDBInstanceAutomatedBackups": self._backups.describe,
            "DescribeEvents": lambda call: describe_events(call, world.now()),
            "RestoreDBInstanceToPointInTime": restores.restore_to_point_in_time,
            "StartDBInstanceAutomatedBackupsReplication": self._backups.start_replication,
        }
        self.before: Mapping[str, Handler] = {
            "CreateDBInstance": lambda call: require_free(call, str(call.params["DBInstanceIdentifier"])),
            "ModifyDBInstance": instances.check_modify,
            "RebootDBInstance": instances.check_reboot,
            "PromoteReadReplica": replicas.check_promote,
            "CreateDBSnapshot": snapshots.check_create,
            "DeleteDBSnapshot": snapshots.check_delete,
            "RestoreDBInstanceFromDBSnapshot": restores.check_snapshot,
        }
        self.after: Mapping[str, Handler] = {
            "CreateDBInstance": instances.created,
            "ModifyDBInstance": instances.modified,
            "RebootDBInstance": instances.rebooted,
            "StartDBInstance": instances.started,
            "StopDBInstance": instances.stopped,
            "PromoteReadReplica": replicas.promoted,
            "CreateDBSnapshot": snapshots.created,
            "RestoreDBInstanceFromDBSnapshot": restores.restored_from_snapshot,
        }

    def reset(self) -> None:
        # Every other state is carried by moto's resources, and the server forgets those.
        self._backups.reset()
        self._damages.reset()

    def state(self) -> Mapping[str, Any]:
        return {**self._backups.state(), **self._globals.state(), **self._damages.state()}
