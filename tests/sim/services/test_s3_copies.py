"""The simulated S3 copies an object only under the conditions that the caller has set."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulated import PRIMARY, Simulated

BUCKET, KEY = "files", "a file"


class Files:
    """A bucket that keeps versions, with two of one key in it."""

    def __init__(self, simulated: Simulated) -> None:
        self.s3 = simulated.client("s3", PRIMARY)
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": PRIMARY})
        self.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        self.first, self.second = (self.s3.put_object(Bucket=BUCKET, Key=KEY, Body=body) for body in (b"one", b"two"))

    def copy(self, **condition: str) -> None:
        source = {"Bucket": BUCKET, "Key": KEY, "VersionId": self.first["VersionId"]}
        self.s3.copy_object(Bucket=BUCKET, Key=KEY, CopySource=source, **condition)

    def refused(self, **condition: str) -> str:
        with pytest.raises(ClientError) as error:
            self.copy(**condition)
        return str(error.value.response["Error"]["Code"])

    def body(self) -> bytes:
        body: bytes = self.s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read()
        return body


@pytest.fixture
def files(simulated: Simulated) -> Files:
    return Files(simulated)


@pytest.mark.parametrize("condition", ["CopySourceIfMatch", "IfMatch"])
def test_a_copy_under_a_condition_that_holds_is_made(files: Files, condition: str) -> None:
    etag = {"CopySourceIfMatch": files.first, "IfMatch": files.second}[condition]["ETag"]
    files.copy(**{condition: etag})
    assert files.body() == b"one"


def test_a_copy_under_a_condition_that_does_not_hold_is_refused(files: Files) -> None:
    """Neither from another source than was seen, nor onto another object, nor onto any where none was seen."""
    refused: tuple[dict[str, Any], ...] = (
        {"CopySourceIfMatch": files.second["ETag"]},
        {"IfMatch": files.first["ETag"]},
        {"IfNoneMatch": "*"},
    )
    for condition in refused:
        assert files.refused(**condition) == "PreconditionFailed"
    assert files.body() == b"two"


def test_a_delete_marker_is_no_object_to_a_condition(files: Files) -> None:
    """There is nothing that could match, and nothing in the way."""
    files.s3.delete_object(Bucket=BUCKET, Key=KEY)
    assert files.refused(IfMatch=files.second["ETag"]) == "NoSuchKey"
    files.copy(IfNoneMatch="*")
    assert files.body() == b"one"
