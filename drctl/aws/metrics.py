"""The newest measurements of a metric, as frozen types. A missing datapoint is never read as zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.aws.answered import answered_at

COMPLETE = "Complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str
    period: timedelta

    def as_query(self) -> dict[str, Any]:
        """As GetMetricData is asked for it."""
        told = [{"Name": name, "Value": value} for name, value in self.dimensions.items()]
        metric = {"Namespace": self.namespace, "MetricName": self.name, "Dimensions": told}
        stat = {"Metric": metric, "Period": int(self.period.total_seconds()), "Stat": self.statistic}
        return {"Id": "asked", "MetricStat": stat}


@dataclass(frozen=True, slots=True)
class Datapoint:
    at: datetime
    """When its period began."""
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurements:
    status: str
    """Whether CloudWatch told everything it has (Amazon CloudWatch API Reference, MetricDataResult)."""
    points: tuple[Datapoint, ...]
    """Of periods that are over, the newest first."""
    read_at: datetime
    """When they were read, by the clock of AWS."""


def read_measurements(cloudwatch: Any, metric: Metric, looked_back: timedelta) -> Measurements:
    """What CloudWatch has of `metric` for the time until now."""
    # An action has no clock. A cheap question comes first, whose answer says what time it is at AWS.
    now = answered_at(cloudwatch.list_metrics(Namespace=metric.namespace, MetricName=metric.name))
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[metric.as_query()],
        StartTime=now - looked_back,
        EndTime=now,
        ScanBy="TimestampDescending",
    )
    (result,) = answer["MetricDataResults"]
    points = (
        Datapoint(at.astimezone(UTC), float(value))
        for at, value in zip(result["Timestamps"], result["Values"], strict=True)
    )
    over = (point for point in points if point.at + metric.period <= now)
    newest_first = tuple(sorted(over, key=lambda point: point.at, reverse=True))
    return Measurements(status=result["StatusCode"], points=newest_first, read_at=now)
