"""RDS: instances and snapshots whose states lag as they do on AWS, and the checks that moto leaves out.

Sources: Amazon RDS User Guide ("Viewing DB instance status", "Restoring from a DB snapshot", "Copying a DB
snapshot") and the Amazon RDS API Reference for the errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.overlay import Handler, World
from drctl.sim.services.rds_instances import Instances
from drctl.sim.services.rds_restores import Restores
from drctl.sim.services.rds_snapshots import Snapshots


class RdsOverlay:
    service = "rds"

    def __init__(self, world: World) -> None:
        self._world = world
        instances, snapshots, restores = Instances(world), Snapshots(world), Restores(world)
        self.replaces: Mapping[str, Handler] = {
            "DeleteDBInstance": instances.delete,
            "CopyDBSnapshot": snapshots.copy,
        }
        self.before: Mapping[str, Handler] = {
            "ModifyDBInstance": instances.check_modify,
            "RebootDBInstance": instances.check_reboot,
            "PromoteReadReplica": instances.check_promote,
            "CreateDBSnapshot": snapshots.check_create,
            "DeleteDBSnapshot": snapshots.check_delete,
            "RestoreDBInstanceFromDBSnapshot": restores.check_snapshot,
            "RestoreDBInstanceToPointInTime": restores.check_point_in_time,
        }
        self.after: Mapping[str, Handler] = {
            "CreateDBInstance": instances.created,
            "CreateDBInstanceReadReplica": instances.replica_created,
            "ModifyDBInstance": instances.modified,
            "RebootDBInstance": instances.rebooted,
            "StartDBInstance": instances.started,
            "StopDBInstance": instances.stopped,
            "PromoteReadReplica": instances.promoted,
            "CreateDBSnapshot": snapshots.created,
            "RestoreDBInstanceFromDBSnapshot": restores.restored_from_snapshot,
            "RestoreDBInstanceToPointInTime": restores.restored_to_point_in_time,
        }

    def reset(self) -> None:
        # moto's resources carry every state, and the server forgets those.
        return None

    def state(self) -> Mapping[str, Any]:
        return {}
