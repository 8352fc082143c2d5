"""Read replicas: made, promoted, and what AWS refuses of them.

Sources: Amazon RDS User Guide, "Creating a read replica in a different AWS Region" and "Promoting a read replica to
be a standalone DB instance"; Amazon RDS API Reference, CreateDBInstanceReadReplica and PromoteReadReplica.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from moto.core.utils import camelcase_to_underscores

from drctl.sim.moto_mends import APPLY_STATUS
from drctl.sim.moto_resources import refusals, resources
from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.rds_replication import REPLICATION, Replication
from drctl.sim.services.rds_restores import check_network, require_free
from drctl.sim.services.rds_shapes import (
    REPLICA,
    begin_life,
    instance_of,
    place_standby,
    rds_of,
    require_available,
)
from drctl.sim.services.rds_snapshots import usable_key
from drctl.sim.services.stages import walk

_DEFAULT_RETENTION = 1


class Replicas:
    def __init__(self, world: World) -> None:
        self._world = world

    def _check_create(self, call: Call) -> None:
        require_free(call, str(call.params["DBInstanceIdentifier"]))
        source = _source(call)
        if source.status not in ("available", "storage-optimization", "backing-up"):
            raise AwsError("InvalidDBInstanceState", f"The source instance is {source.status}, not available.")
        if not source.backup_retention_period:
            raise AwsError("InvalidDBInstanceState", "Automated backups are not enabled for the source instance.")
        crosses = source.region != call.region
        if crosses and source.storage_encrypted and not call.params.get("KmsKeyId"):
            raise AwsError(
                "InvalidParameterCombination", "KmsKeyId must be specified for an encrypted replica in another Region."
            )
        if key := call.params.get("KmsKeyId"):
            usable_key(call, str(key))
        check_network(call)

    def create(self, call: Call) -> Mapping[str, Any]:
        """moto looks for the replica's subnet group in the Region of its source, so the replica is made here."""
        self._check_create(call)
        source, params = _source(call), call.params
        replica = _copy_of(source, call)
        replica.created = replica.instance_create_time = self._world.now().replace(tzinfo=None)
        replica.availability_zone = params.get("AvailabilityZone", self._world.standing_zones(call.region)[0])
        replica.multi_az, replica.deletion_protection = (
            bool(params.get("MultiAZ")),
            bool(params.get("DeletionProtection")),
        )
        replica.backup_retention_period = 0
        if key := params.get("KmsKeyId"):
            replica.kms_key_id = usable_key(call, str(key))
        if source.region == call.region:
            replica.source_db_instance_identifier = source.db_instance_identifier

        def replicating() -> None:
            replica.status_infos = [{"StatusType": "read replication", "Normal": True, "Status": "replicating"}]
            setattr(replica, REPLICATION, Replication(source.region, self._world.now()))

        replica.status_infos = []
        setattr(replica, APPLY_STATUS, "in-sync")
        setattr(replica, REPLICATION, None)
        begin_life(self._world, replica, stages=REPLICA, done=replicating)
        return {"DBInstance": replica}

    def check_promote(self, call: Call) -> None:
        instance = instance_of(call)
        if not instance.is_replica:
            raise AwsError(
                "InvalidDBInstanceState", f"DB Instance {instance.db_instance_identifier} is not a read replica."
            )
        require_available(instance, "a promotion")

    def promoted(self, call: Call) -> Mapping[str, Any]:
        """Nothing tells of a promotion at first; the source is named until it is over."""
        instance = instance_of(call)
        instance.backup_retention_period = call.params.get("BackupRetentionPeriod", _DEFAULT_RETENTION)
        stages = [("available", "rds.promote_start"), ("modifying", "rds.promote"), ("rebooting", "rds.reboot")]

        def standalone() -> None:
            detach(instance)
            replication = getattr(instance, REPLICATION, None)
            if replication is not None:
                replication.until = self._world.now()
            place_standby(instance)
            if instance.backup_retention_period:
                walk(self._world, instance, [("backing-up", "rds.backup")], "available")

        walk(self._world, instance, stages, "available", standalone)
        return {"DBInstance": instance}


def detach(instance: Any) -> None:
    """Have the instance replicate nobody; nothing happens to one that never did."""
    source = instance.source_db_instance_identifier
    if source is None:
        return
    account, region, name = instance.account_id, instance.region, source
    if source.startswith("arn:"):
        _, _, _, region, account, _, name = source.split(":", 6)
    found = resources("rds", account, region).databases.get(name)
    if found is not None:
        told = (instance.arn, instance.db_instance_identifier)
        found.replicas = [replica for replica in found.replicas if replica not in told]
    instance.is_replica, instance.source_db_instance_identifier, instance.status_infos = False, None, []


def _copy_of(source: Any, call: Call) -> Any:
    """A copy of moto's instance in the Region of the call, with what the call says and nothing of the other Region."""
    here, params = rds_of(call), call.params
    group = params.get("DBParameterGroupName")
    if group is not None and group not in here.db_parameter_groups:
        raise AwsError("DBParameterGroupNotFound", f"DBParameterGroup not found: {group}", 404)
    replica = copy.copy(source)
    replica.backend = here
    if source.region != call.region:
        replica.vpc_security_group_ids, replica.db_parameter_group_name = [], None
    replica.tags = []
    with refusals():
        replica.update(**{camelcase_to_underscores(name): value for name, value in params.items()})
    replica.set_as_replica()
    here.databases[replica.db_instance_identifier] = replica
    source.add_replica(replica)
    return replica


def _source(call: Call) -> Any:
    given = str(call.params["SourceDBInstanceIdentifier"])
    account, region, name = call.account, call.region, given
    if given.startswith("arn:"):
        _, _, _, region, account, _, name = given.split(":", 6)
    found = resources("rds", account, region).databases.get(name)
    if found is None:
        raise AwsError("DBInstanceNotFound", f"DBInstance {given} not found.", 404)
    return found
