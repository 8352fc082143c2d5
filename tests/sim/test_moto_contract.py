"""What is used of moto's inside is still there, and each wire protocol works through it."""

from __future__ import annotations

import importlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from drctl.sim.credentials import key_of
from tests.simulated import PRODUCTION, RECOVERY, Simulated


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("moto.core.base_backend", ("AccountSpecificBackend", "BackendDict")),
        ("moto.core.errors", ("ErrorLookupFactory", "ErrorShape", "get_error_model")),
        ("moto.core.model", ("OperationModel",)),
        ("moto.core.parse", ("PROTOCOL_PARSERS", "RequestParserError")),
        ("moto.core.request", ("Request", "determine_request_protocol", "environ_key_for_header")),
        ("moto.core.responses", ("BaseResponse", "method_names_from_class")),
        ("moto.core.routing", ("get_service_router",)),
        ("moto.core.serialize", ("XFormedAttributePicker", "get_serializer_class", "get_error_model")),
        ("moto.core.serialize", ("AttributePickerContext", "ResponseSerializer")),
        ("moto.core.constants", ("MISSING",)),
        ("moto.core.loaders", ("create_loader",)),
        ("moto.core.utils", ("_load_service_model", "get_value", "method_names_from_class")),
        ("xmltodict", ("_validate_name",)),
        ("moto.core.utils", ("utcnow", "unix_time", "get_service_model", "camelcase_to_underscores")),
        ("moto.moto_server.werkzeug_app", ("DomainDispatcherApplication", "create_backend_app")),
        ("moto.moto_api._internal", ("mock_random",)),
        ("moto.kms.utils", ("KEY_ID_LEN", "_deserialize_ciphertext_blob")),
    ],
)
def test_the_parts_of_moto_that_are_built_on_are_there(module: str, names: tuple[str, ...]) -> None:
    found = importlib.import_module(module)
    assert [name for name in names if not hasattr(found, name)] == []


def test_the_query_protocol_works(simulated: Simulated) -> None:
    assert simulated.client("sns").create_topic(Name="alarms")["TopicArn"].endswith(":alarms")


def test_the_json_protocol_works(simulated: Simulated) -> None:
    simulated.client("ssm").put_parameter(Name="/a", Value="b", Type="String")
    assert simulated.client("ssm").get_parameter(Name="/a")["Parameter"]["Value"] == "b"


def test_the_rest_json_protocol_works(simulated: Simulated) -> None:
    simulated.client("sesv2").create_email_identity(EmailIdentity="amply.example")
    assert simulated.client("sesv2").list_email_identities()["EmailIdentities"][0]["IdentityName"] == "amply.example"


def test_the_rest_xml_protocol_works_for_names_that_need_escaping(simulated: Simulated) -> None:
    s3 = simulated.client("s3", RECOVERY)
    s3.create_bucket(Bucket="widgets", CreateBucketConfiguration={"LocationConstraint": RECOVERY})
    s3.put_object(Bucket="widgets", Key="a b/ü%2f&<x>_/", Body=b"hello", Metadata={"under_score": "1"})
    found = s3.get_object(Bucket="widgets", Key="a b/ü%2f&<x>_/")
    assert (found["Body"].read(), found["Metadata"]) == (b"hello", {"under_score": "1"})
    assert s3.list_objects_v2(Bucket="widgets")["Contents"][0]["Key"] == "a b/ü%2f&<x>_/"


def test_an_upload_in_signed_chunks_with_a_trailing_checksum_arrives_without_its_frame(simulated: Simulated) -> None:
    """As the SDKs of other languages and the AWS command line send it."""
    s3 = simulated.client("s3", RECOVERY)
    s3.create_bucket(Bucket="widgets", CreateBucketConfiguration={"LocationConstraint": RECOVERY})
    key = key_of(PRODUCTION).access_key
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={key}/20261123/{RECOVERY}/s3/aws4_request, Signature=0",
        "Content-Encoding": "aws-chunked",
        "Transfer-Encoding": "chunked",
        "X-Amz-Content-Sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "X-Amz-Decoded-Content-Length": "5",
        "X-Amz-Trailer": "x-amz-checksum-crc32",
    }
    body = [b"5\r\nhello\r\n", b"0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"]
    with httpx.Client(trust_env=False) as client:
        answer = client.put(f"{simulated.url}/widgets/k", content=iter(body), headers=headers)
    assert answer.status_code == 200
    assert s3.get_object(Bucket="widgets", Key="k")["Body"].read() == b"hello"


def test_a_presigned_address_is_good_for_anybody(simulated: Simulated) -> None:
    s3 = simulated.client("s3", RECOVERY)
    s3.create_bucket(Bucket="widgets", CreateBucketConfiguration={"LocationConstraint": RECOVERY})
    s3.put_object(Bucket="widgets", Key="k", Body=b"hello")
    address = s3.generate_presigned_url("get_object", Params={"Bucket": "widgets", "Key": "k"})
    with httpx.Client(trust_env=False) as client:
        assert client.get(address).content == b"hello"


def test_the_ec2_protocol_works(simulated: Simulated) -> None:
    vpc = simulated.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    found = simulated.client("ec2").describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Vpcs"]
    assert [one["CidrBlock"] for one in found] == ["10.0.0.0/16"]


def test_errors_are_those_of_the_service(simulated: Simulated) -> None:
    rds = simulated.client("rds")
    with pytest.raises(rds.exceptions.DBInstanceNotFoundFault):
        rds.describe_db_instances(DBInstanceIdentifier="nowhere")


def test_one_of_fifty_conditional_writes_at_once_wins(simulated: Simulated) -> None:
    tables = simulated.client("dynamodb", max_pool_connections=50)
    tables.create_table(
        TableName="leases",
        KeySchema=[{"AttributeName": "run", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "run", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def take(owner: int) -> bool:
        try:
            tables.put_item(
                TableName="leases",
                Item={"run": {"S": "r1"}, "owner": {"N": str(owner)}},
                ConditionExpression="attribute_not_exists(run)",
            )
        except tables.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(take, range(50))) == 1


def test_a_crash_inside_moto_is_told_with_its_traceback_in_the_log(
    simulated: Simulated, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from moto.ssm.responses import SimpleSystemManagerResponse

    def crash(_: Any) -> None:
        raise ZeroDivisionError("a bug of moto")

    monkeypatch.setattr(SimpleSystemManagerResponse, "describe_parameters", crash)
    with pytest.raises(ClientError) as failed:
        simulated.client("ssm").describe_parameters()
    assert failed.value.response["Error"]["Code"] == "InternalFailure"
    assert "ssm:DescribeParameters" in failed.value.response["Error"]["Message"]
    assert "ZeroDivisionError: a bug of moto" in caplog.text


def test_two_equal_worlds_make_up_equal_identifiers(simulated: Simulated) -> None:
    def made_up() -> list[str]:
        simulated.renew()
        vpc = simulated.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        topic = simulated.client("secretsmanager").create_secret(Name="s", SecretString="x")["ARN"]
        return [vpc, topic]

    assert made_up() == made_up()


def test_a_long_poll_ends_although_time_stands_still(simulated: Simulated) -> None:
    sqs = simulated.client("sqs")
    queue = sqs.create_queue(QueueName="q")["QueueUrl"]
    assert "Messages" not in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)
