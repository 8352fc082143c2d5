"""How far a PostgreSQL replica is behind, as CloudWatch is told in the replica's own Region.

`ReplicaLag` is the time since the newest replayed transaction, so it grows with the clock once the source is gone
(Amazon RDS User Guide, "Monitoring read replication").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from drctl.sim.moto_used import used
from drctl.sim.overlay import World
from drctl.sim.services.rds_replication import REPLICATION, Replication

_NAME = "ReplicaLag"


class ReplicaLag:
    """What CloudWatch is told of every replica."""

    namespace = "AWS/RDS"

    def __init__(self, world: World) -> None:
        self._world = world

    def unit(self, name: str) -> str | None:
        """The unit of the metric of that name; None where it is none of replicas."""
        return "Seconds" if name == _NAME else None

    def listed(self, account: str, region: str) -> list[dict[str, Any]]:
        """The metrics that `region` has, as ListMetrics tells them."""
        del account  # what replicates is found in whichever account it is
        return [
            {
                "Namespace": self.namespace,
                "MetricName": _NAME,
                "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": name}],
            }
            for name, _ in _replicas(region)
        ]

    def series(
        self, account: str, region: str, name: str, dimensions: Mapping[str, str]
    ) -> Callable[[datetime], float | None]:
        """The value of a metric at a minute; None before the replica was one, and after."""
        del account  # what replicates is found in whichever account it is
        wanted = dimensions.get("DBInstanceIdentifier")
        found = next((replication for instance, replication in _replicas(region) if instance == wanted), None)

        def value_at(minute: datetime) -> float | None:
            if found is None or minute < found.since or (found.until is not None and minute > found.until):
                return None
            lag = self._world.durations["rds.replica_lag"]
            lost = self._world.lost_since.get(found.source_region)
            return (lag if lost is None or minute < lost else lag + (minute - lost)).total_seconds()

        return value_at


def _replicas(region: str) -> Iterator[tuple[str, Replication]]:
    for _, where, rds in used("rds", "rds_backends"):
        for name, instance in rds.databases.items():
            replication = getattr(instance, REPLICATION, None)
            if where == region and replication is not None:
                yield name, replication
