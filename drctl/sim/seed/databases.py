"""RDS instances with the groups they stand on."""

from __future__ import annotations

from typing import Any

from drctl.model.estate_stores import Database, DatabaseMember
from drctl.sim.moto_resources import resources
from drctl.sim.seed.ground import Spot
from drctl.sim.seed.settings import value_of_secret
from drctl.sim.services.rds_contents import describe_contents

_PASSWORD = "simulated-and-opens-nothing"  # noqa: S105 (no database is behind it)


def plant_database_groups(spot: Spot) -> None:
    """Subnet groups and parameter groups of the place are there."""
    rds = spot.client("rds")
    for name, subnets in spot.place.database_subnet_groups.items():
        rds.create_db_subnet_group(
            DBSubnetGroupName=name, DBSubnetGroupDescription=name, SubnetIds=spot.all_made("subnet", subnets)
        )
    for name, group in spot.place.database_parameter_groups.items():
        rds.create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily=group.family, Description=name)
        if group.parameters:
            changes = [
                {"ParameterName": key, "ParameterValue": value, "ApplyMethod": "immediate"}
                for key, value in group.parameters.items()
            ]
            rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=changes)


def plant_databases(spot: Spot) -> None:
    """Every database of the place comes up, replicas left out; its address is known once it has."""
    for name, database in spot.place.databases.items():
        if database.replica_of is None:
            spot.client("rds").create_db_instance(**_wanted(spot, name, database))


def plant_replicas(spot: Spot) -> None:
    """Every read replica of the place comes up, and so does the replication of automated backups to it."""
    for name, database in spot.place.databases.items():
        if database.replica_of is not None:
            spot.client("rds").create_db_instance_read_replica(**_replica(spot, name, database, database.replica_of))
    for region, place in spot.ground.estate.places.get(spot.account, {}).items():
        for name, database in place.databases.items():
            if database.backups_replicated_to == spot.region:
                key = {"KmsKeyId": spot.made("key", database.key)} if database.key is not None else {}
                spot.client("rds").start_db_instance_automated_backups_replication(
                    SourceDBInstanceArn=_arn(spot, region, name), BackupRetentionPeriod=database.backup_days, **key
                )


def note_database_addresses(spot: Spot) -> None:
    """The addresses of the databases, which are up by now, are known."""
    for name in spot.place.databases:
        found = spot.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
        spot.note("databases", name, found["Endpoint"]["Address"])


def _replica(spot: Spot, name: str, database: Database, source: DatabaseMember) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "DBInstanceIdentifier": name,
        "SourceDBInstanceIdentifier": _arn(spot, source.region, source.database),
        "DBInstanceClass": database.instance_class,
        "DBSubnetGroupName": database.subnet_group,
        "VpcSecurityGroupIds": spot.all_made("security group", database.security_groups),
        "DeletionProtection": database.deletion_protection,
        "SourceRegion": source.region,
    }
    if database.key is not None:
        wanted["KmsKeyId"] = spot.made("key", database.key)
    if database.parameter_group is not None:
        wanted["DBParameterGroupName"] = database.parameter_group
    return wanted


def _arn(spot: Spot, region: str, name: str) -> str:
    return f"arn:aws:rds:{region}:{spot.account_id}:db:{name}"


def describe_databases(spot: Spot) -> None:
    """What the databases hold is there, before the first snapshot of them is taken."""
    for name, database in spot.place.databases.items():
        instance = resources("rds", spot.account_id, spot.region).databases[name]
        if (source := database.replica_of) is not None:
            # What is in a replica is what is in its source.
            name = source.database
            database = spot.ground.estate.places[spot.account][source.region].databases[name]
        describe_contents(instance, name, database)


def _wanted(spot: Spot, name: str, database: Database) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "DBInstanceIdentifier": name,
        "Engine": database.engine,
        "EngineVersion": database.version,
        "DBInstanceClass": database.instance_class,
        "AllocatedStorage": database.storage_gb,
        "StorageType": database.storage_type,
        "MultiAZ": database.multi_az,
        "DBSubnetGroupName": database.subnet_group,
        "VpcSecurityGroupIds": spot.all_made("security group", database.security_groups),
        "StorageEncrypted": database.key is not None,
        "MasterUsername": database.user,
        "MasterUserPassword": value_of_secret(spot, database.password_secret) or _PASSWORD,
        "Port": database.port,
        "BackupRetentionPeriod": database.backup_days,
        "DeletionProtection": database.deletion_protection,
        "CopyTagsToSnapshot": True,
        "PubliclyAccessible": False,
    }
    if database.key is not None:
        wanted["KmsKeyId"] = spot.made("key", database.key)
    if database.parameter_group is not None:
        wanted["DBParameterGroupName"] = database.parameter_group
    if database.database is not None:
        wanted["DBName"] = database.database
    return wanted
