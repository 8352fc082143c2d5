"""One object whose being there says something: it is put and deleted by compare-and-set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drctl.aws.failures import absent

MOST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class SwitchObject:
    """What the object says, as far as `MOST_BYTES`, and its ETag."""

    body: str
    etag: str


def bucket_exists(s3: Any, bucket: str) -> bool:
    """Whether there is a bucket of that name that the caller may list."""
    with absent("404", "NoSuchBucket"):
        s3.head_bucket(Bucket=bucket)
        return True
    return False


def find_switch(s3: Any, bucket: str, key: str) -> SwitchObject | None:
    """The object under `key`, or None where there is none.

    Who may not list the bucket is told AccessDenied for both (Amazon S3 API Reference, GetObject).
    """
    with absent("NoSuchKey"):
        answer = s3.get_object(Bucket=bucket, Key=key)
        return SwitchObject(answer["Body"].read(MOST_BYTES).decode(errors="replace"), str(answer["ETag"]))
    return None


def put_switch(s3: Any, bucket: str, key: str, body: str) -> str:
    """Put the object where there is none; its ETag. S3 refuses with PreconditionFailed where there is one."""
    answer = s3.put_object(Bucket=bucket, Key=key, Body=body.encode(), IfNoneMatch="*", ContentType="text/plain")
    return str(answer["ETag"])


def delete_switch(s3: Any, bucket: str, key: str, etag: str) -> None:
    """Have the object gone, if it is the one that was seen. Where versions are kept, a delete marker hides it."""
    s3.delete_object(Bucket=bucket, Key=key, IfMatch=etag)
