"""s3.mrap_failover"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from drctl.aws.s3_mrap import Route, Routes
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.laws import PAST, RUN, STEP, Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, PRODUCTION, RECOVERY, Simulated

HOME, AWAY = "amply-storage-prod", "amply-storage-prod-eu-west-1"
AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
PARAMS: dict[str, Any] = {
    "access_point": f"arn:aws:s3::{PRODUCTION}:accesspoint/mfzwi23gnjvgw.mrap",
    "active": [AWAY],
}
PLANTED = dict(PARAMS)
"""Its ARN is made up by S3, so that nobody knows it before it is planted."""


def saw(home: int, away: int, past: Past = PAST) -> Sight:
    return Sight(Routes((Route(HOME, PRIMARY, home), Route(AWAY, RECOVERY, away))), past)


def did(state: ChangeState = ChangeState.RETURNED) -> Past:
    undo: dict[str, Any] = {"dials": {HOME: 100, AWAY: 0}}
    change = PastChange(name="route", summary="route", state=state, intended_at=AT, undo=undo)
    return Past(run=RUN, step=STEP, changes=(change,))


LOST = did(ChangeState.INTENDED)


def plant(simulated: Simulated) -> None:
    """An access point over two buckets, of which the one at home is active."""
    for name, region in ((HOME, PRIMARY), (AWAY, RECOVERY)):
        simulated.client("s3", region).create_bucket(
            Bucket=name, CreateBucketConfiguration={"LocationConstraint": region}
        )
    control = simulated.client("s3control", "us-west-2")
    control.create_multi_region_access_point(
        AccountId=PRODUCTION,
        ClientToken="planted",
        Details={"Name": "storage", "Regions": [{"Bucket": HOME}, {"Bucket": AWAY}]},
    )
    made = control.get_multi_region_access_point(AccountId=PRODUCTION, Name="storage")["AccessPoint"]
    PLANTED["access_point"] = f"arn:aws:s3::{PRODUCTION}:accesspoint/{made['Alias']}"
    submit(simulated, {HOME: 100, AWAY: 0})


def submit(simulated: Simulated, dials: dict[str, int]) -> None:
    simulated.client("s3control", RECOVERY).submit_multi_region_access_point_routes(
        AccountId=PRODUCTION,
        Mrap=PLANTED["access_point"],
        RouteUpdates=[{"Bucket": bucket, "TrafficDialPercentage": dial} for bucket, dial in dials.items()],
    )
    simulated.advance(simulated.world.durations["s3.mrap_routes"])


def routes(simulated: Simulated) -> dict[str, int]:
    told = simulated.client("s3control", RECOVERY).get_multi_region_access_point_routes(
        AccountId=PRODUCTION, Mrap=PLANTED["access_point"]
    )
    return {route["Bucket"]: route["TrafficDialPercentage"] for route in told["Routes"]}


CASES = (
    Case(
        kind="s3.mrap_failover",
        params=PARAMS,
        sees=Sightings(
            absent={"the one at home is active": saw(100, 0), "both are active": saw(100, 100)},
            there={
                "the one away is active": saw(0, 100),
                "the one away is active, the answer lost": saw(0, 100, LOST),
            },
            dead_end={
                "no access point": Sight(None),
                "the bucket is not behind it": Sight(Routes((Route(HOME, PRIMARY, 100),))),
            },
            unknown={"a dial nobody thought of": saw(50, 100)},
            undo_own={"routed": saw(0, 100, did()), "routed, the answer lost": saw(0, 100, LOST)},
            undo_over={
                "never routed": saw(0, 100),
                "as before": saw(100, 0, did()),
                "the access point is gone": Sight(None, did()),
            },
        ),
        exempt={
            "settling": "S3 takes routes at once; that they are in force after two minutes is waited for when done",
            "foreign": "an access point belongs to its account; which routes were there before, the past tells",
            "foreign_live": "an access point belongs to its account",
        },
    ),
    Case(
        kind="s3.mrap_failover",
        name="planted",
        params=PLANTED,
        live=Live(plant=plant, takes=("route",), undo_takes=("route-back",), fingerprint=routes),
    ),
)
