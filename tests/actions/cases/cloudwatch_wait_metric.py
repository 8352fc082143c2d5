"""cloudwatch.wait_metric"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from drctl.aws.metrics import Datapoint, Measurements
from drctl.model.values import Json
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, START, Simulated

PARAMS: Mapping[str, Json] = {
    "region": RECOVERY,
    "namespace": "Amply",
    "metric": "Waiting",
    "dimensions": {"Queue": "amply-celery"},
    "statistic": "Maximum",
    "compare": "<=",
    "threshold": 100,
    "consecutive": 2,
}
MINUTE = timedelta(minutes=1)
NOTHING_MADE = "it looks and changes nothing"


def measured(*values: float | None, age: timedelta = MINUTE, status: str = "Complete") -> Sight:
    """One value a minute, the newest first and `age` old; None where a minute has none."""
    points = tuple(
        Datapoint(START - age - place * MINUTE, value) for place, value in enumerate(values) if value is not None
    )
    return Sight(Measurements(status=status, points=points, read_at=START))


def plant(simulated: Simulated) -> None:
    """The queue is worked off in the third minute, and stays so for as long as anybody may wait."""
    simulated.client("cloudwatch", RECOVERY).put_metric_data(
        Namespace="Amply",
        MetricData=[
            {
                "MetricName": "Waiting",
                "Dimensions": [{"Name": "Queue", "Value": "amply-celery"}],
                "Timestamp": simulated.now() + (minute - 5) * MINUTE,
                "Value": 500.0 if minute < 7 else 40.0,
            }
            for minute in range(30)
        ],
    )


CASES = (
    Case(
        kind="cloudwatch.wait_metric",
        params=PARAMS,
        sees=Sightings(
            settling={
                "no datapoint": measured(),
                "too many": measured(500, 40),
                "not for long enough": measured(40, 500),
                "too few datapoints": measured(40),
                "a gap": measured(40, None, 40),
                "only old datapoints": measured(40, 40, age=5 * MINUTE),
                "not all is told": measured(40, 40, status="PartialData"),
                "CloudWatch is in trouble": measured(40, 40, status="InternalError"),
            },
            there={"worked off": measured(40, 100, 500), "the newest is late": measured(40, 40, age=4 * MINUTE)},
            dead_end={"forbidden": measured(status="Forbidden")},
            unknown={"a status nobody thought of": measured(40, 40, status="Guessed")},
            undo_over={"worked off": measured(40, 40)},
        ),
        live=Live(plant=plant),
        exempt={
            "absent": NOTHING_MADE,
            "foreign": "whoever measures it, it is only looked at",
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
        },
    ),
)
