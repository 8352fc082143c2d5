"""Small pieces of an estate, planted with plain boto3 calls."""

from __future__ import annotations

from datetime import timedelta

from tests.simulated import PRIMARY, RECOVERY, Simulated


def plant_network(simulated: Simulated, region: str, *groups: str) -> str:
    """A VPC with two subnets, a DB and a cache subnet group over them, and security groups; its id."""
    ec2 = simulated.client("ec2", region)
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{place}.0/24", AvailabilityZone=f"{region}{zone}")
        for place, zone in enumerate("ab")
    ]
    ids = [subnet["Subnet"]["SubnetId"] for subnet in subnets]
    simulated.client("rds", region).create_db_subnet_group(
        DBSubnetGroupName="amply-prod-db", DBSubnetGroupDescription="databases", SubnetIds=ids
    )
    simulated.client("elasticache", region).create_cache_subnet_group(
        CacheSubnetGroupName="amply-prod-redis", CacheSubnetGroupDescription="caches", SubnetIds=ids
    )
    for group in groups:
        ec2.create_security_group(GroupName=group, Description=group, VpcId=vpc)
    return str(vpc)


def plant_key(simulated: Simulated, region: str) -> str:
    """The key behind alias/amply-prod-data; its ARN."""
    kms = simulated.client("kms", region)
    key = kms.create_key(Description="data")["KeyMetadata"]
    kms.create_alias(AliasName="alias/amply-prod-data", TargetKeyId=key["KeyId"])
    return str(key["Arn"])


def plant_database(simulated: Simulated) -> None:
    """`amply-prod` in the primary Region with a snapshot, and the snapshot's copy in the recovery Region."""
    keys = {region: plant_key(simulated, region) for region in (PRIMARY, RECOVERY)}
    rds = simulated.client("rds", PRIMARY)
    rds.create_db_instance(
        DBInstanceIdentifier="amply-prod",
        DBInstanceClass="db.t3.small",
        Engine="postgres",
        EngineVersion="16.3",
        AllocatedStorage=100,
        MasterUsername="amply",
        MasterUserPassword="not-a-secret",
        StorageEncrypted=True,
        KmsKeyId=keys[PRIMARY],
    )
    simulated.advance(timedelta(hours=1))
    plant_snapshot(simulated, "202611230400", keys[RECOVERY])


def plant_snapshot(simulated: Simulated, stamp: str, recovery_key: str) -> None:
    """A snapshot of `amply-prod`, and its copy in the recovery Region, both finished."""
    name = f"amply-prod-{stamp}"
    taken = simulated.client("rds", PRIMARY).create_db_snapshot(
        DBInstanceIdentifier="amply-prod", DBSnapshotIdentifier=name
    )["DBSnapshot"]
    simulated.advance(timedelta(minutes=30))
    simulated.client("rds", RECOVERY).copy_db_snapshot(
        SourceDBSnapshotIdentifier=taken["DBSnapshotArn"],
        TargetDBSnapshotIdentifier=f"{name}-{RECOVERY}",
        KmsKeyId=recovery_key,
        SourceRegion=PRIMARY,
    )
    simulated.advance(timedelta(hours=1))


def db_instances(simulated: Simulated) -> object:
    """The instances of the recovery Region, with their status."""
    listed = simulated.client("rds", RECOVERY).describe_db_instances()["DBInstances"]
    return [(instance["DBInstanceIdentifier"], instance["DBInstanceStatus"]) for instance in listed]


def replication_groups(simulated: Simulated) -> object:
    """The replication groups of the recovery Region, with their status."""
    listed = simulated.client("elasticache", RECOVERY).describe_replication_groups()["ReplicationGroups"]
    return [(group["ReplicationGroupId"], group["Status"]) for group in listed]


def db_snapshots(simulated: Simulated, region: str) -> object:
    """The snapshots of a Region, with their status."""
    listed = simulated.client("rds", region).describe_db_snapshots()["DBSnapshots"]
    return [(snapshot["DBSnapshotIdentifier"], snapshot["Status"]) for snapshot in listed]
