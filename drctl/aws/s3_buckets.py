"""A bucket with its settings, made and removed. Whether it is there, the list of the account's own buckets tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from drctl.aws.failures import absent
from drctl.aws.s3 import Replication, find_replication
from drctl.aws.s3_policy import BucketPolicy, find_policy
from drctl.aws.tags import owner_of, tag_list, tags_of

BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
"""The four switches of a public access block (Amazon S3 API Reference, PublicAccessBlockConfiguration)."""
NO_LOCATION = "us-east-1"
"""The Region that CreateBucket does not want to be told (Amazon S3 API Reference, CreateBucketConfiguration)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketSettings:
    name: str
    region: str
    versioned: bool = False
    kms_key: str | None = None
    """The key that new objects are encrypted with; None where it is S3's own."""
    blocked: bool = False
    """Whether all four switches against public access are on."""
    ownership: str = ""
    policy: BucketPolicy | None = None
    replication: Replication | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    empty: bool = True
    """Whether it has no object, no older version, and no delete marker."""

    @property
    def owner(self) -> str | None:
        """The run that made it; None where no run did."""
        return owner_of(self.tags)


def find_settings(s3: Any, name: str) -> BucketSettings | None:
    """The account's own bucket of that name, or None where it has none: another account's is not told apart from none.

    Looked up in the list, because HeadBucket answers 403 both for another account's and for one it may not look at.
    """
    if not _is_listed(s3, name):
        return None
    # It may be deleted between two of these looks.
    with absent("404", "NoSuchBucket"):
        region = str(s3.head_bucket(Bucket=name).get("BucketRegion", ""))
        versions = s3.list_object_versions(Bucket=name, MaxKeys=1)
        return BucketSettings(
            name=name,
            region=region,
            versioned=s3.get_bucket_versioning(Bucket=name).get("Status") == "Enabled",
            kms_key=_kms_key(s3, name),
            blocked=is_closed(s3, name),
            ownership=_ownership(s3, name),
            policy=find_policy(s3, name),
            replication=find_replication(s3, name),
            tags=_tags(s3, name),
            empty=not versions.get("Versions") and not versions.get("DeleteMarkers"),
        )
    return None


def is_closed(s3: Any, name: str) -> bool:
    """Whether all four switches against public access are on."""
    with absent("NoSuchPublicAccessBlockConfiguration"):
        told = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
        return all(told.get(block) for block in BLOCKS)
    return False


def create_bucket(s3: Any, name: str, region: str, ownership: str, tags: Mapping[str, str]) -> None:
    """Make the bucket, with its tags in the same call. BucketAlreadyExists where another account has the name.

    OperationAborted while a deletion of that name is still under way.
    """
    location = {} if region == NO_LOCATION else {"LocationConstraint": region}
    s3.create_bucket(
        Bucket=name,
        CreateBucketConfiguration={**location, "Tags": tag_list(tags)},
        ObjectOwnership=ownership,
    )


def keep_versions(s3: Any, name: str) -> None:
    """Afterwards versions are kept."""
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def encrypt_with(s3: Any, name: str, kms_key: str) -> None:
    """Afterwards new objects are encrypted with that key, by a bucket key to spare KMS a call for each."""
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": kms_key}
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})


def block_public_access(s3: Any, name: str, *, blocked: bool) -> None:
    """Afterwards all four switches against public access are on, or off."""
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(BLOCKS, blocked))


def put_policy(s3: Any, name: str, policy: BucketPolicy) -> None:
    """Afterwards the bucket has that policy."""
    s3.put_bucket_policy(Bucket=name, Policy=policy.text)


def put_replication(s3: Any, name: str, configuration: Mapping[str, Any]) -> None:
    """Afterwards the bucket replicates by that configuration."""
    s3.put_bucket_replication(Bucket=name, ReplicationConfiguration=configuration)


def delete_bucket(s3: Any, name: str) -> None:
    """Have the bucket gone. BucketNotEmpty, and nothing is done, where anything is in it."""
    with absent("NoSuchBucket"):
        s3.delete_bucket(Bucket=name)


def _is_listed(s3: Any, name: str) -> bool:
    start: dict[str, str] = {}
    while True:
        page = s3.list_buckets(Prefix=name, **start)
        if any(bucket["Name"] == name for bucket in page.get("Buckets", ())):
            return True
        if not page.get("ContinuationToken"):
            return False
        start = {"ContinuationToken": page["ContinuationToken"]}


def _kms_key(s3: Any, name: str) -> str | None:
    with absent("ServerSideEncryptionConfigurationNotFoundError"):
        (rule, *_) = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
        default = rule.get("ApplyServerSideEncryptionByDefault", {})
        return default.get("KMSMasterKeyID") if default.get("SSEAlgorithm") == "aws:kms" else None
    return None


def _ownership(s3: Any, name: str) -> str:
    with absent("OwnershipControlsNotFoundError"):
        return str(s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"][0]["ObjectOwnership"])
    return ""


def _tags(s3: Any, name: str) -> dict[str, str]:
    with absent("NoSuchTagSet"):
        return tags_of(s3.get_bucket_tagging(Bucket=name)["TagSet"])
    return {}
