"""What calls of S3 about buckets and objects ask of IAM.

Source: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import unquote

from drctl.aws.iam_names import iam_action
from drctl.sim.overlay import Call

Pairs = Iterable[tuple[str, str]]
"""Actions, each with its resource."""

_ON_BUCKETS = (
    "DeleteBucket", "DeleteBucketPolicy", "DeleteBucketReplication", "GetBucketEncryption",
    "GetBucketLifecycleConfiguration", "GetBucketOwnershipControls", "GetBucketPolicy", "GetBucketReplication",
    "GetBucketTagging", "GetBucketVersioning", "GetPublicAccessBlock", "HeadBucket", "ListObjectVersions",
    "ListObjectsV2", "PutBucketEncryption", "PutBucketLifecycleConfiguration", "PutBucketOwnershipControls",
    "PutBucketPolicy", "PutBucketReplication", "PutBucketTagging", "PutBucketVersioning", "PutPublicAccessBlock",
)  # fmt: skip


def _bucket(call: Call) -> str:
    return f"arn:aws:s3:::{call.params['Bucket']}"


def _object(call: Call) -> str:
    return f"{_bucket(call)}/{call.params['Key']}"


def _of_the_bucket(action: str, call: Call) -> Pairs:
    return [(action, _bucket(call))]


def _create(call: Call) -> Pairs:
    yield "s3:CreateBucket", _bucket(call)
    if (call.params.get("CreateBucketConfiguration") or {}).get("Tags"):
        yield "s3:TagResource", _bucket(call)
    if call.params.get("ObjectOwnership"):
        yield "s3:PutBucketOwnershipControls", _bucket(call)


def _read(call: Call) -> Pairs:
    return [("s3:GetObjectVersion" if call.params.get("VersionId") else "s3:GetObject", _object(call))]


def _put(call: Call) -> Pairs:
    yield "s3:PutObject", _object(call)
    if call.params.get("Tagging"):
        yield "s3:PutObjectTagging", _object(call)


def _copy(call: Call) -> Pairs:
    source: Any = call.params["CopySource"]
    text = f"{source['Bucket']}/{source['Key']}" if isinstance(source, Mapping) else unquote(str(source)).lstrip("/")
    where, _, version = text.partition("?versionId=")
    if isinstance(source, Mapping):
        version = str(source.get("VersionId") or "")
    yield "s3:GetObjectVersion" if version else "s3:GetObject", f"arn:aws:s3:::{where}"
    yield "s3:PutObject", _object(call)


def _delete(call: Call) -> Pairs:
    return [("s3:DeleteObjectVersion" if call.params.get("VersionId") else "s3:DeleteObject", _object(call))]


def _delete_several(call: Call) -> Pairs:
    for one in call.params["Delete"]["Objects"]:
        action = "s3:DeleteObjectVersion" if one.get("VersionId") else "s3:DeleteObject"
        yield action, f"{_bucket(call)}/{one['Key']}"


BUCKET_CALLS: Mapping[str, Callable[[Call], Pairs]] = {
    **{name: partial(_of_the_bucket, iam_action(f"s3:{name}")) for name in _ON_BUCKETS},
    "CreateBucket": _create,
    "GetObject": _read,
    "HeadObject": _read,
    "PutObject": _put,
    "CopyObject": _copy,
    "DeleteObject": _delete,
    "DeleteObjects": _delete_several,
}
