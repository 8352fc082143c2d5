"""See that alarms are quiet: as a step before something that needs quiet, or as a stop condition of a whole run.

An alarm that is not there watches nothing, and is no quiet alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.read_only import ReadOnly
from drctl.aws.alarms import Alarm, list_alarms
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

RINGING = "ALARM"
QUIET = frozenset({"OK", "INSUFFICIENT_DATA"})
"""States in which an alarm stops nothing (Amazon CloudWatch API Reference, MetricAlarm, StateValue)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    alarms: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=255)], ...], Field(min_length=1)]
    """Names of metric alarms or composite alarms."""


class CloudwatchCheckAlarms(ReadOnly):
    """Holds while each of the alarms is there and none of them is in the state ALARM."""

    spec = ActionSpec(
        kind="cloudwatch.check_alarms",
        summary="See that CloudWatch alarms are quiet",
        params=Params,
        outputs={"alarms": ValueKind.LIST},
        expect=timedelta(seconds=10),
        deadline=timedelta(minutes=10),
        operations=("cloudwatch:DescribeAlarms",),
        poll_least=timedelta(seconds=15),
        poll_most=timedelta(minutes=1),
        example="""\
- id: nothing-rings
  uses: cloudwatch.check_alarms
  with: { region: eu-west-1, alarms: [amply-prod-api-errors] }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> tuple[Alarm, ...]:
        return list_alarms(ctx.aws.client("cloudwatch", params.region), params.alarms, None)

    def decide(self, params: Params, seen: tuple[Alarm, ...], past: Past) -> Decision:
        found = {alarm.name: alarm for alarm in seen}
        if missing := [name for name in params.alarms if name not in found]:
            hint = "an alarm that is not there stops nothing: name one that is"
            return Refuse(f"there is no alarm {', '.join(missing)} in {params.region}", hint)
        if unknown := [alarm for alarm in seen if alarm.state not in {RINGING, *QUIET}]:
            told = ", ".join(f"{alarm.name} is {alarm.state!r}" for alarm in unknown)
            return Refuse(f"a state of an alarm that drctl does not know: {told}", "look at the alarm in CloudWatch")
        if ringing := [alarm for alarm in seen if alarm.state == RINGING]:
            return Wait(f"{', '.join(_told(alarm) for alarm in ringing)} to be quiet")
        return Done(f"{', '.join(params.alarms)}: quiet")

    def verify(self, params: Params, seen: tuple[Alarm, ...], past: Past, ctx: StepContext) -> Evidence:
        unmeasured = [alarm.name for alarm in seen if alarm.state != "OK"]
        aside = f"; {', '.join(unmeasured)} has too little data to tell" if unmeasured else ""
        return Evidence.of(
            f"no alarm of {len(params.alarms)} rings{aside}", outputs={"alarms": [alarm.name for alarm in seen]}
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        # Composite alarms are told only to those who may describe every alarm (CloudWatch API, DescribeAlarms).
        return (Permission(("cloudwatch:DescribeAlarms",), why="see whether they ring"),)


def _told(alarm: Alarm) -> str:
    return f"{alarm.name} ({alarm.reason})" if alarm.reason else alarm.name
