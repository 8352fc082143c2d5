"""How far an RDS replica is behind, from CloudWatch in the replica's own Region, as a frozen type.

`ReplicaLag` of PostgreSQL is the time since the newest replayed transaction: with a dead source it grows with the
clock, so that time minus lag stays the newest moment in the replica. -1 means that replication is not active (Amazon
RDS User Guide, "Monitoring read replication").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.aws.answered import answered_at
from drctl.aws.cloudwatch import LOOKED_BACK, PERIOD


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a replica was behind when RDS last measured it."""

    behind: timedelta
    at: datetime

    @property
    def current_to(self) -> datetime:
        """The newest moment whose data is in the replica."""
        return self.at - self.behind


def read_replica_lag(cloudwatch: Any, instance: str) -> Lag | None:
    """The newest measurement; None where there is none, or none that says anything. Never read as zero."""
    metric = {
        "Namespace": "AWS/RDS",
        "MetricName": "ReplicaLag",
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": instance}],
    }
    listed = cloudwatch.list_metrics(**metric)
    if not listed["Metrics"]:
        return None
    now = answered_at(listed)
    stat = {"Metric": metric, "Period": int(PERIOD.total_seconds()), "Stat": "Maximum"}
    (result,) = cloudwatch.get_metric_data(
        MetricDataQueries=[{"Id": "lag", "MetricStat": stat}],
        StartTime=now - LOOKED_BACK,
        EndTime=now + PERIOD,
        ScanBy="TimestampDescending",
    )["MetricDataResults"]
    points = sorted(zip(result["Timestamps"], result["Values"], strict=True), reverse=True)
    if not points or points[0][1] < 0:
        return None
    at, seconds = points[0]
    return Lag(timedelta(seconds=seconds), at.astimezone(UTC))
