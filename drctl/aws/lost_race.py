"""The compare-and-set that S3 has not for a bucket's configuration, as near as reading right before writing comes."""

from __future__ import annotations


def check_unchanged(seen: object, present: object, operation: str, what: str) -> None:
    """Raise PreconditionFailed, before anything is sent, where `present` is not what was seen when it was decided on.

    PutBucketPolicy, PutBucketReplication and PutBucketLifecycleConfiguration replace the whole and take no ETag
    (Amazon S3 API Reference): who writes between this look and the call is written over all the same.
    """
    if seen == present:
        return
    from botocore.exceptions import ClientError

    said = f"{what} was changed by somebody else since it was looked at; nothing was sent"
    raise ClientError({"Error": {"Code": "PreconditionFailed", "Message": said}}, operation)
