"""Switching the actions of alarms off or on: what muting and unmuting have in common.

CloudWatch takes any name and says nothing of one that no alarm has; the alarms are
therefore looked at before and after. Only those that were not yet so are switched, and
only those are switched back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drctl.actions.parameters import CLOSED, Region
from drctl.aws.alarms import AT_ONCE, Alarm, alarm_arn, disable_actions, enable_actions, list_alarms
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json
from drctl.ports.action import Permission, StepContext

OPERATIONS = ("cloudwatch:DescribeAlarms", "cloudwatch:DisableAlarmActions", "cloudwatch:EnableAlarmActions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    alarms: tuple[str, ...] | None = None
    """The alarms by their names; an empty list is no alarm, and nothing to do."""
    prefix: str | None = None
    """All alarms whose names begin so, but for those that scale a service."""

    def __post_init__(self) -> None:
        if (self.alarms is None) == (self.prefix is None):
            raise ValueError("give either `alarms` or `prefix`")
        if self.prefix == "":
            raise ValueError("an empty `prefix` would be every alarm of the Region")


class AlarmActions:
    """Afterwards the actions of every alarm asked for are on, or off: `calls`. `verb` is what a change is named.

    Source: Amazon CloudWatch API Reference, DisableAlarmActions and EnableAlarmActions.
    """

    def __init__(self, verb: str, *, calls: bool) -> None:
        self._verb, self._calls = verb, calls

    def observe(self, params: Params, ctx: StepContext) -> tuple[Alarm, ...]:
        found = list_alarms(ctx.aws.client("cloudwatch", params.region), params.alarms or (), params.prefix)
        return found if params.prefix is None else tuple(alarm for alarm in found if not alarm.scales)

    def decide(self, params: Params, seen: tuple[Alarm, ...], past: Past) -> Decision:
        missing = sorted(set(params.alarms or ()) - {alarm.name for alarm in seen})
        if missing:
            return Refuse(f"there is no alarm {', '.join(missing)} in {params.region}", "look at their names")
        if params.prefix is not None and not seen:
            return Refuse(f"no alarm in {params.region} begins with {params.prefix}", "look at `prefix`")
        if scaling := [alarm.name for alarm in seen if alarm.scales]:
            hint = "leave them out: without their actions nothing is scaled any more"
            return Refuse(f"{', '.join(scaling)} scale a service and call nobody", hint)
        wrong = [alarm.name for alarm in seen if alarm.calls is not self._calls]
        if not wrong:
            return Done(f"the actions of {len(seen)} alarms are {'on' if self._calls else 'off'}")
        return self._change(self._verb, wrong, calls=self._calls)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        cloudwatch = ctx.aws.client("cloudwatch", params.region)
        switch = enable_actions if change.operation == "cloudwatch:EnableAlarmActions" else disable_actions
        switch(cloudwatch, change.detail)
        return {"alarms": change.detail}

    def verify(self, params: Params, seen: tuple[Alarm, ...], past: Past, ctx: StepContext) -> Evidence:
        wrong = [alarm.name for alarm in seen if alarm.calls is not self._calls]
        if wrong:
            return Evidence.missing(f"{', '.join(wrong)} are not as they have to be")
        return Evidence.of(
            f"of {len(seen)} alarms in {params.region} the actions are {'on' if self._calls else 'off'}",
            outputs={"changed": self._switched(past), "alarms": len(seen)},
        )

    def decide_undo(self, params: Params, seen: tuple[Alarm, ...], past: Past) -> Decision:
        ours = self._switched(past)
        back = [alarm.name for alarm in seen if alarm.name in ours and alarm.calls is self._calls]
        if not back:
            return Done("no alarm is left as this run switched it")
        return self._change(f"{self._verb}-back", back, calls=not self._calls)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        names = params.alarms if params.alarms is not None else (f"{params.prefix}*",)
        arns = tuple(alarm_arn(params.region, account, name) for name in names)
        # Describing takes every alarm or none (Service Authorization Reference, Amazon CloudWatch).
        look = Permission(("cloudwatch:DescribeAlarms",), why="see whether alarms call anybody")
        return (look, Permission(OPERATIONS[1:], arns, "switch their actions, and back")) if arns else (look,)

    def _change(self, name: str, alarms: Sequence[str], *, calls: bool) -> Change:
        at_once = list(alarms[:AT_ONCE])
        return Change(
            name=name,
            summary=f"switch the actions of {len(at_once)} alarms {'on' if calls else 'off'}",
            operation=f"cloudwatch:{'Enable' if calls else 'Disable'}AlarmActions",
            target=", ".join(at_once),
            detail=at_once,
            undo={"alarms": at_once},
        )

    def _switched(self, past: Past) -> list[str]:
        """The alarms that this step switched, or may have switched, in order."""
        lists = (change.undo["alarms"] for change in past.made(self._verb))
        return sorted({str(name) for names in lists if isinstance(names, Sequence) for name in names})
