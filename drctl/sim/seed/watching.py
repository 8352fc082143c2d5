"""Log groups, alarms and dashboards."""

from __future__ import annotations

import json

from drctl.model.estate_services import Alarm
from drctl.sim.seed.ground import Spot

_OPERATORS = {
    ">": "GreaterThanThreshold",
    ">=": "GreaterThanOrEqualToThreshold",
    "<": "LessThanThreshold",
    "<=": "LessThanOrEqualToThreshold",
}


def plant_log_groups(spot: Spot) -> None:
    """Every log group of the place is there."""
    logs = spot.client("logs")
    for name, group in spot.place.log_groups.items():
        logs.create_log_group(logGroupName=name)
        if group.retention_days is not None:
            logs.put_retention_policy(logGroupName=name, retentionInDays=group.retention_days)


def plant_alarms(spot: Spot) -> None:
    """Every alarm of the place is there."""
    for name, alarm in spot.place.alarms.items():
        _plant_alarm(spot, name, alarm)


def _plant_alarm(spot: Spot, name: str, alarm: Alarm) -> None:
    namespace, _, metric = alarm.metric.rpartition("/")
    spot.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": key, "Value": value} for key, value in alarm.dimensions.items()],
        ComparisonOperator=_OPERATORS[alarm.compare],
        Threshold=alarm.threshold,
        Statistic=alarm.statistic,
        Period=int(alarm.period.total_seconds()),
        EvaluationPeriods=alarm.periods,
        AlarmActions=[spot.made("topic", alarm.topic)] if alarm.topic else [],
    )


def plant_dashboards(spot: Spot) -> None:
    """Every dashboard of the place is there, with a graph for each of its metrics."""
    for name, dashboard in spot.place.dashboards.items():
        graphs = [
            {
                "type": "metric",
                "properties": {"region": spot.region, "title": metric, "metrics": [metric.rsplit("/", 1)]},
            }
            for metric in dashboard.metrics
        ]
        spot.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=json.dumps({"widgets": graphs}))
