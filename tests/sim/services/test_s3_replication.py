"""The simulated S3 replicates as the real one does: late, with the same version ids, and not out of a lost Region."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from drctl.sim.services.s3_replication import S3Replication
from tests.simulated import PRIMARY, RECOVERY, Simulated

SOURCE = "amply-storage-prod"
REPLICA = "amply-storage-prod-eu-west-1"
ROLE = "arn:aws:iam::111111111111:role/amply-s3-replication"


def rule(destination: str = REPLICA, **more: Any) -> dict[str, Any]:
    return {
        "ID": "to-recovery",
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{destination}", "Metrics": {"Status": "Enabled"}},
        **more,
    }


class Buckets:
    """The source and its replica, with clients of their Regions."""

    def __init__(self, simulated: Simulated) -> None:
        self.simulated = simulated
        self.home = simulated.client("s3", PRIMARY)
        self.away = simulated.client("s3", RECOVERY)
        for client, bucket, region in ((self.home, SOURCE, PRIMARY), (self.away, REPLICA, RECOVERY)):
            client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
            client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

    def replicate(self, *rules: dict[str, Any]) -> None:
        self.home.put_bucket_replication(
            Bucket=SOURCE, ReplicationConfiguration={"Role": ROLE, "Rules": list(rules or [rule()])}
        )

    def put(self, key: str = "invoice.pdf", **more: Any) -> str:
        return str(self.home.put_object(Bucket=SOURCE, Key=key, Body=b"paid", **more)["VersionId"])

    def status(self, key: str = "invoice.pdf") -> str | None:
        told: str | None = self.home.head_object(Bucket=SOURCE, Key=key).get("ReplicationStatus")
        return told

    def arrived(self) -> list[str]:
        return [found["Key"] for found in self.away.list_objects_v2(Bucket=REPLICA).get("Contents", [])]

    def pass_lag(self) -> None:
        self.simulated.advance(self.simulated.world.durations["s3.replication"])


@pytest.fixture
def buckets(simulated: Simulated) -> Buckets:
    return Buckets(simulated)


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_an_object_is_pending_and_arrives_later_with_the_same_version_id(buckets: Buckets) -> None:
    buckets.replicate()
    version = buckets.put(ContentType="application/pdf", Metadata={"tenant": "7"}, Tagging="kind=invoice")
    assert buckets.status() == "PENDING"
    assert buckets.arrived() == []

    buckets.pass_lag()

    assert buckets.status() == "COMPLETED"
    replica = buckets.away.get_object(Bucket=REPLICA, Key="invoice.pdf")
    assert replica["Body"].read() == b"paid"
    assert (replica["VersionId"], replica["ReplicationStatus"]) == (version, "REPLICA")
    assert (replica["ContentType"], replica["Metadata"], replica["TagCount"]) == ("application/pdf", {"tenant": "7"}, 1)


def test_what_was_there_before_the_rule_is_not_replicated(buckets: Buckets) -> None:
    buckets.put()
    buckets.replicate()
    buckets.pass_lag()
    assert buckets.status() is None
    assert buckets.arrived() == []


@pytest.mark.parametrize("region", [PRIMARY, RECOVERY])
def test_replication_stands_still_while_either_region_is_lost_and_goes_on_afterwards(
    buckets: Buckets, region: str
) -> None:
    buckets.replicate()
    buckets.put()
    buckets.simulated.world.lost_regions.add(region)
    buckets.simulated.advance(timedelta(hours=4))
    buckets.simulated.world.lost_regions.clear()
    assert buckets.status() == "PENDING"
    assert buckets.arrived() == []

    buckets.simulated.advance(timedelta(minutes=1) + buckets.simulated.world.durations["s3.replication"])

    assert buckets.status() == "COMPLETED"
    assert buckets.arrived() == ["invoice.pdf"]


def test_several_versions_of_an_object_arrive_in_their_order(buckets: Buckets) -> None:
    buckets.replicate()
    versions = [buckets.put() for _ in range(3)]
    buckets.pass_lag()
    listed = buckets.away.list_object_versions(Bucket=REPLICA)["Versions"]
    assert sorted(found["VersionId"] for found in listed) == sorted(versions)
    assert [found["VersionId"] for found in listed if found["IsLatest"]] == versions[-1:]


@pytest.mark.parametrize(("markers", "deleted"), [("Enabled", True), ("Disabled", False)])
def test_a_delete_marker_is_replicated_only_where_the_rule_says_so(
    buckets: Buckets, markers: str, deleted: bool
) -> None:
    buckets.replicate(rule(DeleteMarkerReplication={"Status": markers}))
    buckets.put()
    buckets.pass_lag()
    buckets.home.delete_object(Bucket=SOURCE, Key="invoice.pdf")
    buckets.pass_lag()
    assert buckets.arrived() == ([] if deleted else ["invoice.pdf"])


def test_the_deletion_of_a_version_is_never_replicated(buckets: Buckets) -> None:
    buckets.replicate(rule(DeleteMarkerReplication={"Status": "Enabled"}))
    version = buckets.put()
    buckets.pass_lag()
    buckets.home.delete_objects(Bucket=SOURCE, Delete={"Objects": [{"Key": "invoice.pdf", "VersionId": version}]})
    buckets.pass_lag()
    assert buckets.arrived() == ["invoice.pdf"]


def test_a_rule_takes_only_what_its_filter_names(buckets: Buckets) -> None:
    buckets.replicate(rule(Filter={"Prefix": "invoices/"}))
    buckets.put("invoices/1.pdf")
    buckets.put("drafts/1.pdf")
    buckets.home.copy_object(Bucket=SOURCE, Key="invoices/2.pdf", CopySource={"Bucket": SOURCE, "Key": "drafts/1.pdf"})
    buckets.pass_lag()
    assert buckets.arrived() == ["invoices/1.pdf", "invoices/2.pdf"]
    assert buckets.status("drafts/1.pdf") is None


def test_an_upload_in_parts_is_replicated_as_one_object(buckets: Buckets) -> None:
    buckets.replicate()
    upload = buckets.home.create_multipart_upload(Bucket=SOURCE, Key="dump")["UploadId"]
    part = buckets.home.upload_part(Bucket=SOURCE, Key="dump", PartNumber=1, UploadId=upload, Body=b"parts")
    buckets.home.complete_multipart_upload(
        Bucket=SOURCE, Key="dump", UploadId=upload,
        MultipartUpload={"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]},
    )  # fmt: skip
    buckets.pass_lag()
    assert buckets.away.get_object(Bucket=REPLICA, Key="dump")["Body"].read() == b"parts"


@pytest.mark.parametrize(("says_so", "arrived"), [(True, ["invoice.pdf"]), (False, [])])
def test_what_is_encrypted_with_a_key_is_replicated_only_where_the_rule_says_so(
    buckets: Buckets, says_so: bool, arrived: list[str]
) -> None:
    criteria: dict[str, Any] = {"SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}}}
    buckets.replicate(rule(**(criteria if says_so else {})))
    buckets.put(ServerSideEncryption="aws:kms")
    buckets.pass_lag()
    assert buckets.arrived() == arrived


def test_a_replica_is_not_replicated_any_further_and_the_reverse_rule_works(buckets: Buckets) -> None:
    buckets.replicate()
    reverse = {"Role": ROLE, "Rules": [rule(SOURCE, ID="drctl-reverse")]}
    buckets.away.put_bucket_replication(Bucket=REPLICA, ReplicationConfiguration=reverse)
    buckets.put()
    buckets.pass_lag()
    buckets.away.put_object(Bucket=REPLICA, Key="written-in-recovery", Body=b"x")
    for _ in range(3):
        buckets.pass_lag()

    versions = buckets.home.list_object_versions(Bucket=SOURCE)["Versions"]
    assert sorted(found["Key"] for found in versions) == ["invoice.pdf", "written-in-recovery"]
    assert buckets.status("written-in-recovery") == "REPLICA"


def test_the_configuration_is_given_back_as_it_was_put(buckets: Buckets) -> None:
    with pytest.raises(ClientError) as error:
        buckets.home.get_bucket_replication(Bucket=SOURCE)
    assert code_of(error) == "ReplicationConfigurationNotFoundError"
    asked = rule(
        Filter={"And": {"Prefix": "a/", "Tags": [{"Key": "k", "Value": "v"}]}},
        SourceSelectionCriteria={"ReplicaModifications": {"Status": "Enabled"}},
    )
    buckets.replicate(asked)
    got = buckets.home.get_bucket_replication(Bucket=SOURCE)["ReplicationConfiguration"]
    assert got == {"Role": ROLE, "Rules": [asked]}
    buckets.home.delete_bucket_replication(Bucket=SOURCE)
    with pytest.raises(ClientError):
        buckets.home.get_bucket_replication(Bucket=SOURCE)


def test_replication_needs_versioning_at_both_ends(buckets: Buckets) -> None:
    buckets.home.create_bucket(Bucket="plain", CreateBucketConfiguration={"LocationConstraint": PRIMARY})
    configuration = {"Role": ROLE, "Rules": [rule()]}
    with pytest.raises(ClientError) as error:
        buckets.home.put_bucket_replication(Bucket="plain", ReplicationConfiguration=configuration)
    assert code_of(error) == "InvalidRequest"
    assert "Versioning must be 'Enabled' on the bucket" in str(error.value)
    with pytest.raises(ClientError) as error:
        buckets.replicate(rule("plain"))
    assert code_of(error) == "InvalidRequest"
    buckets.replicate()
    with pytest.raises(ClientError) as error:
        buckets.home.put_bucket_versioning(Bucket=SOURCE, VersioningConfiguration={"Status": "Suspended"})
    assert code_of(error) == "InvalidBucketState"


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param([{**rule(), "DeleteMarkerReplication": None}], id="no word on delete markers"),
        pytest.param([{**rule(), "Priority": None}], id="no priority"),
        pytest.param([rule(), rule(ID="other")], id="one priority twice"),
    ],
)
def test_a_configuration_that_s3_would_not_take_is_refused(buckets: Buckets, wrong: list[dict[str, Any]]) -> None:
    rules = [{name: value for name, value in one.items() if value is not None} for one in wrong]
    with pytest.raises(ClientError) as error:
        buckets.replicate(*rules)
    assert code_of(error) == "InvalidRequest"


def test_an_object_whose_destination_is_gone_fails(buckets: Buckets) -> None:
    buckets.replicate()
    buckets.put()
    buckets.away.delete_bucket(Bucket=REPLICA)
    buckets.pass_lag()
    assert buckets.status() == "FAILED"


@pytest.mark.parametrize("settled", [True, False], ids=["all had arrived", "none had arrived"])
def test_a_planted_backlog_is_what_has_not_arrived(buckets: Buckets, settled: bool) -> None:
    buckets.replicate()
    for number in range(10):
        buckets.put(f"objects/{number}")
    if settled:
        buckets.pass_lag()
    replication = buckets.simulated.world.part(S3Replication)

    replication.plant_backlog(SOURCE, 3, timedelta(minutes=6))

    assert buckets.arrived() == [f"objects/{number}" for number in range(7)]
    assert [buckets.status(f"objects/{number}") for number in (6, 7)] == ["COMPLETED", "PENDING"]
    (route,) = replication.routes()
    assert replication.backlog(route, buckets.simulated.now()).operations == 3
    assert replication.backlog(route, buckets.simulated.now()).latency == timedelta(minutes=6)
    buckets.pass_lag()
    assert len(buckets.arrived()) == 10


def test_a_backlog_that_is_larger_than_the_bucket_is_a_mistake(buckets: Buckets) -> None:
    buckets.replicate()
    buckets.put()
    with pytest.raises(ValueError, match="has 1 objects"):
        buckets.simulated.world.part(S3Replication).plant_backlog(SOURCE, 2, timedelta(minutes=1))


def test_without_any_lag_an_object_arrives_at_once(buckets: Buckets) -> None:
    buckets.simulated.world.durations = dict.fromkeys(buckets.simulated.world.durations, timedelta(0))
    buckets.replicate()
    buckets.put()
    assert buckets.status() == "COMPLETED"
    assert buckets.arrived() == ["invoice.pdf"]
