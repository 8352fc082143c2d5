"""The objects of a prefix as they are now: how many, how new, and whether they can be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.aws.answered import answered_at
from drctl.aws.failures import absent


@dataclass(frozen=True, slots=True)
class Listed:
    key: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    objects: tuple[Listed, ...]
    complete: bool
    """Whether these are all; it stops after the most that were asked for."""
    seen_at: datetime
    """When S3 answered, by its own clock."""

    @property
    def newest(self) -> Listed | None:
        return max(self.objects, key=lambda one: one.at, default=None)

    @property
    def newest_age(self) -> timedelta | None:
        """How long ago the newest was written; None where there is none."""
        return None if self.newest is None else self.seen_at - self.newest.at

    def sample(self, most: int) -> tuple[Listed, ...]:
        """Up to `most` of them, spread evenly over their names, the same for the same listing."""
        count = len(self.objects)
        return tuple(self.objects[place * count // most] for place in range(most)) if count > most else self.objects


def list_objects(s3: Any, bucket: str, prefix: str, most: int) -> Listing:
    """The objects whose keys begin with `prefix`, `most` at most."""
    objects: list[Listed] = []
    start: dict[str, str] = {}
    while True:
        page = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, **start)
        objects += [
            Listed(one["Key"], int(one["Size"]), one["LastModified"].astimezone(UTC))
            for one in page.get("Contents", ())
        ]
        complete = not page.get("IsTruncated")
        if complete or len(objects) > most:
            return Listing(tuple(objects[:most]), complete and len(objects) <= most, answered_at(page))
        start = {"ContinuationToken": page["NextContinuationToken"]}


def fault_of(s3: Any, bucket: str, listed: Listed) -> str | None:
    """Why an object's first byte cannot be read: it is archived, or gone again. None where it can.

    That the caller, or its key, is not allowed to read passes through: it says nothing of the object.
    """
    wanted = {"Range": "bytes=0-0"} if listed.size else {}
    with absent("NoSuchKey"):
        with absent("InvalidObjectState"):
            s3.get_object(Bucket=bucket, Key=listed.key, **wanted)["Body"].read()
            return None
        return "is archived"
    return "is gone"
