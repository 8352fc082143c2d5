"""The simulated S3 denies what a bucket's policy denies, to whom it denies it."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.simulated import PRIMARY, PRODUCTION, Simulated

BUCKET = "amply-storage-prod"
RESTORER = f"arn:aws:iam::{PRODUCTION}:role/restorer"
DENY: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"],
    "Resource": f"arn:aws:s3:::{BUCKET}/kept/*",
}
EXCEPT = {"ArnNotEquals": {"aws:PrincipalArn": [RESTORER]}}


@pytest.fixture
def s3(simulated: Simulated) -> Any:
    """A client with the account's own key, and a bucket with two objects."""
    s3 = simulated.client("s3", PRIMARY)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": PRIMARY})
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for key in ("kept/a", "kept/b"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    return s3


def deny(s3: Any, **changed: Any) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{**DENY, **changed}]}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))


def as_role(simulated: Simulated, name: str) -> Any:
    """A client in a session of that role."""
    sts = simulated.client("sts")
    given = sts.assume_role(RoleArn=f"arn:aws:iam::{PRODUCTION}:role/{name}", RoleSessionName="test")["Credentials"]
    return boto3.session.Session().client(
        "s3",
        region_name=PRIMARY,
        endpoint_url=simulated.url,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        config=Config(proxies={}, retries={"total_max_attempts": 1}),
    )


WRITES: dict[str, Any] = {
    "put": lambda s3: s3.put_object(Bucket=BUCKET, Key="kept/new", Body=b"y"),
    "overwrite": lambda s3: s3.put_object(Bucket=BUCKET, Key="kept/a", Body=b"y"),
    "copy": lambda s3: s3.copy_object(Bucket=BUCKET, Key="kept/a", CopySource={"Bucket": BUCKET, "Key": "kept/b"}),
    "upload in parts": lambda s3: s3.create_multipart_upload(Bucket=BUCKET, Key="kept/big"),
    "delete": lambda s3: s3.delete_object(Bucket=BUCKET, Key="kept/a"),
    "delete several": lambda s3: s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "kept/a"}]}),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("condition", [{}, {"Condition": EXCEPT}], ids=["everybody", "all but a role"])
def test_a_denied_write_is_refused(s3: Any, write: Any, condition: dict[str, Any]) -> None:
    deny(s3, **condition)
    with pytest.raises(ClientError) as error:
        write(s3)
    assert error.value.response["Error"]["Code"] == "AccessDenied"
    assert s3.get_object(Bucket=BUCKET, Key="kept/a")["Body"].read() == b"x"


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_the_role_that_is_exempt_may_write(s3: Any, simulated: Simulated, write: Any) -> None:
    deny(s3, Condition=EXCEPT)
    write(as_role(simulated, "restorer"))


def test_another_role_may_not(s3: Any, simulated: Simulated) -> None:
    deny(s3, Condition=EXCEPT)
    with pytest.raises(ClientError, match="AccessDenied"):
        as_role(simulated, "intruder").delete_object(Bucket=BUCKET, Key="kept/a")


def test_other_keys_and_other_conditions_are_not_denied(s3: Any) -> None:
    deny(s3, Condition={"Bool": {"aws:SecureTransport": "false"}})
    s3.put_object(Bucket=BUCKET, Key="kept/a", Body=b"y")
    deny(s3)
    s3.put_object(Bucket=BUCKET, Key="open/a", Body=b"y")
