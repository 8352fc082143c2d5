"""An instance that is renamed: `renaming` under its old name, then restarting under the new one.

The endpoint follows the name, and the old name is free only when the rename is through; replicas stay with the
instance (Amazon RDS User Guide, "Renaming a DB instance").
"""

from __future__ import annotations

from typing import Any

from drctl.sim.moto_used import used
from drctl.sim.overlay import Call, World
from drctl.sim.services.rds_shapes import find_instance, rds_of
from drctl.sim.services.stages import walk

_NEXT_NAME = "drctl_next_name"


def begin_renaming(world: World, call: Call, new: str) -> Any:
    """Have the instance, which moto has renamed at once, keep its old name until the rename is through."""
    rds, old, instance = rds_of(call), str(call.params["DBInstanceIdentifier"]), find_instance(call, new)
    arn = instance.arn
    _put(rds, instance, old)
    setattr(instance, _NEXT_NAME, new)

    def through() -> None:
        setattr(instance, _NEXT_NAME, None)
        before = instance.arn
        _put(rds, instance, new)
        _follow(before, arn, old, new)
        walk(world, instance, [("rebooting", "rds.reboot")], "available")

    walk(world, instance, [("renaming", "rds.rename")], None, through)
    return instance


def is_being_taken(call: Call, name: str) -> bool:
    """Whether an instance is on its way to that name."""
    return any(getattr(instance, _NEXT_NAME, None) == name for instance in rds_of(call).databases.values())


def _put(rds: Any, instance: Any, name: str) -> None:
    del rds.databases[instance.db_instance_identifier]
    instance.db_instance_identifier = name
    rds.databases[name] = instance


def _follow(before: str, after: str, old: str, new: str) -> None:
    """Have the replicas of the instance name it as it is called now."""
    region = before.split(":")[3]
    for _, where, rds in used("rds", "rds_backends"):
        for replica in rds.databases.values():
            source = replica.source_db_instance_identifier
            if source == before:
                replica.source_db_instance_identifier = after
            elif where == region and source == old:
                replica.source_db_instance_identifier = new
