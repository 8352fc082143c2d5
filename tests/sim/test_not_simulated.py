"""What cannot be simulated says so once, in the protocol of its service, and is known beforehand."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from drctl.sim.coverage import is_simulated
from tests.simulated import Simulated

BUCKET = {"Bucket": "b", "Id": "x"}


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        pytest.param("rds", "describe_db_engine_versions", {}, id="query"),
        pytest.param("ssm", "create_ops_item", {"Title": "t", "Source": "s", "Description": "d"}, id="json"),
        pytest.param("sesv2", "get_dedicated_ips", {}, id="rest-json"),
        pytest.param("s3", "get_bucket_metrics_configuration", BUCKET, id="rest-xml"),
        pytest.param("ec2", "describe_aws_network_performance_metric_subscriptions", {}, id="ec2"),
        pytest.param("globalaccelerator", "list_accelerators", {}, id="a service moto has never heard of"),
        pytest.param("arc-region-switch", "list_plans", {}, id="a service that moto would crash on"),
        pytest.param("backup", "list_restore_jobs", {}, id="an operation moto has no path for"),
    ],
)
def test_an_operation_nobody_simulates_is_refused_once_without_retries(
    simulated: Simulated, service: str, operation: str, params: dict[str, Any]
) -> None:
    patient = simulated.client(service, retries={"mode": "standard", "total_max_attempts": 5})
    with pytest.raises(ClientError) as refused:
        getattr(patient, operation)(**params)
    answer = refused.value.response
    assert answer["Error"]["Code"] == "NotSimulated"
    assert f"{service}:" in answer["Error"]["Message"]
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0


@pytest.mark.parametrize(
    "operation",
    [
        "rds:DescribeDBInstances",
        "rds:RestoreDBInstanceFromDBSnapshot",
        "s3:PutBucketReplication",
        "s3:CreateBucket",
        "kms:ReplicateKey",
        "secretsmanager:StopReplicationToReplica",
        "sesv2:GetAccount",
        "sqs:StartMessageMoveTask",
        "route53:ChangeResourceRecordSets",
        "ec2:DescribeSecurityGroups",
        "application-autoscaling:RegisterScalableTarget",
        "sts:AssumeRole",
        "lambda:Invoke",
    ],
)
def test_what_is_simulated_is_known_before_a_run(operation: str) -> None:
    assert is_simulated(operation)


@pytest.mark.parametrize(
    "operation",
    [
        "rds:DescribeDBEngineVersions",
        "s3:GetBucketMetricsConfiguration",
        "globalaccelerator:ListAccelerators",
        "rds:NoSuchOperation",
        "nosuchservice:Anything",
    ],
)
def test_what_is_not_simulated_is_known_before_a_run(operation: str) -> None:
    assert not is_simulated(operation)


def test_an_operation_is_asked_for_by_service_and_name() -> None:
    with pytest.raises(ValueError, match="expected service:Operation"):
        is_simulated("DescribeDBInstances")
