"""A client without a socket is a boto3 client to whoever uses it."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from drctl.sim.seed.in_process import Client
from tests.simulated import PRIMARY, PRODUCTION, RECOVERY, SHARED_SERVICES, Simulated

OWN = {"ResponseMetadata": None}
"""Hides what differs from call to call."""
BODY = b"a \xff b+c=d&e"


def test_what_one_client_writes_the_other_reads_in_every_protocol(simulated: Simulated) -> None:
    ssm, sqs, sns = (Client(simulated.app, service, PRODUCTION, PRIMARY) for service in ("ssm", "sqs", "sns"))
    ssm.put_parameter(Name="/a b/ü", Value="1 & 2 + ü", Type="String")
    assert simulated.client("ssm").get_parameter(Name="/a b/ü") | OWN == ssm.get_parameter(Name="/a b/ü") | OWN
    sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "77"})
    asked = {"QueueUrl": sqs.get_queue_url(QueueName="orders")["QueueUrl"], "AttributeNames": ["VisibilityTimeout"]}
    assert simulated.client("sqs").get_queue_attributes(**asked) | OWN == sqs.get_queue_attributes(**asked) | OWN
    sns.create_topic(Name="alarms")
    assert simulated.client("sns").list_topics()["Topics"] == sns.list_topics()["Topics"]


def test_keys_and_bodies_of_objects_arrive_as_they_were_given(simulated: Simulated) -> None:
    own = Client(simulated.app, "s3", PRODUCTION, PRIMARY)
    own.create_bucket(Bucket="orders", CreateBucketConfiguration={"LocationConstraint": PRIMARY})
    own.put_object(Bucket="orders", Key="a b/ü+?&=.txt", Body=BODY)
    assert simulated.client("s3").get_object(Bucket="orders", Key="a b/ü+?&=.txt")["Body"].read() == BODY


def test_each_client_acts_in_its_own_account_and_region(simulated: Simulated) -> None:
    for account, region in ((PRODUCTION, PRIMARY), (SHARED_SERVICES, RECOVERY)):
        made = Client(simulated.app, "kms", account, region).create_key()
        assert made["KeyMetadata"]["Arn"].startswith(f"arn:aws:kms:{region}:{account}:key/")


def test_what_the_service_refuses_is_a_client_error_with_its_code(simulated: Simulated) -> None:
    with pytest.raises(ClientError) as refused:
        Client(simulated.app, "rds", PRODUCTION, PRIMARY).describe_db_instances(DBInstanceIdentifier="none")
    assert refused.value.response["Error"]["Code"] == "DBInstanceNotFound"


def test_what_boto3_would_not_send_is_not_sent(simulated: Simulated) -> None:
    with pytest.raises(ParamValidationError):
        Client(simulated.app, "rds", PRODUCTION, PRIMARY).describe_db_instances(Instance="orders")
    with pytest.raises(KeyError):
        _ = Client(simulated.app, "rds", PRODUCTION, PRIMARY).describe_everything
