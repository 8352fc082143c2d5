"""An inventory shows whatever a run has made, and says so where it could not look."""

from __future__ import annotations

from datetime import timedelta

import pytest

from drctl.aws.inventory import Places, find_tagged, take_inventory
from drctl.aws.listings import LISTINGS
from drctl.model.inventory import Inventory, Sought, Unread, kind_of, name_of, own_resources
from drctl.model.scenario import Fault, FaultKind
from drctl.ports.action import EXPIRY_TAG, MODE_TAG, OWNER_TAG
from drctl.sim.faults import FaultPlan
from tests.fakes.aws import simulated_access
from tests.simulated import PRODUCTION, RECOVERY, Simulated

RUN = "dr-staging-20261123-aaaa"
TAGS = {OWNER_TAG: RUN, MODE_TAG: "drill", EXPIRY_TAG: "2026-11-24T03:42:00Z"}
LIST = [{"Key": key, "Value": value} for key, value in TAGS.items()]
LOWER = [{"key": key, "value": value} for key, value in TAGS.items()]
PLACES = Places(("production",), (RECOVERY,))


def make_one_of_each(simulated: Simulated) -> set[str]:
    """One resource of each kind that can carry a tag, made by the run; their kinds."""
    rds = simulated.client("rds", RECOVERY)
    rds.create_db_instance(
        DBInstanceIdentifier="drill", DBInstanceClass="db.t3.micro", Engine="postgres", AllocatedStorage=20, Tags=LIST,
        MasterUsername="owner", MasterUserPassword="not-a-secret",
    )  # fmt: skip
    simulated.client("elasticache", RECOVERY).create_replication_group(
        ReplicationGroupId="drill", ReplicationGroupDescription="-", CacheNodeType="cache.t3.micro",
        NumCacheClusters=1, Engine="redis", Tags=LIST,
    )  # fmt: skip
    simulated.advance(timedelta(hours=1))
    rds.create_db_snapshot(DBInstanceIdentifier="drill", DBSnapshotIdentifier="drill-copy", Tags=LIST)
    simulated.client("sqs", RECOVERY).create_queue(QueueName="drill", tags=TAGS)
    location = {"LocationConstraint": RECOVERY, "Tags": LIST}
    simulated.client("s3", RECOVERY).create_bucket(Bucket="drill-bucket", CreateBucketConfiguration=location)
    simulated.client("ssm", RECOVERY).put_parameter(Name="/drill/on", Value="1", Type="String", Tags=LIST)
    simulated.client("secretsmanager", RECOVERY).create_secret(Name="drill", SecretString="-", Tags=LIST)
    simulated.client("ecs", RECOVERY).register_task_definition(
        family="drill", containerDefinitions=[{"name": "a", "image": "a", "memory": 64}], tags=LOWER
    )
    simulated.advance(timedelta(hours=1))
    return {
        "rds:db", "rds:snapshot", "elasticache:replicationgroup", "sqs:queue", "s3:bucket", "ssm:parameter",
        "secretsmanager:secret", "ecs:task-definition",
    }  # fmt: skip


def taken(simulated: Simulated, sought: Sought) -> Inventory:
    return take_inventory(simulated_access(simulated), PLACES, sought)


def test_whatever_carries_the_runs_tag_is_its_own_and_is_found_both_ways(simulated: Simulated) -> None:
    kinds = make_one_of_each(simulated)
    own = own_resources(taken(simulated, Sought(run=RUN)), Sought(run=RUN))
    assert {one.kind for one in own} == kinds
    listed = {one.kind for one in own if "listing" in one.found_by}
    assert listed == kinds - {"ecs:task-definition"}
    assert all("tag" in one.found_by for one in own)
    assert all((one.account, one.tags[MODE_TAG]) == (PRODUCTION, "drill") for one in own)


def test_nothing_is_another_runs(simulated: Simulated) -> None:
    make_one_of_each(simulated)
    other = Sought(run="dr-staging-20261123-bbbb", names=frozenset({"drill"}), before=frozenset())
    assert own_resources(taken(simulated, other), other) == ()


def test_what_carries_no_tag_is_the_runs_where_it_is_new_and_called_after_what_the_run_made(
    simulated: Simulated,
) -> None:
    sqs = simulated.client("sqs", RECOVERY)
    sqs.create_queue(QueueName="drill-old")
    before = frozenset(one.arn for one in taken(simulated, Sought(run=RUN)).resources)
    for name in ("drill-new", "drill", "somebody-elses"):
        sqs.create_queue(QueueName=name)
    sought = Sought(run=RUN, names=frozenset({"drill"}), before=before)
    assert [one.name for one in own_resources(taken(simulated, sought), sought)] == ["drill", "drill-new"]


def test_where_nobody_has_looked_before_a_name_alone_says_nothing(simulated: Simulated) -> None:
    simulated.client("sqs", RECOVERY).create_queue(QueueName="drill")
    for sought in (
        Sought(run=RUN, names=frozenset({"drill"})),
        Sought(
            run=RUN,
            names=frozenset({"drill"}),
            before=frozenset(),
            unread_before=(Unread(PRODUCTION, RECOVERY, "sqs:queue", "denied"),),
        ),
    ):
        assert own_resources(taken(simulated, sought), sought) == ()


@pytest.mark.parametrize("kind", [*LISTINGS, "tags"])
def test_a_listing_that_is_denied_is_never_read_as_empty(simulated: Simulated, kind: str) -> None:
    operations = {
        "rds:db": "DescribeDBInstances", "rds:snapshot": "DescribeDBSnapshots",
        "rds:auto-backup": "DescribeDBInstanceAutomatedBackups",
        "elasticache:replicationgroup": "DescribeReplicationGroups", "elasticache:snapshot": "DescribeSnapshots",
        "sqs:queue": "ListQueues", "ecs:service": "ListClusters", "ecs:task": "ListClusters",
        "ssm:parameter": "DescribeParameters", "secretsmanager:secret": "ListSecrets", "s3:bucket": "ListBuckets",
        "tags": "GetResources",
    }  # fmt: skip
    make_one_of_each(simulated)
    whole = taken(simulated, Sought(run=RUN))
    service = kind.partition(":")[0] if kind != "tags" else "resourcegroupstaggingapi"
    simulated.app.faults = FaultPlan.of(
        [Fault(service=service, operation=operations[kind], kind=FaultKind.DENIED, times=None)]
    )
    found = taken(simulated, Sought(run=RUN))
    assert whole.unread == ()
    assert kind in {one.what for one in found.unread}
    assert all("AccessDenied" in one.because for one in found.unread)
    # The other way to find things still finds them, also where the listing says nothing.
    tagged = {one.arn for one in own_resources(whole, Sought(run=RUN))}
    if kind != "tags":
        assert {one.arn for one in own_resources(found, Sought(run=RUN))} == tagged


def test_what_the_index_of_tags_still_shows_and_the_service_does_not_is_gone(simulated: Simulated) -> None:
    make_one_of_each(simulated)
    ecs = simulated.client("ecs", RECOVERY)
    ecs.deregister_task_definition(taskDefinition="drill:1")
    own = own_resources(taken(simulated, Sought(run=RUN)), Sought(run=RUN))
    assert "ecs:task-definition" not in {one.kind for one in own}


def test_the_janitor_finds_what_any_drill_has_made(simulated: Simulated) -> None:
    kinds = make_one_of_each(simulated)
    found = find_tagged(simulated_access(simulated), PLACES, EXPIRY_TAG)
    assert {one.kind for one in found.resources if one.tags.get(EXPIRY_TAG)} == kinds


@pytest.mark.parametrize(
    ("arn", "kind", "name"),
    [
        ("arn:aws:rds:eu-west-1:111111111111:db:drill", "rds:db", "drill"),
        ("arn:aws:rds:eu-west-1:111111111111:snapshot:rds:drill-1", "rds:snapshot", "rds:drill-1"),
        ("arn:aws:s3:::bucket", "s3:bucket", "bucket"),
        ("arn:aws:sqs:eu-west-1:111111111111:queue", "sqs:queue", "queue"),
        ("arn:aws:ssm:eu-west-1:111111111111:parameter/a/b", "ssm:parameter", "/a/b"),
        ("arn:aws:ssm:eu-west-1:111111111111:parameter/a", "ssm:parameter", "a"),
        ("arn:aws:ecs:eu-west-1:111111111111:task-definition/f:3", "ecs:task-definition", "f:3"),
    ],
)
def test_kind_and_name_are_read_from_an_arn(arn: str, kind: str, name: str) -> None:
    assert (kind_of(arn), name_of(arn)) == (kind, name)
