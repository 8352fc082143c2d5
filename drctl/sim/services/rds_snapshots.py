"""RDS snapshots: taken, copied to another Region, and what each of their times means.

`SnapshotDatabaseTime` is the instant of the data and `OriginalSnapshotCreateTime` goes with every copy, while
`SnapshotCreateTime` is the copy's own (Amazon RDS API Reference, DBSnapshot).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.rds_shapes import instance_of, rds_of
from drctl.sim.services.stages import walk

_SNAPSHOTTABLE = ("available", "storage-optimization", "backing-up", "stopped")


class Snapshots:
    def __init__(self, world: World) -> None:
        self._world = world

    def check_create(self, call: Call) -> None:
        instance = instance_of(call)
        if instance.status not in _SNAPSHOTTABLE:
            raise AwsError(
                "InvalidDBInstanceState",
                f"Cannot create a snapshot because the database instance {instance.db_instance_identifier} "
                f"is not currently in the available state; it is {instance.status}.",
            )

    def created(self, call: Call) -> Mapping[str, Any]:
        snapshot = rds_of(call).database_snapshots[call.params["DBSnapshotIdentifier"]]
        describe(snapshot, instance_of(call))
        snapshot.snapshot_database_time = snapshot.created
        self._progress(snapshot, "creating", "rds.snapshot")
        return {"DBSnapshot": snapshot}

    def check_delete(self, call: Call) -> None:
        name = str(call.params["DBSnapshotIdentifier"])
        snapshot = rds_of(call).database_snapshots.get(name)
        if snapshot is None:
            raise _not_found(name)
        if snapshot.status not in ("available", "failed"):
            raise AwsError("InvalidDBSnapshotState", f"Snapshot {name} is {snapshot.status}; it cannot be deleted now.")
        if snapshot.snapshot_type == "automated":
            raise AwsError("InvalidDBSnapshotState", "Only manual snapshots may be deleted.")

    def copy(self, call: Call) -> Mapping[str, Any]:
        """moto's copy is done at once, knows no source, and crosses no account; so this one is made here."""
        given, target = str(call.params["SourceDBSnapshotIdentifier"]), str(call.params["TargetDBSnapshotIdentifier"])
        here = rds_of(call)
        here.validate_db_snapshot_identifier(target, parameter_name="TargetDBSnapshotIdentifier")
        if target in here.database_snapshots:
            raise AwsError("DBSnapshotAlreadyExists", f"Cannot create the snapshot because {target} already exists.")
        source = self._source(call, given)
        if source.status != "available":
            raise AwsError("InvalidDBSnapshotState", f"Snapshot {given} is {source.status}; it cannot be copied now.")
        made = self._new_copy(call, here, source, target)
        here.database_snapshots[target] = made
        origin = source.backend.region_name
        self._progress(made, "copying", "rds.snapshot_copy", fails=lambda: origin in self._world.lost_regions)
        return {"DBSnapshot": made}

    def _new_copy(self, call: Call, here: Any, source: Any, target: str) -> Any:
        from moto.rds.models import DBSnapshot

        key = call.params.get("KmsKeyId")
        crosses = source.backend.region_name != call.region
        if crosses and source.encrypted and not key:
            raise AwsError(
                "InvalidParameterCombination",
                "KmsKeyId must be specified: an encrypted snapshot cannot be copied to another Region without a key "
                "of that Region.",
            )
        tags = list(call.params.get("Tags", ()))
        if not tags and call.params.get("CopyTags"):
            tags = list(source.tags)
        made: Any = DBSnapshot(
            here,
            source.database,
            target,
            tags=tags,
            kms_key_id=usable_key(call, str(key)) if key else source.kms_key_id,
            original_created_at=source.original_snapshot_create_time,
        )
        made.tags = tags
        made.snapshot_database_time = getattr(source, "snapshot_database_time", None)
        made.source_db_snapshot_identifier = source.db_snapshot_arn
        made.source_region = source.backend.region_name if crosses else None
        for name in ("availability_zone", "storage_type", "vpc_id", "dbi_resource_id"):
            setattr(made, name, getattr(source, name, None))
        return made

    def _source(self, call: Call, given: str) -> Any:
        """The snapshot that `given` names: here by its name, elsewhere or in another account by its ARN."""
        if not given.startswith("arn:"):
            found = rds_of(call).database_snapshots.get(given)
            if found is None:
                raise _not_found(given)
            return found
        _, _, _, region, account, _, name = given.split(":", 6)
        found = resources("rds", account, region).database_snapshots.get(name)
        shared = found is not None and {call.account, "all"} & set(found.attributes.get("restore", ()))
        if found is None or (account != call.account and not shared):
            raise _not_found(given)
        return found

    def _progress(self, snapshot: Any, status: str, lag: str, fails: Callable[[], bool] = lambda: False) -> None:
        """From 0 % through half of it to available, or to failed where its source is gone by then."""
        snapshot.percent_progress = 0

        def half() -> None:
            if snapshot.status == status:
                snapshot.percent_progress = 50

        def end() -> None:
            if fails():
                snapshot.status = "failed"
            else:
                snapshot.status, snapshot.percent_progress = "available", 100

        self._world.clock.after(self._world.durations[lag] / 2, half)
        walk(self._world, snapshot, [(status, lag)], None, end)


def describe(snapshot: Any, instance: Any) -> None:
    """Give `snapshot` what AWS tells of its instance and moto leaves out."""
    snapshot.availability_zone = instance.availability_zone
    snapshot.storage_type = instance.storage_type
    group = getattr(instance, "db_subnet_group", None)
    snapshot.vpc_id = getattr(group, "vpc_id", None)


def usable_key(call: Call, key_id: str) -> str:
    """The ARN of a KMS key of the call's Region. Raises KMSKeyNotAccessibleFault where it is absent or not enabled."""
    not_accessible = AwsError(
        "KMSKeyNotAccessibleFault", f"The specified KMS key [{key_id}] does not exist, is not enabled or is elsewhere."
    )
    if key_id.startswith("arn:") and key_id.split(":")[3] != call.region:
        raise not_accessible
    try:
        key = resources("kms", call.account, call.region).describe_key(key_id)
    except (KeyError, ValueError):
        raise not_accessible from None
    if key.key_state != "Enabled":
        raise not_accessible
    return str(key.arn)


def _not_found(name: str) -> AwsError:
    return AwsError("DBSnapshotNotFound", f"DBSnapshot {name} not found.", 404)
