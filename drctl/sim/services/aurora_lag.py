"""How far the secondaries of Aurora global databases are behind, as CloudWatch is told in their own Regions.

`AuroraGlobalDBRPOLag`, in milliseconds, grows with the clock once the writer's Region is gone (Amazon Aurora User
Guide, "Amazon CloudWatch metrics for Amazon Aurora").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from drctl.sim.overlay import World
from drctl.sim.services.aurora_global import CONNECTED, behind, global_clusters, synchronisation, writer_of

_NAME = "AuroraGlobalDBRPOLag"


class GlobalLag:
    """What CloudWatch is told of every secondary that follows its writer."""

    namespace = "AWS/RDS"

    def __init__(self, world: World) -> None:
        self._world = world

    def unit(self, name: str) -> str | None:
        """The unit of the metric of that name; None where it is none of global databases."""
        return "Milliseconds" if name == _NAME else None

    def listed(self, account: str, region: str) -> list[dict[str, Any]]:
        """The metrics that `region` has, as ListMetrics tells them."""
        del account  # what replicates is found in whichever account it is
        return [
            {
                "Namespace": self.namespace,
                "MetricName": _NAME,
                "Dimensions": [
                    {"Name": "DBClusterIdentifier", "Value": name},
                    {"Name": "SourceRegion", "Value": source},
                ],
            }
            for name, source in _secondaries(region)
        ]

    def series(
        self, account: str, region: str, name: str, dimensions: Mapping[str, str]
    ) -> Callable[[datetime], float | None]:
        """The value of a metric at a minute; None where there is no such secondary."""
        del account  # what replicates is found in whichever account it is
        wanted = (dimensions.get("DBClusterIdentifier"), dimensions.get("SourceRegion"))
        found = wanted in list(_secondaries(region))

        def value_at(minute: datetime) -> float | None:
            return behind(self._world, str(wanted[1]), minute).total_seconds() * 1000 if found else None

        return value_at


def _secondaries(region: str) -> Iterator[tuple[str, str]]:
    """(cluster, Region of its writer) of every secondary in `region`."""
    for whole in global_clusters():
        writer = writer_of(whole)
        for member in whole.members:
            follows = writer is not None and member is not writer and synchronisation(member) == CONNECTED
            if follows and member.region == region:
                yield member.db_cluster_identifier, writer.region
