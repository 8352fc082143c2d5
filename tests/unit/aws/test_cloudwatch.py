"""How far a replica is behind, as it is read from CloudWatch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest

from drctl.aws.answered import answered_at
from drctl.aws.cloudwatch import Backlog, read_backlog

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PENDING, LATENCY = "OperationsPendingReplication", "ReplicationLatency"
Points = Mapping[tuple[str, str], Mapping[int, float]]
"""(rule, metric) → age in minutes → value."""


class Metrics:
    """CloudWatch with these datapoints, for two buckets."""

    def __init__(self, points: Points) -> None:
        self.points = points
        self.asked: dict[str, Any] = {}
        self.sent = 0

    def list_metrics(self, **asked: Any) -> dict[str, Any]:
        rules = sorted({rule for rule, metric in self.points if metric == asked["MetricName"]})
        dimensions = [[*asked["Dimensions"], {"Name": "RuleId", "Value": rule}] for rule in rules]
        return {
            "Metrics": [{"MetricName": asked["MetricName"], "Dimensions": one} for one in dimensions],
            "ResponseMetadata": {"HTTPHeaders": {"date": format_datetime(NOW, usegmt=True)}},
        }

    def get_metric_data(self, **asked: Any) -> dict[str, Any]:
        self.asked = asked
        return {"MetricDataResults": [self._result(query) for query in asked["MetricDataQueries"]]}

    def _result(self, query: Mapping[str, Any]) -> dict[str, Any]:
        metric = query["MetricStat"]["Metric"]
        rule = next(one["Value"] for one in metric["Dimensions"] if one["Name"] == "RuleId")
        points = self.points.get((rule, metric["MetricName"]), {})
        berlin = timezone(timedelta(hours=1))  # botocore gives instants in the machine's own zone
        ages = sorted(age for age in points if NOW - timedelta(minutes=age) >= self.asked["StartTime"])
        self.sent += len(ages)
        return {
            "Id": query["Id"],
            "Timestamps": [(NOW - timedelta(minutes=age)).astimezone(berlin) for age in ages],
            "Values": [points[age] for age in ages],
        }


def backlog(points: Points) -> Backlog | None:
    return read_backlog(Metrics(points), "source", "replica")


def test_the_newest_measurement_counts() -> None:
    """Whatever it was before."""
    found = backlog({("r", PENDING): {1: 3, 2: 900, 60: 0}, ("r", LATENCY): {1: 45, 2: 7000}})
    assert found == Backlog(
        pending=3, latency=timedelta(seconds=45), at=NOW - timedelta(minutes=1), age=timedelta(minutes=1)
    )
    assert found.at.tzinfo is UTC
    assert found.current_to == NOW - timedelta(minutes=1, seconds=45)


def test_nothing_pending_is_current_to_the_measurement() -> None:
    """The latency may not be published then, and is not needed."""
    found = backlog({("r", PENDING): {2: 0}})
    assert found is not None
    assert found.latency is None
    assert found.current_to == NOW - timedelta(minutes=2)


def test_pending_without_a_latency_is_current_to_nobody_knows_when() -> None:
    """Unknown is not zero."""
    found = backlog({("r", PENDING): {2: 1}})
    assert found is not None
    assert found.current_to is None


def test_of_several_rules_the_worst_counts() -> None:
    """Together they carry the bucket: what one lacks, the replica lacks."""
    found = backlog(
        {
            ("a", PENDING): {1: 2},
            ("a", LATENCY): {1: 10},
            ("b", PENDING): {5: 4},
            ("b", LATENCY): {5: 100},
        }
    )
    assert found == Backlog(
        pending=6, latency=timedelta(seconds=100), at=NOW - timedelta(minutes=5), age=timedelta(minutes=5)
    )


@pytest.mark.parametrize(
    "points", [{}, {("r", PENDING): {}}, {("a", PENDING): {1: 0}, ("b", PENDING): {}}], ids=["rule", "point", "one"]
)
def test_what_is_not_measured_is_unknown(points: Points) -> None:
    """No rule, no datapoint, or none of one of the rules."""
    assert backlog(points) is None


def test_an_old_measurement_is_found_although_newer_ones_are_looked_for_first() -> None:
    """With the Region of the source, its measurements ended."""
    found = backlog({("r", PENDING): {100: 3}, ("r", LATENCY): {100: 45}})
    assert found is not None
    assert (found.pending, found.age) == (3, timedelta(minutes=100))


def test_an_old_latency_is_found_beside_a_new_count() -> None:
    found = backlog({("r", PENDING): {1: 3, 100: 5}, ("r", LATENCY): {100: 45}})
    assert found is not None
    assert (found.pending, found.latency) == (3, timedelta(seconds=45))


def test_where_there_are_new_measurements_the_old_ones_are_not_sent() -> None:
    minutes = dict.fromkeys(range(1, 170), 0)
    metrics = Metrics({("r", PENDING): minutes, ("r", LATENCY): minutes})
    read_backlog(metrics, "source", "replica")
    assert metrics.sent <= 60


def test_the_clock_of_aws_says_what_is_new() -> None:
    """The machine's own may be wrong, and in a simulation it is another one altogether."""
    metrics = Metrics({("r", PENDING): {1: 0}})
    read_backlog(metrics, "source", "replica")
    assert metrics.asked["StartTime"] < NOW < metrics.asked["EndTime"]
    assert NOW - metrics.asked["StartTime"] <= timedelta(hours=3)


def test_an_answer_without_a_date_is_no_answer_of_aws() -> None:
    """A proxy's, perhaps."""
    with pytest.raises(ValueError, match="without a Date"):
        answered_at({"ResponseMetadata": {"HTTPHeaders": {}}})
