"""The simulated batch jobs of S3 take their time, really replicate, and are started once for a token."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.actions.cases.s3_batch_replicate import REPLICA, REPORTS, SOURCE, plant
from tests.actions.cases.s3_promote_replica import ROLE
from tests.simulated import PRIMARY, PRODUCTION, RECOVERY, Simulated


@pytest.fixture
def control(simulated: Simulated) -> Any:
    plant(simulated)
    return simulated.client("s3control", PRIMARY)


def start(control: Any, *statuses: str, **changed: Any) -> str:
    chosen: dict[str, Any] = {"EligibleForReplication": True, "ObjectReplicationStatuses": list(statuses or ("NONE",))}
    generator = {"SourceBucket": f"arn:aws:s3:::{SOURCE}", "EnableManifestOutput": False, "Filter": chosen}
    asked: dict[str, Any] = {
        "AccountId": PRODUCTION,
        "ConfirmationRequired": False,
        "Operation": {"S3ReplicateObject": {}},
        "Report": {"Enabled": True, "Bucket": f"arn:aws:s3:::{REPORTS}", "Format": "Report_CSV_20180820"},
        "ManifestGenerator": {"S3JobManifestGenerator": generator},
        "ClientRequestToken": "one",
        "Description": "the one",
        "Priority": 1,
        "RoleArn": ROLE,
    }
    return str(control.create_job(**{**asked, **changed})["JobId"])


def job(control: Any, id: str) -> dict[str, Any]:
    found: dict[str, Any] = control.describe_job(AccountId=PRODUCTION, JobId=id)["Job"]
    return found


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_a_job_lists_first_and_replicates_later(control: Any, simulated: Simulated) -> None:
    id = start(control)
    assert job(control, id)["Status"] == "Preparing"
    simulated.advance(simulated.world.durations["s3.batch_prepare"])
    assert job(control, id)["Status"] == "Active"
    assert job(control, id)["ProgressSummary"]["TotalNumberOfTasks"] == 2
    simulated.advance(simulated.world.durations["s3.batch_run"])
    done = job(control, id)
    assert done["Status"] == "Complete"
    assert done["ProgressSummary"]["NumberOfTasksSucceeded"] == 2
    source, replica = simulated.client("s3", PRIMARY), simulated.client("s3", RECOVERY)
    assert source.head_object(Bucket=SOURCE, Key="old/a")["ReplicationStatus"] == "COMPLETED"
    assert replica.head_object(Bucket=REPLICA, Key="old/a")["ReplicationStatus"] == "REPLICA"


def test_what_is_already_there_is_not_copied_twice(control: Any, simulated: Simulated) -> None:
    start(control, "NONE", "COMPLETED")
    simulated.advance(timedelta(hours=1))
    versions = simulated.client("s3", RECOVERY).list_object_versions(Bucket=REPLICA)["Versions"]
    assert sorted(version["Key"] for version in versions) == ["new", "old/a", "old/b"]


def test_a_token_is_for_one_job(control: Any) -> None:
    assert start(control) == start(control)
    with pytest.raises(ClientError) as error:
        start(control, Priority=2)
    assert code_of(error) == "IdempotencyException"


def test_a_job_without_rules_fails_with_a_reason(control: Any, simulated: Simulated) -> None:
    simulated.client("s3", PRIMARY).delete_bucket_replication(Bucket=SOURCE)
    id = start(control)
    simulated.advance(timedelta(hours=1))
    failed = job(control, id)
    assert failed["Status"] == "Failed"
    assert failed["FailureReasons"]


def test_a_job_that_is_over_cannot_be_cancelled(control: Any, simulated: Simulated) -> None:
    id = start(control)
    simulated.advance(timedelta(hours=1))
    with pytest.raises(ClientError) as error:
        control.update_job_status(AccountId=PRODUCTION, JobId=id, RequestedJobStatus="Cancelled")
    assert code_of(error) == "JobStatusException"


def test_jobs_are_listed_in_their_region_only(control: Any, simulated: Simulated) -> None:
    id = start(control)
    assert [one["JobId"] for one in control.list_jobs(AccountId=PRODUCTION)["Jobs"]] == [id]
    assert control.list_jobs(AccountId=PRODUCTION, JobStatuses=["Complete"])["Jobs"] == []
    elsewhere = simulated.client("s3control", RECOVERY)
    assert elsewhere.list_jobs(AccountId=PRODUCTION)["Jobs"] == []
    with pytest.raises(ClientError):
        elsewhere.describe_job(AccountId=PRODUCTION, JobId=id)
