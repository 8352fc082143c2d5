"""s3.check_replication"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.actions.cases.s3_promote_replica import BACKLOG, REPLICA, SOURCE, plant_buckets
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, RECOVERY, Simulated

NOTHING_MADE = "it looks and changes nothing"
PARAMS: dict[str, Any] = {"region": RECOVERY, "bucket": REPLICA, "source_bucket": SOURCE}
LIMITED: dict[str, Any] = {**PARAMS, "max_backlog": 10, "max_latency": "15m"}


def saw(**changed: Any) -> Sight:
    return Sight(replace(BACKLOG, **changed))


def plant(simulated: Simulated) -> None:
    plant_buckets(simulated)


def plant_waiting(simulated: Simulated) -> None:
    """Five more objects than have arrived."""
    plant_buckets(simulated)
    for key in range(5):
        simulated.client("s3", PRIMARY).put_object(Bucket=SOURCE, Key=f"new/{key}", Body=b"x")
    simulated.advance(timedelta(seconds=60))


CASES = (
    Case(
        kind="s3.check_replication",
        params=PARAMS,
        sees=Sightings(
            there={"nothing pending": saw(), "nothing pending, whatever the latency": saw(latency=timedelta(hours=1))},
            dead_end={
                "one pending": saw(pending=1),
                "no measurements": Sight(None),
                "stale measurements": saw(age=timedelta(minutes=11)),
            },
            unknown={"pending for nobody knows how long": saw(pending=1, latency=None)},
            undo_over={"nothing pending": saw()},
        ),
        live=Live(plant=plant),
        exempt={
            "absent": NOTHING_MADE,
            "foreign": "whoever made the replica, it is only looked at",
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
        },
    ),
    Case(
        kind="s3.check_replication",
        name="until it has drained",
        params={**LIMITED, "max_backlog": 0, "drain": True},
        sees=Sightings(
            settling={"one pending": saw(pending=1), "far behind": saw(pending=9, latency=timedelta(hours=2))},
            there={"drained": saw()},
            dead_end={"no measurements": Sight(None)},
        ),
        live=Live(plant=plant_waiting),
    ),
    Case(
        kind="s3.check_replication",
        name="within limits",
        params=LIMITED,
        sees=Sightings(
            there={"at the limits": saw(pending=10, latency=timedelta(minutes=15))},
            dead_end={"too many": saw(pending=11), "too far behind": saw(pending=1, latency=timedelta(minutes=16))},
        ),
    ),
)
