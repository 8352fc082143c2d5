"""How many messages wait in the queues of SQS, as CloudWatch is told: their number now, for every minute until now.

Source: Amazon SQS Developer Guide, "Available CloudWatch metrics for Amazon SQS".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from drctl.sim.moto_used import used

_COUNTS: Mapping[str, str] = MappingProxyType(
    {
        "ApproximateNumberOfMessagesVisible": "approximate_number_of_messages",
        "ApproximateNumberOfMessagesNotVisible": "approximate_number_of_messages_not_visible",
        "ApproximateNumberOfMessagesDelayed": "approximate_number_of_messages_delayed",
    }
)
"""Metric → what moto's queue calls it."""


class QueueDepth:
    """What CloudWatch is told of every queue."""

    namespace = "AWS/SQS"

    def unit(self, name: str) -> str | None:
        """The unit of the metric of that name; None where it is none of these."""
        return "Count" if name in _COUNTS else None

    def listed(self, region: str) -> list[dict[str, Any]]:
        """The metrics that `region` has, as ListMetrics tells them."""
        return [
            {"Namespace": self.namespace, "MetricName": metric, "Dimensions": [{"Name": "QueueName", "Value": name}]}
            for name, _ in _queues(region)
            for metric in _COUNTS
        ]

    def series(self, region: str, name: str, dimensions: Mapping[str, str]) -> Callable[[datetime], float | None]:
        """The value of a metric at a minute; None where there is no such queue."""
        queue = dict(_queues(region)).get(dimensions.get("QueueName", ""))

        def value_at(minute: datetime) -> float | None:
            return float(getattr(queue, _COUNTS[name])) if queue is not None else None

        return value_at


def _queues(region: str) -> Iterator[tuple[str, Any]]:
    for _, where, sqs in used("sqs", "sqs_backends"):
        if where == region:
            yield from sqs.queues.items()
