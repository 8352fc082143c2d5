"""How far a replica is behind, from S3's replication metrics in CloudWatch, as a frozen type.

S3 publishes pending operations and latency in the destination's Region, so that they
can be read when the source's Region is gone (Amazon S3 User Guide, Monitoring
replication with metrics).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.aws.answered import answered_at

PERIOD = timedelta(minutes=1)
RECENTLY = timedelta(minutes=30)
"""How far is looked back first: S3 measures every minute, and three hours of that are many datapoints to be sent."""
LOOKED_BACK = timedelta(hours=3)
"""How old a datapoint may be to be found at all; whether that is too old is for others to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What a replica lacked when S3 last measured it."""

    pending: int
    """Operations that had not been replicated, over all rules between the two buckets."""
    latency: timedelta | None
    """How far the replica was behind; None where S3 did not say."""
    at: datetime
    """When that was measured: of several rules, the oldest measurement."""
    age: timedelta
    """How old that was when it was read, by the clock of AWS."""

    @property
    def current_to(self) -> datetime | None:
        """The moment up to which the replica has everything; None where that cannot be told."""
        if self.pending == 0:
            return self.at
        return None if self.latency is None else self.at - self.latency


@dataclass(frozen=True, slots=True)
class _Datapoint:
    at: datetime
    value: float


def read_backlog(cloudwatch: Any, source: str, destination: str) -> Backlog | None:
    """The newest measurements of replication from `source` to `destination`; None where there are none.

    A missing datapoint is never read as zero: one rule without any makes the whole unknown.
    """
    listed = cloudwatch.list_metrics(
        Namespace="AWS/S3",
        MetricName="OperationsPendingReplication",
        Dimensions=[
            {"Name": "SourceBucket", "Value": source},
            {"Name": "DestinationBucket", "Value": destination},
        ],
        # Otherwise a rule that is long gone stays listed for two weeks, and is missed among the measurements.
        RecentlyActive="PT3H",
    )
    now = answered_at(listed)
    rules = [metric["Dimensions"] for metric in listed["Metrics"]]
    if not rules:
        return None
    newest = _newest(cloudwatch, rules, now, RECENTLY)
    if len(newest) < 2 * len(rules):
        newest = _newest(cloudwatch, rules, now, LOOKED_BACK)
    pending = [newest.get(f"pending{place}") for place in range(len(rules))]
    latency = [newest.get(f"latency{place}") for place in range(len(rules))]
    measured = [point for point in pending if point is not None]
    if len(measured) < len(rules):
        return None
    at = min(point.at for point in measured)
    behind = [timedelta(seconds=point.value) for point in latency if point is not None]
    return Backlog(
        pending=round(sum(point.value for point in measured)),
        latency=max(behind) if len(behind) == len(rules) else None,
        at=at,
        age=now - at,
    )


def _newest(cloudwatch: Any, rules: Sequence[Any], now: datetime, looked_back: timedelta) -> dict[str, _Datapoint]:
    queries = [
        {
            "Id": f"{name}{place}",
            "MetricStat": {
                "Metric": {"Namespace": "AWS/S3", "MetricName": metric, "Dimensions": dimensions},
                "Period": int(PERIOD.total_seconds()),
                "Stat": "Maximum",
            },
        }
        for place, dimensions in enumerate(rules)
        for name, metric in (("pending", "OperationsPendingReplication"), ("latency", "ReplicationLatency"))
    ]
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=queries, StartTime=now - looked_back, EndTime=now + PERIOD, ScanBy="TimestampDescending"
    )
    found: dict[str, _Datapoint] = {}
    for result in answer["MetricDataResults"]:
        points = [
            _Datapoint(at.astimezone(UTC), value)
            for at, value in zip(result["Timestamps"], result["Values"], strict=True)
        ]
        if points:
            found[result["Id"]] = max(points, key=lambda point: point.at)
    return found
