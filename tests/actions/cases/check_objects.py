"""check.objects"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.checks.objects import Seen
from drctl.aws.s3_objects import Listed, Listing
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, Simulated

BUCKET = "amply-storage-prod"
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
NOTHING_MADE = "it changes nothing"
PARAMS: dict[str, Any] = {
    "region": PRIMARY,
    "bucket": BUCKET,
    "prefix": "uploads/",
    "expected": 4,
    "tolerance": 25.0,
    "newest_within": "1h",
}


def saw(count: int, minutes: int = 10, complete: bool = True, unreadable: tuple[str, ...] = ()) -> Sight:
    objects = tuple(Listed(f"uploads/{place}", 3, NOW - timedelta(minutes=minutes + place)) for place in range(count))
    return Sight(Seen(listing=Listing(objects, complete, NOW), unreadable=unreadable))


def plant(simulated: Simulated) -> None:
    """Four objects, one of them empty, and one that is under another prefix."""
    s3 = simulated.client("s3", PRIMARY)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": PRIMARY})
    for key, body in {"a": b"paid", "b": b"paid", "c": b"paid", "empty": b""}.items():
        s3.put_object(Bucket=BUCKET, Key=f"uploads/{key}", Body=body)
    s3.put_object(Bucket=BUCKET, Key="logs/x", Body=b"x")


CASES = (
    Case(
        kind="check.objects",
        params=PARAMS,
        sees=Sightings(
            settling={
                "too few": saw(2),
                "none": saw(0),
                "the newest is too old": saw(4, minutes=61),
                "one cannot be read": saw(4, unreadable=("uploads/0 is archived",)),
            },
            there={
                "all": saw(4),
                "as few as may be": saw(3),
                "more than before": saw(9),
                "as old as may be": saw(4, minutes=60),
            },
            dead_end={"no bucket": Sight(Seen(listing=None)), "more than can be listed": saw(4, complete=False)},
            undo_over={"all": saw(4)},
        ),
        live=Live(plant=plant),
        exempt={
            "absent": NOTHING_MADE,
            "unknown": "an object has no status",
            "foreign": "whoever has put the objects, they are only read",
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
        },
    ),
)
