"""Whether a bucket is a replica that can take writes, before anything is changed. Pure."""

from __future__ import annotations

from drctl.actions.s3.parameters import Params
from drctl.aws.s3 import Bucket
from drctl.model.decision import Refuse


def judge_replica(params: Params, bucket: Bucket | None) -> Bucket | Refuse:
    """The bucket, or the first reason why writers must not be sent to it."""
    if bucket is None:
        return Refuse(f"there is no bucket {params.bucket}", "a replica has to be there before a disaster")
    if params.source_region == params.region:
        because = f"{params.source_bucket} and its replica are both said to be in {params.region}"
        return Refuse(because, "set `source_region` to the Region that the source is in")
    if bucket.region != params.region:
        where = bucket.region or "an unknown Region"
        return Refuse(f"{params.bucket} is in {where}, not in {params.region}", "name the replica, not the source")
    if not bucket.versioned:
        hint = "S3 replicates between versioned buckets only, so this one has received nothing"
        return Refuse(f"versioning is not on for {params.bucket}", hint)
    return bucket
