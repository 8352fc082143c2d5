"""Which calls a lost Region takes with it.

A call is lost with the Region it is signed for. The control planes of Route 53, IAM, CloudFront
and Organizations are in us-east-1 and sign for it, so they outlive every other Region ("AWS Fault
Isolation Boundaries", global services).
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator

from drctl.sim.overlay import Call


def lost_region_of(call: Call, lost: Collection[str]) -> str | None:
    """The lost Region that takes `call` with it; None where it goes through.

    A bucket lives in one Region, whatever endpoint it is asked for through, and so does what is copied out of it.
    """
    if call.region in lost:
        return call.region
    if call.service == "s3" and lost:
        for bucket in _buckets_of(call):
            if (home := home_of(bucket)) in lost:
                return home
    return None


def _buckets_of(call: Call) -> Iterator[str]:
    if "Bucket" in call.params:
        yield str(call.params["Bucket"])
    if "CopySource" in call.params:
        yield str(call.params["CopySource"]).lstrip("/").split("/", 1)[0]


def home_of(bucket: str) -> str | None:
    """The Region of the bucket of that name; None where there is no such bucket."""
    s3 = sys.modules.get("moto.s3.models")
    if s3 is None or bucket not in s3.s3_backends.bucket_accounts:
        return None
    partition, account = s3.s3_backends.bucket_accounts[bucket]
    return str(s3.s3_backends[account][partition].buckets[bucket].region_name)
