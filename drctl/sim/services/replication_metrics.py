"""The replication metrics of S3: which there are, in which Region, and their value at a minute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from drctl.sim.overlay import World
from drctl.sim.services.object_copies import find_bucket
from drctl.sim.services.replication_backlog import Route
from drctl.sim.services.s3_replication import S3Replication

NAMESPACE = "AWS/S3"
_FAILED = "OperationsFailedReplication"
_UNITS = {
    "OperationsPendingReplication": "Count",
    "BytesPendingReplication": "Bytes",
    "ReplicationLatency": "Seconds",
    _FAILED: "Count",
}
_MINUTE = timedelta(minutes=1)


class ReplicationMetrics:
    """What CloudWatch is told of every rule that has metrics."""

    namespace = NAMESPACE

    def __init__(self, world: World) -> None:
        self._replication = world.part(S3Replication)

    def unit(self, name: str) -> str | None:
        """The unit of the replication metric of that name; None where it is none."""
        return _UNITS.get(name)

    def listed(self, account: str, region: str) -> list[dict[str, Any]]:
        """The metrics that `region` has, as ListMetrics tells them."""
        del account  # what replicates is found in whichever account it is
        return [
            {
                "Namespace": NAMESPACE,
                "MetricName": name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in _dimensions(route).items()],
            }
            for route in self._replication.routes()
            for name in _UNITS
            if _home(route, name) == region
        ]

    def series(
        self, account: str, region: str, name: str, dimensions: Mapping[str, str]
    ) -> Callable[[datetime], float | None]:
        """The value of a metric at a minute; None before its rule existed, and for a metric that there is not."""
        del account  # what replicates is found in whichever account it is
        route = next(
            (
                route
                for route in self._replication.routes()
                if _dimensions(route) == dict(dimensions) and _home(route, name) == region
            ),
            None,
        )

        def value_at(minute: datetime) -> float | None:
            if route is None or (route.since is not None and minute < route.since):
                return None
            return self._value(route, name, minute)

        return value_at

    def _value(self, route: Route, name: str, minute: datetime) -> float:
        if name == _FAILED:
            return float(self._replication.failed(route, minute - _MINUTE, minute))
        backlog = self._replication.backlog(route, minute)
        if name == "OperationsPendingReplication":
            return float(backlog.operations)
        return float(backlog.bytes) if name == "BytesPendingReplication" else backlog.latency.total_seconds()


def _dimensions(route: Route) -> dict[str, str]:
    return {"SourceBucket": route.source, "DestinationBucket": route.destination, "RuleId": route.rule}


def _home(route: Route, name: str) -> str | None:
    bucket = find_bucket(route.source if name == _FAILED else route.destination)
    return None if bucket is None else str(bucket.region_name)
