"""ssm.check_parameter"""

from __future__ import annotations

from drctl.aws.ssm import Parameter
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

NAME = "/drctl/stop"
NOTHING_MADE = "it looks and changes nothing"


def parameter(value: str, kind: str = "String") -> Parameter:
    return Parameter(name=NAME, value=value, type=kind, version=1)


def plant(simulated: Simulated) -> None:
    simulated.client("ssm", RECOVERY).put_parameter(Name=NAME, Value="off", Type="String")


CASES = (
    Case(
        kind="ssm.check_parameter",
        params={"region": RECOVERY, "name": NAME},
        sees=Sightings(
            settling={"somebody stops it": Sight(parameter("the bank has called"))},
            there={"off": Sight(parameter("off")), "never made": Sight(None)},
            dead_end={"nobody can read it": Sight(parameter("AQICAH", "SecureString"))},
            undo_over={"off": Sight(parameter("off"))},
        ),
        live=Live(plant=plant),
        exempt={
            "absent": NOTHING_MADE,
            "foreign": "whoever made it, it is only looked at",
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
            "unknown": "it has no status",
        },
    ),
    Case(
        kind="ssm.check_parameter",
        name="that has to be there",
        params={"region": RECOVERY, "name": NAME, "holds": ["ready", "off"], "may_be_missing": False},
        sees=Sightings(
            settling={"not yet": Sight(parameter("soon"))},
            there={"ready": Sight(parameter("ready"))},
            dead_end={"not there": Sight(None)},
            undo_over={"not there": Sight(None)},
        ),
        live=Live(plant=plant),
        exempt={
            "absent": NOTHING_MADE,
            "foreign": "whoever made it, it is only looked at",
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
            "unknown": "it has no status",
        },
    ),
)
