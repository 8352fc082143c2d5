"""Beacons in a bucket: an object for each, under the day it was written on, so that finding the newest stays quick.

drctl-beacon/storage/2026-01-14/034200.000Z.json
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.aws.failures import absent
from drctl.aws.s3_versions import MOST_DELETED, delete_versions, list_histories
from drctl.model.beacon import LONGEST, Beacon, Survivor, newest, parse_beacon

_TRIED = 5
"""How many of the newest objects are read before the look is given up: one may be archived, or somebody else's."""
_DAYS_TRIED = 3


def beacon_object(prefix: str, beacon: Beacon) -> str:
    """The key of a beacon: in the order of their instants."""
    return f"{prefix}{beacon.store}/{beacon.at:%Y-%m-%d}/{beacon.at:%H%M%S}.{beacon.at.microsecond // 1000:03d}Z.json"


def put_beacon(s3: Any, bucket: str, prefix: str, beacon: Beacon) -> None:
    """Afterwards the object is in the bucket."""
    key = beacon_object(prefix, beacon)
    s3.put_object(Bucket=bucket, Key=key, Body=beacon.text.encode(), ContentType="application/json")


def find_beacon(s3: Any, bucket: str, prefix: str, store: str, environment: str | None) -> Survivor | None:
    """The newest beacon of `store` that is in the bucket and can be read; of that environment, where one is named."""
    tried = 0
    for day in sorted(_days(s3, bucket, prefix, store), reverse=True)[:_DAYS_TRIED]:
        for key in sorted(_keys(s3, bucket, day), reverse=True):
            if (found := newest(_read(s3, bucket, key), store, environment)) is not None:
                return found
            tried += 1
            if tried == _TRIED:
                return None
    return None


def prune_beacons(s3: Any, bucket: str, prefix: str, beacon: Beacon, kept: timedelta) -> None:
    """Delete the objects of days that were over before `kept` ago, with all their versions; a day at a time."""
    oldest = (beacon.at - kept).strftime("%Y-%m-%d")
    for day in sorted(_days(s3, bucket, prefix, beacon.store)):
        if day.rstrip("/").rpartition("/")[2] >= oldest:
            return
        histories, _ = list_histories(s3, bucket, day, MOST_DELETED)
        versions = [(history.key, version.id) for history in histories for version in history.versions]
        for first in range(0, len(versions), MOST_DELETED):
            delete_versions(s3, bucket, versions[first : first + MOST_DELETED])


def is_time_to_prune(beacon: Beacon) -> bool:
    """Whether it is the first one of an hour: looking for old ones each time would cost more than they do."""
    begun, hour = datetime.fromtimestamp(0, UTC), timedelta(hours=1)
    return (beacon.at - begun) // hour != (beacon.at - beacon.every - begun) // hour


def _days(s3: Any, bucket: str, prefix: str, store: str) -> Iterator[str]:
    for page in _pages(s3, bucket, f"{prefix}{store}/", Delimiter="/"):
        yield from (str(one["Prefix"]) for one in page.get("CommonPrefixes", ()))


def _keys(s3: Any, bucket: str, prefix: str) -> Iterator[str]:
    for page in _pages(s3, bucket, prefix):
        yield from (str(one["Key"]) for one in page.get("Contents", ()))


def _pages(s3: Any, bucket: str, prefix: str, **given: str) -> Iterator[Any]:
    start: dict[str, str] = {}
    while True:
        page = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, **given, **start)
        yield page
        if not page.get("IsTruncated"):
            return
        start = {"ContinuationToken": page["NextContinuationToken"]}


def _read(s3: Any, bucket: str, key: str) -> tuple[Survivor, ...]:
    with absent("NoSuchKey", "InvalidObjectState"):
        answer = s3.get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{LONGEST}")
        beacon = parse_beacon(answer["Body"].read().decode("utf-8", "replace"))
        return (Survivor(beacon, answer["LastModified"].astimezone(UTC)),) if beacon is not None else ()
    return ()
