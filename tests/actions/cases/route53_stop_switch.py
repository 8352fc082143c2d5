"""route53.stop_switch"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from drctl.actions.route53.stop_switch import Seen
from drctl.aws.s3_switch import SwitchObject
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.laws import FOREIGN_RUN, PAST, RUN, Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

BUCKET, KEY = "amply-switches-eu-west-1", "failover/api"
PARAMS: dict[str, Any] = {"region": RECOVERY, "bucket": BUCKET, "key": KEY}
BACK: dict[str, Any] = {**PARAMS, "serving": "primary"}
PRIMARY_SERVES = Seen(bucket=True, switch=None)
STANDBY_SERVES = Seen(bucket=True, switch=SwitchObject(RUN, '"e1"'))
SET_BY_OTHERS = Seen(bucket=True, switch=SwitchObject(FOREIGN_RUN, '"e2"'))


def moved(name: str, state: ChangeState = ChangeState.RETURNED, kind: str = "", **undo: Any) -> Past:
    at = datetime(2026, 11, 23, 4, tzinfo=UTC)
    change = PastChange(name=name, summary=name, state=state, intended_at=at, undo=undo, failure_kind=kind)
    return replace(PAST, changes=(change,))


SET, SET_LOST = moved("set-switch"), moved("set-switch", ChangeState.INTENDED)
RACED = moved("set-switch", ChangeState.FAILED, "precondition")
CLEARED = moved("clear-switch", body=FOREIGN_RUN)


def plant(simulated: Simulated) -> None:
    """The bucket, which keeps versions, with nothing of ours in it."""
    s3 = simulated.client("s3", RECOVERY)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": RECOVERY})
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=BUCKET, Key="failover/widgets", Body=b"")


def plant_set(simulated: Simulated) -> None:
    plant(simulated)
    simulated.client("s3", RECOVERY).put_object(Bucket=BUCKET, Key=KEY, Body=FOREIGN_RUN.encode())


def objects(simulated: Simulated) -> object:
    listed = simulated.client("s3", RECOVERY).list_objects_v2(Bucket=BUCKET)["Contents"]
    return {one["Key"]: one["ETag"] for one in listed}


CASES = (
    Case(
        kind="route53.stop_switch",
        params=PARAMS,
        sees=Sightings(
            absent={"not set": Sight(PRIMARY_SERVES), "never arrived": Sight(PRIMARY_SERVES, SET_LOST)},
            there={
                "set": Sight(STANDBY_SERVES),
                "set by an earlier attempt": Sight(STANDBY_SERVES, SET_LOST),
                "set by somebody else": Sight(SET_BY_OTHERS),
                "set by whoever won the race": Sight(SET_BY_OTHERS, RACED),
            },
            dead_end={"no bucket": Sight(Seen(bucket=False, switch=None))},
            undo_own={"set": Sight(STANDBY_SERVES, SET), "set, the answer lost": Sight(STANDBY_SERVES, SET_LOST)},
            undo_over={
                "never set": Sight(PRIMARY_SERVES),
                "set by somebody else": Sight(SET_BY_OTHERS),
                "set by whoever won the race": Sight(SET_BY_OTHERS, RACED),
                "cleared since": Sight(PRIMARY_SERVES, SET),
            },
        ),
        live=Live(plant=plant, takes=("set-switch",), undo_takes=("clear-switch",), fingerprint=objects),
        exempt={
            "settling": "an object is there at once",
            "unknown": "the object is there or it is not",
            "foreign": "whoever has set the switch, it is set; undo leaves it: see the tests of this action",
            "foreign_live": "whoever has set the switch, it is set; undo leaves it: see the tests of this action",
        },
    ),
    Case(
        kind="route53.stop_switch",
        name="back",
        params=BACK,
        sees=Sightings(
            absent={"set": Sight(STANDBY_SERVES), "set by somebody else": Sight(SET_BY_OTHERS)},
            there={"not set": Sight(PRIMARY_SERVES), "cleared": Sight(PRIMARY_SERVES, CLEARED)},
            undo_own={"cleared": Sight(PRIMARY_SERVES, CLEARED)},
            undo_over={"never cleared": Sight(PRIMARY_SERVES), "set again": Sight(STANDBY_SERVES, CLEARED)},
        ),
        live=Live(plant=plant_set, takes=("clear-switch",), undo_takes=("set-switch",), fingerprint=objects),
    ),
)
