"""Whatever a drill can have made is deleted, by the calls that AWS wants for it, and only on its own tags' word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from drctl.aws.inventory import Places, take_inventory
from drctl.aws.removal import AwsRemover
from drctl.engine.cleaning import Cleaning
from drctl.model.cleanup import Cleaned, Never, may_delete
from drctl.model.inventory import MODE_TAG, OWNER_TAG, Resource, Sought, own_resources
from drctl.sim.engine_clock import JumpingClock
from tests.fakes.aws import simulated_access
from tests.simulated import PRODUCTION, RECOVERY, Simulated
from tests.unit.aws.test_inventory import LIST, LOWER, PLACES, RUN, make_one_of_each


class _Clock(JumpingClock):
    """The clock of a simulated AWS in this process."""

    def __init__(self, simulated: Simulated) -> None:
        class World:
            clock = staticmethod(simulated.now)
            advance = staticmethod(lambda to: simulated.advance(to - simulated.now()))

        super().__init__(World())


def clean(simulated: Simulated, run: str = RUN) -> tuple[Cleaned, list[str]]:
    """Clean up after that run; what has become of it, and the calls that were meant, in order."""
    access, told = simulated_access(simulated, run), list[str]()
    cleaning = Cleaning(
        sought=Sought(run=run),
        take=lambda sought: take_inventory(access, PLACES, sought),
        remover=AwsRemover(access, {"production": PRODUCTION}, run, RECOVERY),
        clock=_Clock(simulated),
        by="test",
        record=lambda events: told.extend(one.operation for one in events if hasattr(one, "operation")),
        keep_lease=lambda: None,
    )
    return cleaning.go(), told


def test_one_of_each_kind_is_gone_afterwards(simulated: Simulated) -> None:
    kinds = make_one_of_each(simulated) - {"secretsmanager:secret"}
    done, told = clean(simulated)
    assert len(done.deleted) == len(kinds)
    assert [arn.split(":")[2] for arn, _ in done.left] == ["secretsmanager"]
    assert done.left[0][1] == "drctl does not know how to delete secretsmanager:secret"
    assert sorted(told) == sorted(set(told)), "no call was sent twice"


def test_a_protected_database_loses_its_protection_first(simulated: Simulated) -> None:
    rds = simulated.client("rds", RECOVERY)
    rds.create_db_instance(
        DBInstanceIdentifier="drill", DBInstanceClass="db.t3.micro", Engine="postgres", AllocatedStorage=20, Tags=LIST,
        MasterUsername="owner", MasterUserPassword="not-a-secret", DeletionProtection=True,
    )  # fmt: skip
    simulated.advance(timedelta(hours=1))
    done, told = clean(simulated)
    assert done.clean
    assert told == ["rds:ModifyDBInstance", "rds:DeleteDBInstance"]
    assert rds.describe_db_instances()["DBInstances"] == []
    assert rds.describe_db_snapshots()["DBSnapshots"] == [], "no last snapshot of it"


def test_a_bucket_of_the_runs_own_is_emptied_with_all_its_versions(simulated: Simulated) -> None:
    s3 = simulated.client("s3", RECOVERY)
    s3.create_bucket(Bucket="drill-bucket", CreateBucketConfiguration={"LocationConstraint": RECOVERY, "Tags": LIST})
    s3.create_bucket(Bucket="no-drills-bucket", CreateBucketConfiguration={"LocationConstraint": RECOVERY})
    for bucket in ("drill-bucket", "no-drills-bucket"):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        for body in (b"1", b"2"):
            s3.put_object(Bucket=bucket, Key="file", Body=body)
        s3.delete_object(Bucket=bucket, Key="file")
    done, _ = clean(simulated)
    assert done.clean
    assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == ["no-drills-bucket"]
    assert len(s3.list_object_versions(Bucket="no-drills-bucket")["Versions"]) == 2


@pytest.mark.parametrize(
    "tags",
    [{}, {OWNER_TAG: RUN}, {OWNER_TAG: RUN, MODE_TAG: "real"}, {OWNER_TAG: "another", MODE_TAG: "drill"}],
    ids=["no tag", "no mode", "a recovery's", "another run's"],
)
def test_what_does_not_carry_both_tags_is_never_deleted(simulated: Simulated, tags: dict[str, str]) -> None:
    sqs = simulated.client("sqs", RECOVERY)
    sqs.create_queue(QueueName="drill", tags=tags)
    done, told = clean(simulated)
    assert (done.deleted, told) == ((), [])
    assert len(sqs.list_queues()["QueueUrls"]) == 1


def test_an_account_that_is_not_the_environments_is_left_alone(simulated: Simulated) -> None:
    remover = AwsRemover(simulated_access(simulated), {"production": PRODUCTION}, RUN, RECOVERY)
    elsewhere = Resource(
        arn="arn:aws:sqs:eu-west-1:999999999999:drill", kind="sqs:queue", account="999999999999", region=RECOVERY,
        name="drill", tags={OWNER_TAG: RUN, MODE_TAG: "drill"},
    )  # fmt: skip
    assert may_delete(elsewhere, RUN)
    assert isinstance(remover.next_step(elsewhere), Never)


def test_retained_automated_backups_go_too(simulated: Simulated) -> None:
    rds = simulated.client("rds", RECOVERY)
    rds.create_db_instance(
        DBInstanceIdentifier="drill", DBInstanceClass="db.t3.micro", Engine="postgres", AllocatedStorage=20, Tags=LIST,
        MasterUsername="owner", MasterUserPassword="not-a-secret", BackupRetentionPeriod=7,
    )  # fmt: skip
    simulated.advance(timedelta(hours=1))
    rds.delete_db_instance(DBInstanceIdentifier="drill", SkipFinalSnapshot=True, DeleteAutomatedBackups=False)
    simulated.advance(timedelta(hours=1))
    (kept,) = rds.describe_db_instance_automated_backups()["DBInstanceAutomatedBackups"]
    assert (kept["Status"], kept["DBInstanceIdentifier"]) == ("retained", "drill")
    done, told = clean(simulated)
    assert (done.clean, told) == (True, ["rds:DeleteDBInstanceAutomatedBackup"])
    assert rds.describe_db_instance_automated_backups()["DBInstanceAutomatedBackups"] == []


def test_services_and_tasks_of_the_run_go(simulated: Simulated) -> None:
    ecs, ec2 = simulated.client("ecs", RECOVERY), simulated.client("ec2", RECOVERY)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    ecs.create_cluster(clusterName="staging")
    ecs.register_task_definition(
        family="drill", containerDefinitions=[{"name": "a", "image": "a", "memory": 64}], tags=LOWER
    )
    ecs.run_task(
        cluster="staging", taskDefinition="drill", tags=LOWER, launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
    )  # fmt: skip
    sought = Sought(run=RUN)
    found = own_resources(take_inventory(simulated_access(simulated), PLACES, sought), sought)
    assert {one.kind for one in found} == {"ecs:task", "ecs:task-definition"}
    done, told = clean(simulated)
    assert done.clean
    assert set(told) == {"ecs:StopTask", "ecs:DeregisterTaskDefinition"}


def test_places_are_all_that_is_looked_at() -> None:
    assert Places(("production",), (RECOVERY,)) == PLACES
