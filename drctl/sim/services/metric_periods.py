"""Datapoints of one minute, put together into the periods that somebody asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from drctl.sim.overlay import AwsError

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The datapoints of one period, which begins at `start`."""

    start: datetime
    values: tuple[float, ...]


def periods_of(
    start: datetime,
    end: datetime,
    seconds: int,
    *,
    newest: datetime,
    value_at: Callable[[datetime], float | None],
) -> list[Period]:
    """The periods between `start` and `end` that have any datapoint, in order; none of a minute after `newest`.

    Periods begin at whole multiples of their length, the first one at or before `start`, as CloudWatch rounds it.
    """
    if seconds < 60 or seconds % 60:
        raise AwsError("InvalidParameterValue", "The parameter Period must be a multiple of 60.")
    length = timedelta(seconds=seconds)
    found: list[Period] = []
    at = _multiple(start, seconds)
    while at < end:
        minutes = (at + _MINUTE * number for number in range(seconds // 60))
        values = [value_at(minute) for minute in minutes if minute < end and minute <= newest]
        told = tuple(value for value in values if value is not None)
        if told:
            found.append(Period(at, told))
        at += length
    return found


def statistic(name: str, values: Sequence[float]) -> float:
    """One statistic of the values of a period; AwsError for one that CloudWatch does not have."""
    if name.startswith("p") and name[1:].replace(".", "", 1).isdigit():
        ordered = sorted(values)
        return ordered[max(math.ceil(len(ordered) * float(name[1:]) / 100) - 1, 0)]
    if name not in _STATISTICS:
        raise AwsError("InvalidParameterValue", f"The value {name} for parameter Stat is not supported.")
    return _STATISTICS[name](values)


_STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {
    "Average": lambda values: sum(values) / len(values),
    "Maximum": max,
    "Minimum": min,
    "SampleCount": lambda values: float(len(values)),
    "Sum": sum,
}


def _multiple(instant: datetime, seconds: int) -> datetime:
    return datetime.fromtimestamp(int(instant.timestamp()) // seconds * seconds, UTC)
