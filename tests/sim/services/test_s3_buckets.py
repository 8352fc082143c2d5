"""The simulated S3 makes buckets as the real one does: closed, with their tags, and not at once under an old name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulated import PRIMARY, Simulated

BUCKET = "amply-storage-prod"
HERE: dict[str, Any] = {"LocationConstraint": PRIMARY}


@pytest.fixture
def s3(simulated: Simulated) -> Any:
    return simulated.client("s3", PRIMARY)


def test_a_new_bucket_is_closed_and_has_its_tags(s3: Any) -> None:
    tags = [{"Key": "team", "Value": "storage"}]
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={**HERE, "Tags": tags})
    assert all(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values())
    (rule,) = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"]
    assert rule == {"ObjectOwnership": "BucketOwnerEnforced"}
    assert s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"] == tags


def test_ownership_that_was_asked_for_is_kept(s3: Any) -> None:
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=HERE, ObjectOwnership="ObjectWriter")
    (rule,) = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]["Rules"]
    assert rule == {"ObjectOwnership": "ObjectWriter"}


def test_an_old_name_is_free_only_after_a_while(s3: Any, simulated: Simulated) -> None:
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=HERE)
    s3.delete_bucket(Bucket=BUCKET)
    lag = simulated.world.durations["s3.bucket_name"]
    simulated.advance(lag - timedelta(seconds=1))
    with pytest.raises(ClientError, match="OperationAborted"):
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=HERE)
    simulated.advance(timedelta(seconds=1))
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=HERE)
