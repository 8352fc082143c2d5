"""Check that the objects of a prefix are there and can be read: as many as before, as new as they have to be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Duration, Region
from drctl.actions.read_only import ReadOnly
from drctl.actions.s3.bucket_name import BucketName
from drctl.aws.s3 import bucket_arn
from drctl.aws.s3_objects import Listing, fault_of, list_objects
from drctl.aws.s3_switch import bucket_exists
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.duration import format_duration
from drctl.model.evidence import Evidence
from drctl.model.instant import format_instant
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    bucket: BucketName
    prefix: str = ""
    """What the keys begin with; empty for the whole bucket."""
    expected: Annotated[int, Field(ge=1)] = 1
    """How many objects there were when all was well."""
    tolerance: Annotated[float, Field(ge=0, le=100)] = 0.0
    """How many percent of these may be missing."""
    newest_within: Duration | None = None
    """How old the newest of them may be."""
    sample: Annotated[int, Field(ge=0, le=100)] = 10
    """How many are read, the first byte of each, spread evenly over their names."""
    most: Annotated[int, Field(ge=1)] = 100_000
    """With more objects than this the step refuses: listing them takes too long for a check."""

    @property
    def least(self) -> int:
        """With fewer objects than this some are missing."""
        return math.ceil(self.expected * (100 - self.tolerance) / 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    listing: Listing | None
    """None where there is no bucket."""
    unreadable: tuple[str, ...] = ()
    """What is wrong with objects of the sample."""


class CheckObjects(ReadOnly):
    """Holds while enough objects are there, new enough, and the sample can be read; until then the step waits."""

    spec = ActionSpec(
        kind="check.objects",
        summary="Check that the objects of a prefix are there and can be read",
        params=Params,
        outputs={"count": ValueKind.INTEGER, "bytes": ValueKind.INTEGER, "newest_at": ValueKind.TIMESTAMP},
        expect=timedelta(minutes=1),
        deadline=timedelta(minutes=15),
        poll_least=timedelta(seconds=30),
        poll_most=timedelta(minutes=1),
        operations=("s3:HeadBucket", "s3:ListObjectsV2", "s3:GetObject"),
        example="""\
- id: uploads-are-there
  uses: check.objects
  with:
    region: eu-west-1
    bucket: amply-storage-prod-eu-west-1
    prefix: uploads/
    expected: 42000
    tolerance: 0.5
    newest_within: 1h
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        s3 = ctx.aws.client("s3", params.region)
        if not bucket_exists(s3, params.bucket):
            return Seen(listing=None)
        listing = list_objects(s3, params.bucket, params.prefix, params.most)
        faults = ((one.key, fault_of(s3, params.bucket, one)) for one in listing.sample(params.sample))
        return Seen(listing=listing, unreadable=tuple(f"{key} {fault}" for key, fault in faults if fault))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        where = f"{params.bucket}/{params.prefix}"
        if seen.listing is None:
            return Refuse(f"there is no bucket {params.bucket}", "look at `bucket` and `region`")
        if not seen.listing.complete:
            return Refuse(f"there are more than {params.most} objects in {where}", "narrow the prefix, or raise `most`")
        count, age = len(seen.listing.objects), seen.listing.newest_age
        if count < params.least or age is None:
            return Wait(f"{params.least} objects in {where}; there are {count}")
        if params.newest_within is not None and age > params.newest_within:
            return Wait(f"a newer object in {where}; the newest is {format_duration(age)} old")
        if seen.unreadable:
            return Wait(f"objects in {where} to be readable: {seen.unreadable[0]}")
        return Done(f"{count} objects are in {where}")

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        listing = seen.listing
        if listing is None or listing.newest is None:
            return Evidence.missing(f"there are no objects in {params.bucket}/{params.prefix}")
        count, newest = len(listing.objects), format_instant(listing.newest.at)
        read = min(params.sample, count)
        return Evidence.of(
            f"{params.bucket}/{params.prefix} has {count} objects, the newest of {newest}; {read} of them were read",
            outputs={"count": count, "bytes": sum(one.size for one in listing.objects), "newest_at": newest},
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        bucket = bucket_arn(params.bucket)
        return (
            Permission(("s3:ListBucket",), (bucket,), "count the objects"),
            Permission(("s3:GetObject",), (f"{bucket}/{params.prefix}*",), "read some of them"),
        )
