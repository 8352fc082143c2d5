"""CloudWatch alarms and whether they call anybody, as frozen types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

_ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
AT_ONCE = 100
"""How many alarms one call names (Amazon CloudWatch API Reference, DisableAlarmActions)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    name: str
    calls: bool
    """Whether it does something when its state changes; it is evaluated all the same."""
    scales: bool = False
    """Whether what it does is to scale a service: then it is no alarm to a person."""
    state: str = "OK"
    """`OK`, `ALARM` or `INSUFFICIENT_DATA` (Amazon CloudWatch API Reference, MetricAlarm)."""
    reason: str = ""
    """Why it is in that state, as CloudWatch says it."""


def list_alarms(cloudwatch: Any, names: Sequence[str], prefix: str | None) -> tuple[Alarm, ...]:
    """The alarms of these names, or those whose names begin with `prefix`, by name.

    A name that no alarm has is left out, as CloudWatch leaves it out.
    """
    if prefix is not None:
        return _sorted(_pages(cloudwatch, AlarmNamePrefix=prefix))
    chunks = (list(names[at : at + AT_ONCE]) for at in range(0, len(names), AT_ONCE))
    return _sorted(alarm for chunk in chunks for alarm in _pages(cloudwatch, AlarmNames=chunk))


def disable_actions(cloudwatch: Any, names: Sequence[str]) -> None:
    """Have these alarms, at most a hundred, call nobody."""
    cloudwatch.disable_alarm_actions(AlarmNames=list(names))


def enable_actions(cloudwatch: Any, names: Sequence[str]) -> None:
    """Have these alarms, at most a hundred, call again whom they are made to call."""
    cloudwatch.enable_alarm_actions(AlarmNames=list(names))


def alarm_arn(region: str, account: str, name: str) -> str:
    """The ARN of an alarm."""
    return f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}"


def _pages(cloudwatch: Any, **asked: Any) -> Iterable[Alarm]:
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm", "CompositeAlarm"], **asked)
    for page in pages:
        for raw in (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ())):
            does = [action for kind in _ACTIONS for action in raw.get(kind, ())]
            yield Alarm(
                name=raw["AlarmName"],
                calls=raw["ActionsEnabled"],
                scales=any(":autoscaling:" in action for action in does),
                state=raw["StateValue"],
                reason=raw.get("StateReason", ""),
            )


def _sorted(alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    return tuple(sorted(alarms, key=lambda alarm: alarm.name))
