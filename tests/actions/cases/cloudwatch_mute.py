"""cloudwatch.mute and cloudwatch.unmute"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from drctl.aws.alarms import Alarm
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

ERRORS, AGE = "amply-prod-api-errors", "amply-prod-queue-age"
NAMED = {"region": RECOVERY, "alarms": [ERRORS, AGE]}
BY_PREFIX = {"region": RECOVERY, "prefix": "amply-prod-"}
LOUD, QUIET = Alarm(name=ERRORS, calls=True), Alarm(name=ERRORS, calls=False)
OTHER_LOUD, OTHER_QUIET = replace(LOUD, name=AGE), replace(QUIET, name=AGE)
SCALING = Alarm(name=AGE, calls=True, scales=True)
EXEMPT: Mapping[str, str] = {
    "settling": "an alarm is switched at once",
    "unknown": "its actions are on or off",
    "foreign": "an alarm belongs to nobody's run; only what this step switched is switched back",
    "foreign_live": "an alarm belongs to nobody's run; only what this step switched is switched back",
}


def switched(name: str, *alarms: str) -> Past:
    change = PastChange(
        name=name,
        summary="switch it",
        state=ChangeState.INTENDED,
        intended_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
        undo={"alarms": list(alarms)},
    )
    return replace(PAST, changes=(change,))


def plant_alarm(simulated: Simulated, name: str, *, calls: bool = True, action: str = "sns:pager") -> None:
    service, _, resource = action.partition(":")
    simulated.client("cloudwatch", RECOVERY).put_metric_alarm(
        AlarmName=name,
        Namespace="Amply",
        MetricName="Errors",
        ComparisonOperator="GreaterThanThreshold",
        Threshold=1,
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        ActionsEnabled=calls,
        AlarmActions=[f"arn:aws:{service}:{RECOVERY}:111111111111:{resource}"],
    )


def plant_one_quiet(simulated: Simulated) -> None:
    """One alarm calls, the other was switched off long ago, and a third one scales a service."""
    plant_alarm(simulated, ERRORS)
    plant_alarm(simulated, AGE, calls=False)
    plant_alarm(simulated, "amply-prod-target-tracking", action="autoscaling:scalingPolicy/x")


def actions_enabled(simulated: Simulated) -> object:
    listed = simulated.client("cloudwatch", RECOVERY).describe_alarms()["MetricAlarms"]
    return {alarm["AlarmName"]: alarm["ActionsEnabled"] for alarm in listed}


CASES = (
    Case(
        kind="cloudwatch.mute",
        params=NAMED,
        sees=Sightings(
            absent={"one calls": Sight((LOUD, OTHER_QUIET)), "both call": Sight((LOUD, OTHER_LOUD))},
            there={"none calls": Sight((QUIET, OTHER_QUIET))},
            dead_end={
                "one is not there": Sight((LOUD,)),
                "one scales a service": Sight((LOUD, SCALING)),
            },
            undo_own={"muted": Sight((QUIET, OTHER_QUIET), switched("mute", ERRORS))},
            undo_over={
                "never muted": Sight((QUIET, OTHER_QUIET)),
                "switched on by others since": Sight((LOUD, OTHER_QUIET), switched("mute", ERRORS)),
                "gone": Sight((OTHER_QUIET,), switched("mute", ERRORS)),
            },
        ),
        exempt=EXEMPT,
    ),
    Case(
        kind="cloudwatch.mute",
        name="by prefix",
        params=BY_PREFIX,
        sees=Sightings(dead_end={"none begins so": Sight(())}),
        live=Live(plant=plant_one_quiet, takes=("mute",), undo_takes=("mute-back",), fingerprint=actions_enabled),
    ),
    Case(
        kind="cloudwatch.unmute",
        params=NAMED,
        sees=Sightings(
            absent={"one is quiet": Sight((LOUD, OTHER_QUIET))},
            there={"both call": Sight((LOUD, OTHER_LOUD))},
            dead_end={"one is not there": Sight((QUIET,))},
            undo_own={"unmuted": Sight((LOUD, OTHER_LOUD), switched("unmute", AGE))},
            undo_over={"never unmuted": Sight((LOUD, OTHER_LOUD))},
        ),
        live=Live(plant=plant_one_quiet, takes=("unmute",), undo_takes=("unmute-back",), fingerprint=actions_enabled),
        exempt=EXEMPT,
    ),
    Case(
        kind="cloudwatch.unmute",
        name="nothing that was muted",
        params={"region": RECOVERY, "alarms": []},
        sees=Sightings(there={"nothing": Sight(())}, undo_over={"nothing": Sight(())}),
    ),
)
