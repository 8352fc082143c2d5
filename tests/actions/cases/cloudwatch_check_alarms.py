"""cloudwatch.check_alarms"""

from __future__ import annotations

from dataclasses import replace

from drctl.aws.alarms import Alarm
from tests.actions.cases.cloudwatch_mute import plant_alarm
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

ERRORS, AGE = "amply-prod-api-errors", "amply-prod-queue-age"
QUIET, OTHER = Alarm(name=ERRORS, calls=True, state="OK"), Alarm(name=AGE, calls=True, state="OK")
NOTHING_MADE = "it looks and changes nothing"


def plant(simulated: Simulated) -> None:
    plant_alarm(simulated, ERRORS)
    plant_alarm(simulated, AGE)


CASES = (
    Case(
        kind="cloudwatch.check_alarms",
        params={"region": RECOVERY, "alarms": [ERRORS, AGE]},
        sees=Sightings(
            settling={"one rings": Sight((replace(QUIET, state="ALARM", reason="3 datapoints were above 1"), OTHER))},
            there={
                "quiet": Sight((QUIET, OTHER)),
                "one has no data": Sight((QUIET, replace(OTHER, state="INSUFFICIENT_DATA"))),
            },
            dead_end={"one is not there": Sight((QUIET,))},
            unknown={"a state nobody thought of": Sight((QUIET, replace(OTHER, state="HUMMING")))},
            undo_over={"quiet": Sight((QUIET, OTHER))},
        ),
        live=Live(plant=plant),
        exempt={
            "absent": NOTHING_MADE,
            "foreign": "whoever made it, it is only looked at",
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
        },
    ),
)
