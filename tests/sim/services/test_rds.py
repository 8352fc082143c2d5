"""RDS: each state takes its time, and what AWS would refuse is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulated import PRIMARY, RECOVERY, START, Simulated

MINUTE = timedelta(minutes=1)
NAME = "amply-prod"


class Estate:
    """One encrypted Multi-AZ instance in the primary Region, and the ground for another in the recovery Region."""

    def __init__(self, simulated: Simulated) -> None:
        self.simulated = simulated
        self.here, self.there = simulated.client("rds"), simulated.client("rds", RECOVERY)
        self.key = simulated.client("kms").create_key()["KeyMetadata"]["Arn"]
        self.other_key = simulated.client("kms", RECOVERY).create_key()["KeyMetadata"]["Arn"]
        self.groups = {region: self._network(region) for region in (PRIMARY, RECOVERY)}

    def _network(self, region: str) -> str:
        ec2, rds = self.simulated.client("ec2", region), self.simulated.client("rds", region)
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{region}{zone}")
            for number, zone in enumerate("ab")
        ]
        ids = [subnet["Subnet"]["SubnetId"] for subnet in subnets]
        for name, these in (("amply-prod-db", ids), ("one-zone", ids[:1])):
            rds.create_db_subnet_group(DBSubnetGroupName=name, DBSubnetGroupDescription=name, SubnetIds=these)
        rds.create_db_parameter_group(
            DBParameterGroupName="amply-prod-postgres16", DBParameterGroupFamily="postgres16", Description="d"
        )
        group = ec2.create_security_group(GroupName="amply-rds", Description="d", VpcId=vpc)["GroupId"]
        return str(group)

    def create(self, **changed: Any) -> Any:
        wanted = {
            "DBInstanceIdentifier": NAME,
            "Engine": "postgres",
            "EngineVersion": "16.4",
            "DBInstanceClass": "db.t3.small",
            "AllocatedStorage": 20,
            "MultiAZ": True,
            "StorageEncrypted": True,
            "KmsKeyId": self.key,
            "DBSubnetGroupName": "amply-prod-db",
            "DBParameterGroupName": "amply-prod-postgres16",
            "VpcSecurityGroupIds": [self.groups[PRIMARY]],
            "MasterUsername": "app",
            "MasterUserPassword": "simulated",
            "BackupRetentionPeriod": 7,
            **changed,
        }
        return self.here.create_db_instance(**wanted)["DBInstance"]

    def running(self, **changed: Any) -> None:
        self.create(**changed)
        self.simulated.advance(30 * MINUTE)

    def snapshot(self, name: str = "amply-prod-1") -> str:
        """The ARN of a snapshot that is available."""
        taken = self.here.create_db_snapshot(DBInstanceIdentifier=NAME, DBSnapshotIdentifier=name)["DBSnapshot"]
        self.simulated.advance(5 * MINUTE)
        return str(taken["DBSnapshotArn"])

    def copied(self) -> str:
        """The name of a copy in the recovery Region that is available."""
        self.there.copy_db_snapshot(
            SourceDBSnapshotIdentifier=self.snapshot(), TargetDBSnapshotIdentifier="copy", KmsKeyId=self.other_key
        )
        self.simulated.advance(15 * MINUTE)
        return "copy"

    def restore(self, snapshot: str, **changed: Any) -> Any:
        wanted = {
            "DBInstanceIdentifier": NAME,
            "DBSnapshotIdentifier": snapshot,
            "DBInstanceClass": "db.t3.small",
            "DBSubnetGroupName": "amply-prod-db",
            "DBParameterGroupName": "amply-prod-postgres16",
            "VpcSecurityGroupIds": [self.groups[RECOVERY]],
            "MultiAZ": True,
            **changed,
        }
        return self.there.restore_db_instance_from_db_snapshot(**wanted)["DBInstance"]

    def found(self, rds: Any) -> Any:
        return rds.describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"][0]

    def zones(self) -> tuple[str, str]:
        found = self.found(self.here)
        return found["AvailabilityZone"], found["SecondaryAvailabilityZone"]

    def replicated(self) -> None:
        """A replica in the recovery Region, under the same name."""
        self.there.create_db_instance_read_replica(
            DBInstanceIdentifier=NAME,
            SourceDBInstanceIdentifier=self.found(self.here)["DBInstanceArn"],
            DBSubnetGroupName="amply-prod-db",
            KmsKeyId=self.other_key,
        )
        self.simulated.advance(60 * MINUTE)

    def lag(self) -> float:
        """The newest ReplicaLag in the recovery Region, in seconds."""
        metric = {
            "Namespace": "AWS/RDS",
            "MetricName": "ReplicaLag",
            "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": NAME}],
        }
        now = self.simulated.now()
        answer = self.simulated.client("cloudwatch", RECOVERY).get_metric_data(
            MetricDataQueries=[{"Id": "lag", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}],
            StartTime=now - 5 * MINUTE,
            EndTime=now + MINUTE,
        )
        return float(answer["MetricDataResults"][0]["Values"][0])

    def path(self, rds: Any) -> list[tuple[str, int]]:
        """Every status on the way to `available`, with the minutes it lasted."""
        path: list[tuple[str, int]] = []
        while (status := self.found(rds)["DBInstanceStatus"]) != "available":
            minutes = path.pop()[1] if path and path[-1][0] == status else 0
            path.append((status, minutes + 1))
            self.simulated.advance(MINUTE)
        return path


@pytest.fixture
def estate(simulated: Simulated) -> Estate:
    return Estate(simulated)


def refused(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**params)
    return str(error.value.response["Error"]["Code"])


def test_a_restored_instance_comes_up_in_stages(estate: Estate) -> None:
    estate.running()
    snapshot = estate.copied()
    made = estate.restore(snapshot)
    assert made["DBInstanceStatus"] == "creating"
    assert "Endpoint" not in estate.found(estate.there)
    assert estate.path(estate.there) == [("creating", 12), ("backing-up", 2), ("modifying", 4)]
    found = estate.found(estate.there)
    assert found["Endpoint"]["Address"].endswith(".eu-west-1.rds.amazonaws.com")
    assert (found["AvailabilityZone"], found["SecondaryAvailabilityZone"]) == ("eu-west-1a", "eu-west-1b")
    assert found["DBParameterGroups"] == [
        {"DBParameterGroupName": "amply-prod-postgres16", "ParameterApplyStatus": "in-sync"}
    ]
    assert (found["StorageEncrypted"], found["KmsKeyId"]) == (True, estate.other_key)


def test_a_single_az_instance_has_no_standby_to_wait_for(estate: Estate) -> None:
    estate.running()
    estate.restore(estate.copied(), MultiAZ=False)
    assert estate.path(estate.there) == [("creating", 12), ("backing-up", 2)]
    assert estate.found(estate.there)["MultiAZ"] is False


def test_a_scenario_makes_a_restore_slower(estate: Estate) -> None:
    estate.running()
    snapshot = estate.copied()
    world = estate.simulated.world
    world.durations = {**world.durations, "rds.restore": timedelta(hours=1)}
    estate.restore(snapshot, MultiAZ=False)
    assert estate.path(estate.there)[0] == ("creating", 60)


def test_what_a_restore_does_not_say_is_aws_default_and_not_the_sources(estate: Estate) -> None:
    estate.running(DeletionProtection=True)
    made = estate.restore(estate.copied(), MultiAZ=False)
    assert made["DeletionProtection"] is False
    assert made["DbiResourceId"] != estate.found(estate.here)["DbiResourceId"]


def test_the_times_of_a_copy_tell_the_data_from_the_copying(estate: Estate) -> None:
    estate.running()
    taken_at = estate.simulated.now()
    source = estate.snapshot()
    copied_at = estate.simulated.now()
    started = estate.there.copy_db_snapshot(
        SourceDBSnapshotIdentifier=source,
        TargetDBSnapshotIdentifier="copy",
        KmsKeyId=estate.other_key,
        SourceRegion=PRIMARY,
    )["DBSnapshot"]
    assert (started["Status"], started["PercentProgress"]) == ("copying", 0)
    assert refused(estate.restore, snapshot="copy") == "InvalidDBSnapshotState"
    estate.simulated.advance(6 * MINUTE)
    half = estate.there.describe_db_snapshots(DBSnapshotIdentifier="copy")["DBSnapshots"][0]
    assert (half["Status"], half["PercentProgress"]) == ("copying", 50)
    estate.simulated.advance(6 * MINUTE)
    done = estate.there.describe_db_snapshots(DBSnapshotIdentifier="copy")["DBSnapshots"][0]
    assert (done["Status"], done["PercentProgress"]) == ("available", 100)
    assert done["SnapshotDatabaseTime"] == done["OriginalSnapshotCreateTime"] == taken_at
    assert done["SnapshotCreateTime"] == copied_at
    assert (done["SourceRegion"], done["SourceDBSnapshotIdentifier"]) == (PRIMARY, source)
    assert done["KmsKeyId"] == estate.other_key


def test_a_copy_from_a_lost_region_fails(estate: Estate) -> None:
    estate.running()
    source = estate.snapshot()
    estate.there.copy_db_snapshot(
        SourceDBSnapshotIdentifier=source, TargetDBSnapshotIdentifier="copy", KmsKeyId=estate.other_key
    )
    estate.simulated.world.lose(PRIMARY)
    estate.simulated.advance(15 * MINUTE)
    assert estate.there.describe_db_snapshots(DBSnapshotIdentifier="copy")["DBSnapshots"][0]["Status"] == "failed"


def test_an_encrypted_snapshot_needs_a_key_of_the_region_it_is_copied_to(estate: Estate) -> None:
    estate.running()
    copy = {"SourceDBSnapshotIdentifier": estate.snapshot(), "TargetDBSnapshotIdentifier": "copy"}
    assert refused(estate.there.copy_db_snapshot, **copy) == "InvalidParameterCombination"
    assert refused(estate.there.copy_db_snapshot, **copy, KmsKeyId=estate.key) == "KMSKeyNotAccessibleFault"


def test_a_disabled_key_stops_a_restore(estate: Estate) -> None:
    estate.running()
    snapshot = estate.copied()
    estate.simulated.client("kms", RECOVERY).disable_key(KeyId=estate.other_key)
    assert refused(estate.restore, snapshot=snapshot) == "KMSKeyNotAccessibleFault"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"DBSnapshotIdentifier": "nowhere"}, "DBSnapshotNotFound"),
        ({"DBSubnetGroupName": "nowhere"}, "DBSubnetGroupNotFoundFault"),
        ({"DBSubnetGroupName": "one-zone"}, "DBSubnetGroupDoesNotCoverEnoughAZs"),
        ({"DBParameterGroupName": "nowhere"}, "DBParameterGroupNotFound"),
        ({"VpcSecurityGroupIds": ["sg-0123456789abcdef0"]}, "InvalidParameterValue"),
    ],
)
def test_a_restore_into_ground_that_is_not_there_is_refused(estate: Estate, changed: Any, code: str) -> None:
    estate.running()
    assert refused(estate.restore, snapshot=estate.copied(), **changed) == code
    assert estate.there.describe_db_instances()["DBInstances"] == []


def test_a_name_is_taken_once(estate: Estate) -> None:
    estate.running()
    snapshot = estate.copied()
    estate.restore(snapshot)
    assert refused(estate.restore, snapshot=snapshot) == "DBInstanceAlreadyExists"


def test_deleting_takes_its_time_and_then_the_name_is_free(estate: Estate) -> None:
    estate.running()
    gone = estate.here.delete_db_instance(DBInstanceIdentifier=NAME, SkipFinalSnapshot=True)["DBInstance"]
    assert gone["DBInstanceStatus"] == "deleting"
    delete = {"DBInstanceIdentifier": NAME, "SkipFinalSnapshot": True}
    assert refused(estate.here.delete_db_instance, **delete) == "InvalidDBInstanceState"
    estate.simulated.advance(5 * MINUTE)
    assert refused(estate.here.describe_db_instances, DBInstanceIdentifier=NAME) == "DBInstanceNotFound"
    assert estate.create()["DBInstanceStatus"] == "creating"


def test_an_instance_is_not_deleted_without_a_word_on_its_last_snapshot(estate: Estate) -> None:
    estate.running()
    assert refused(estate.here.delete_db_instance, DBInstanceIdentifier=NAME) == "InvalidParameterCombination"
    estate.here.delete_db_instance(DBInstanceIdentifier=NAME, FinalDBSnapshotIdentifier="last")
    estate.simulated.advance(10 * MINUTE)
    assert estate.here.describe_db_snapshots(DBSnapshotIdentifier="last")["DBSnapshots"][0]["Status"] == "available"


def test_a_protected_instance_is_not_deleted_until_it_is_released(estate: Estate) -> None:
    estate.running(DeletionProtection=True)
    delete = {"DBInstanceIdentifier": NAME, "SkipFinalSnapshot": True}
    assert refused(estate.here.delete_db_instance, **delete) == "InvalidParameterCombination"
    estate.here.modify_db_instance(DBInstanceIdentifier=NAME, DeletionProtection=False, ApplyImmediately=True)
    assert estate.found(estate.here)["DBInstanceStatus"] == "available"
    estate.here.delete_db_instance(**delete)


def test_a_modification_takes_its_time_and_nothing_else_is_taken_meanwhile(estate: Estate) -> None:
    estate.running()
    modify = {"DBInstanceIdentifier": NAME, "DBInstanceClass": "db.t3.medium", "ApplyImmediately": True}
    estate.here.modify_db_instance(**modify)
    assert refused(estate.here.modify_db_instance, **modify) == "InvalidDBInstanceState"
    assert estate.path(estate.here) == [("modifying", 3)]
    assert estate.found(estate.here)["DBInstanceClass"] == "db.t3.medium"


def test_nothing_is_done_to_an_instance_that_is_still_being_made(estate: Estate) -> None:
    estate.create()
    snapshot = {"DBInstanceIdentifier": NAME, "DBSnapshotIdentifier": "s"}
    delete = {"DBInstanceIdentifier": NAME, "SkipFinalSnapshot": True}
    assert refused(estate.here.create_db_snapshot, **snapshot) == "InvalidDBInstanceState"
    assert refused(estate.here.delete_db_instance, **delete) == "InvalidDBInstanceState"
    assert refused(estate.here.reboot_db_instance, DBInstanceIdentifier=NAME) == "InvalidDBInstanceState"


def test_a_renamed_instance_keeps_its_old_name_until_the_rename_is_through(estate: Estate) -> None:
    """Only then is the old name free, and the endpoint another."""
    estate.running()
    before = estate.found(estate.here)
    rename = {"DBInstanceIdentifier": NAME, "NewDBInstanceIdentifier": "amply-prod-old", "ApplyImmediately": True}
    estate.here.modify_db_instance(**rename)
    assert estate.found(estate.here)["DBInstanceStatus"] == "renaming"
    assert refused(estate.here.describe_db_instances, DBInstanceIdentifier="amply-prod-old") == "DBInstanceNotFound"
    assert refused(estate.create, DBInstanceIdentifier="amply-prod-old") == "DBInstanceAlreadyExists"

    estate.simulated.advance(4 * MINUTE)
    assert refused(estate.here.describe_db_instances, DBInstanceIdentifier=NAME) == "DBInstanceNotFound"
    (after,) = estate.here.describe_db_instances()["DBInstances"]
    assert (after["DBInstanceIdentifier"], after["DBInstanceStatus"]) == ("amply-prod-old", "rebooting")
    assert after["DbiResourceId"] == before["DbiResourceId"]
    assert after["Endpoint"]["Address"].startswith("amply-prod-old.")
    assert after["DBInstanceArn"].endswith(":amply-prod-old")


def test_the_replicas_of_a_renamed_instance_stay_its_own(estate: Estate) -> None:
    estate.running()
    estate.replicated()
    estate.here.modify_db_instance(
        DBInstanceIdentifier=NAME, NewDBInstanceIdentifier="amply-prod-old", ApplyImmediately=True
    )
    estate.simulated.advance(10 * MINUTE)
    assert estate.found(estate.there)["ReadReplicaSourceDBInstanceIdentifier"].endswith(":amply-prod-old")


def test_a_snapshot_is_restored_under_a_name_as_soon_as_it_is_free(estate: Estate) -> None:
    estate.running()
    snapshot = estate.snapshot()
    estate.here.modify_db_instance(
        DBInstanceIdentifier=NAME, NewDBInstanceIdentifier="amply-prod-old", ApplyImmediately=True
    )
    restore = {"DBInstanceIdentifier": NAME, "DBSnapshotIdentifier": snapshot, "DBSubnetGroupName": "amply-prod-db"}
    assert refused(estate.here.restore_db_instance_from_db_snapshot, **restore) == "DBInstanceAlreadyExists"
    estate.simulated.advance(4 * MINUTE)
    made = estate.here.restore_db_instance_from_db_snapshot(**restore)["DBInstance"]
    assert made["DBInstanceStatus"] == "creating"


def test_a_forced_failover_swaps_the_zones_of_a_multi_az_instance_only(estate: Estate) -> None:
    estate.running()
    estate.here.reboot_db_instance(DBInstanceIdentifier=NAME, ForceFailover=True)
    assert estate.path(estate.here) == [("rebooting", 2)]
    assert estate.zones() == ("eu-central-1a", "eu-central-1b"), "the zones are told later"
    estate.simulated.advance(3 * MINUTE)
    assert estate.zones() == ("eu-central-1b", "eu-central-1a")


def test_a_failover_tells_its_events_and_another_one_right_after_it_is_abandoned(estate: Estate) -> None:
    estate.running()
    estate.here.reboot_db_instance(DBInstanceIdentifier=NAME, ForceFailover=True)
    estate.simulated.advance(5 * MINUTE)
    estate.here.reboot_db_instance(DBInstanceIdentifier=NAME, ForceFailover=True)
    assert estate.found(estate.here)["DBInstanceStatus"] == "available"
    wanted = {"SourceIdentifier": NAME, "SourceType": "db-instance", "EventCategories": ["failover"]}
    told = [event["Message"].split()[:3] for event in estate.here.describe_events(**wanted)["Events"]]
    assert [" ".join(words) for words in told] == [
        "Multi-AZ instance failover", "Multi-AZ instance failover", "Abandoning user requested",
    ]  # fmt: skip
    estate.simulated.advance(2 * timedelta(hours=1))
    assert estate.here.describe_events(**wanted)["Events"] == []


def test_a_failover_needs_a_standby(estate: Estate) -> None:
    estate.running(MultiAZ=False)
    forced = {"DBInstanceIdentifier": NAME, "ForceFailover": True}
    assert refused(estate.here.reboot_db_instance, **forced) == "InvalidParameterCombination"


def test_another_parameter_group_waits_for_a_reboot(estate: Estate) -> None:
    estate.running(DBParameterGroupName="default.postgres16")
    modify = {"DBInstanceIdentifier": NAME, "DBParameterGroupName": "amply-prod-postgres16"}
    estate.here.modify_db_instance(**modify, ApplyImmediately=True)
    estate.simulated.advance(5 * MINUTE)
    assert estate.found(estate.here)["DBParameterGroups"][0]["ParameterApplyStatus"] == "pending-reboot"
    estate.here.reboot_db_instance(DBInstanceIdentifier=NAME)
    estate.simulated.advance(5 * MINUTE)
    assert estate.found(estate.here)["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"


def test_point_in_time_recovery_trails_the_present(estate: Estate) -> None:
    estate.running()
    latest = estate.found(estate.here)["LatestRestorableTime"]
    assert latest == estate.simulated.now() - 5 * MINUTE
    restore = {"SourceDBInstanceIdentifier": NAME, "TargetDBInstanceIdentifier": "amply-prod-new"}
    pitr = estate.here.restore_db_instance_to_point_in_time
    assert refused(pitr, **restore) == "InvalidParameterCombination"
    assert refused(pitr, **restore, RestoreTime=latest + MINUTE) == "InvalidParameterValue"
    assert refused(pitr, **restore, RestoreTime=latest - timedelta(days=8)) == "InvalidParameterValue"
    assert pitr(**restore, RestoreTime=latest - MINUTE)["DBInstance"]["DBInstanceStatus"] == "creating"


def test_backups_replicated_to_another_region_outlive_it_and_reach_no_further(estate: Estate) -> None:
    estate.running()
    arn = estate.found(estate.here)["DBInstanceArn"]
    start = estate.there.start_db_instance_automated_backups_replication
    assert refused(start, SourceDBInstanceArn=arn) == "InvalidParameterCombination"
    start(SourceDBInstanceArn=arn, KmsKeyId=estate.other_key, BackupRetentionPeriod=7)
    estate.simulated.advance(timedelta(hours=2))
    lost_at = estate.simulated.now()
    estate.simulated.world.lose(PRIMARY)
    estate.simulated.advance(timedelta(hours=1))
    (backup,) = estate.there.describe_db_instance_automated_backups(DBInstanceIdentifier=NAME)[
        "DBInstanceAutomatedBackups"
    ]
    latest = backup["RestoreWindow"]["LatestTime"]
    assert (backup["Region"], latest) == (PRIMARY, lost_at - 10 * MINUTE)
    restore = {
        "SourceDBInstanceAutomatedBackupsArn": backup["DBInstanceAutomatedBackupsArn"],
        "TargetDBInstanceIdentifier": NAME,
        "DBSubnetGroupName": "amply-prod-db",
    }
    pitr = estate.there.restore_db_instance_to_point_in_time
    assert refused(pitr, **restore, RestoreTime=latest + MINUTE) == "InvalidParameterValue"
    pitr(**restore, RestoreTime=latest)
    assert estate.found(estate.there)["KmsKeyId"] == estate.other_key


def test_a_replica_is_promoted_in_its_own_time(estate: Estate) -> None:
    """It stays available, and a replica, for a moment: who only waits for `available` is misled."""
    estate.running()
    estate.replicated()
    promoted = estate.there.promote_read_replica(DBInstanceIdentifier=NAME)["DBInstance"]
    assert promoted["DBInstanceStatus"] == "available"
    assert promoted["ReadReplicaSourceDBInstanceIdentifier"].endswith(f"{PRIMARY}:111111111111:db:{NAME}")
    estate.simulated.advance(MINUTE)
    assert estate.path(estate.there) == [("modifying", 5), ("rebooting", 1), ("backing-up", 2)]
    found = estate.found(estate.there)
    assert "ReadReplicaSourceDBInstanceIdentifier" not in found
    assert found["BackupRetentionPeriod"] == 1, "unless another one is asked for"
    assert estate.found(estate.here).get("ReadReplicaDBInstanceIdentifiers", []) == []
    assert refused(estate.there.promote_read_replica, DBInstanceIdentifier=NAME) == "InvalidDBInstanceState"


def test_a_replica_falls_behind_with_the_clock_once_its_source_is_lost(estate: Estate) -> None:
    estate.running()
    estate.replicated()
    assert estate.lag() == 8
    estate.simulated.world.lose(PRIMARY)
    estate.simulated.advance(10 * MINUTE)
    assert estate.lag() == 608


def test_an_encrypted_replica_needs_a_key_of_its_region_and_a_source_with_backups(estate: Estate) -> None:
    estate.running(BackupRetentionPeriod=0)
    arn = estate.found(estate.here)["DBInstanceArn"]
    replicate = {"DBInstanceIdentifier": NAME, "SourceDBInstanceIdentifier": arn}
    create = estate.there.create_db_instance_read_replica
    assert refused(create, **replicate) == "InvalidDBInstanceState"
    estate.here.modify_db_instance(DBInstanceIdentifier=NAME, BackupRetentionPeriod=7, ApplyImmediately=True)
    assert estate.path(estate.here) == [("modifying", 3), ("backing-up", 2)]
    assert refused(create, **replicate) == "InvalidParameterCombination"


def test_a_replica_can_be_deleted_while_its_source_is_elsewhere(estate: Estate) -> None:
    estate.running()
    estate.replicated()
    estate.there.delete_db_instance(DBInstanceIdentifier=NAME, SkipFinalSnapshot=True)
    estate.simulated.advance(10 * MINUTE)
    assert refused(estate.there.describe_db_instances, DBInstanceIdentifier=NAME) == "DBInstanceNotFound"


def test_instants_are_virtual(estate: Estate) -> None:
    assert estate.create()["InstanceCreateTime"] == START


def test_a_crash_of_the_caller_leaves_a_restore_going_on(estate: Estate) -> None:
    """What a restore becomes does not hang on anybody asking for it."""
    estate.running()
    estate.restore(estate.copied())
    estate.simulated.advance(timedelta(hours=1))
    assert estate.found(estate.there)["DBInstanceStatus"] == "available"
