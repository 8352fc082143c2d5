"""What every RDS handler needs of an instance: finding it, and the parts of it that moto makes up wrongly."""

from __future__ import annotations

import string
from collections.abc import Callable, Sequence
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.stages import walk

_RESOURCE_ID_LETTERS = string.ascii_uppercase + string.digits
Stages = Sequence[tuple[str, str]]
CREATION: Stages = (("creating", "rds.create"), ("backing-up", "rds.backup"))
RESTORE: Stages = (("creating", "rds.restore"), ("backing-up", "rds.backup"))
REPLICA: Stages = (("creating", "rds.replica"),)
_MULTI_AZ = (("modifying", "rds.multi_az"),)


def rds_of(call: Call) -> Any:
    """moto's RDS of the call's account and Region."""
    return resources("rds", call.account, call.region)


def find_instance(call: Call, name: str) -> Any:
    """moto's instance of that name or ARN; None where there is none."""
    return rds_of(call).databases.get(name.rsplit(":", 1)[-1])


def instance_of(call: Call, parameter: str = "DBInstanceIdentifier") -> Any:
    """moto's instance that the call names. Raises AwsError DBInstanceNotFound."""
    name = str(call.params[parameter])
    found = find_instance(call, name)
    if found is None:
        raise AwsError("DBInstanceNotFound", f"DBInstance {name} not found.", 404)
    return found


def require_available(instance: Any, doing: str) -> None:
    """Raise InvalidDBInstanceState where AWS would not let an instance in this state be changed."""
    if instance.status not in ("available", "storage-optimization"):
        name = instance.db_instance_identifier
        raise AwsError(
            "InvalidDBInstanceState",
            f"Instance {name} is not in available state: it is {instance.status}, so {doing} is not possible.",
        )


def begin_life(world: World, instance: Any, *, stages: Stages, done: Callable[[], None] = lambda: None) -> None:
    """Have a new instance come up: its own resource id, no endpoint yet, the states until `available`, then `done`."""
    letters = "".join(world.random.choices(_RESOURCE_ID_LETTERS, k=26))
    instance.dbi_resource_id = f"db-{letters}"
    instance.secondary_availability_zone = None
    if instance.multi_az:
        stages = (*stages, *_MULTI_AZ)

    def up() -> None:
        place_standby(instance)
        done()

    walk(world, instance, stages, "available", up)


def place_standby(instance: Any) -> None:
    """Give a Multi-AZ instance a standby in another Availability Zone of its subnet group."""
    if not instance.multi_az:
        instance.secondary_availability_zone = None
        return
    group = getattr(instance, "db_subnet_group", None)
    others = [zone for zone in zones_of(group) if zone != instance.availability_zone] if group is not None else []
    instance.secondary_availability_zone = others[0] if others else f"{instance.region}b"


def zones_of(group: Any) -> list[str]:
    """The Availability Zones of moto's DB subnet group, in order."""
    return sorted({subnet["SubnetAvailabilityZone"]["Name"] for subnet in group.subnets})


def password_of(instance: Any) -> str:
    """The master user's password: moto keeps it, and shows it to nobody."""
    return str(instance._master_user_password)  # noqa: SLF001 (moto has no public way to read it)


def share_password(source: Any, instance: Any) -> None:
    """Who can log in to `source` can log in to `instance`, and nobody else."""
    instance.master_user_password = password_of(source)
