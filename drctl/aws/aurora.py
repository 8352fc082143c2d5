"""Aurora global databases as frozen types, and what their statuses mean.

Sources: Amazon RDS API Reference, "GlobalCluster", "GlobalClusterMember" and "FailoverState"; Amazon Aurora User Guide,
"Viewing DB cluster status" and "Using switchover or failover in Amazon Aurora Global Database".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.aws.answered import answered_at
from drctl.aws.cloudwatch import LOOKED_BACK, PERIOD
from drctl.aws.failures import absent
from drctl.aws.rds_lag import Lag

AVAILABLE = "available"
GLOBAL_SETTLING = frozenset({"creating", "modifying", "upgrading", "failing-over", "switching-over", "promoting"})
GLOBAL_DEAD_ENDS = frozenset({"deleting"})

# The model of the API names three; the reference of SwitchoverGlobalCluster one more.
CHANGING = frozenset({"pending", "failing-over", "switching-over"})
CANCELLING = "cancelling"

CONNECTED = "connected"
RESYNCHRONISING = "pending-resync"

CLUSTER_USABLE = frozenset({"available", "backing-up", "storage-optimization"})
CLUSTER_SETTLING = frozenset({
    "creating", "modifying", "failing-over", "promoting", "maintenance", "rebooting", "renaming", "starting",
    "upgrading", "resetting-master-credentials", "update-iam-db-auth",
})  # fmt: skip
CLUSTER_DEAD_ENDS = frozenset({
    "stopped", "stopping", "deleting", "migration-failed", "cloning-failed", "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable", "incompatible-parameters",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class GlobalMember:
    arn: str
    writer: bool
    synchronization: str | None
    """None where AWS does not say."""

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def name(self) -> str:
        return self.arn.rsplit(":", 1)[-1]


@dataclass(frozen=True, slots=True)
class GlobalChange:
    """A failover or switchover that is on its way."""

    status: str
    to: str
    """The ARN of the cluster that is promoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalCluster:
    id: str
    arn: str
    status: str
    members: tuple[GlobalMember, ...]
    change: GlobalChange | None = None
    endpoint: str = ""
    """Where the writer answers, whichever Region it is in; empty where there is no such endpoint."""

    @property
    def writer(self) -> GlobalMember | None:
        return next((member for member in self.members if member.writer), None)

    def find(self, region: str, name: str) -> GlobalMember | None:
        """The member of that name in that Region."""
        return next((one for one in self.members if (one.region, one.name) == (region, name)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DbCluster:
    name: str
    arn: str
    status: str
    endpoint: str | None
    port: int | None
    instances: int
    """Without one nobody can connect, and nothing can be promoted."""


def find_global_cluster(rds: Any, id: str) -> GlobalCluster | None:
    """The global database of that id, as any of its Regions tells it; None where there is none."""
    with absent("GlobalClusterNotFoundFault"):
        return _global_cluster(rds.describe_global_clusters(GlobalClusterIdentifier=id)["GlobalClusters"][0])
    return None


def find_cluster(rds: Any, name: str) -> DbCluster | None:
    """The DB cluster of that name in the client's Region; None where there is none."""
    with absent("DBClusterNotFoundFault"):
        raw = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
        return DbCluster(
            name=raw["DBClusterIdentifier"],
            arn=raw["DBClusterArn"],
            status=raw["Status"],
            endpoint=raw.get("Endpoint"),
            port=raw.get("Port"),
            instances=len(raw.get("DBClusterMembers", ())),
        )
    return None


def read_global_lag(cloudwatch: Any, cluster: str) -> Lag | None:
    """How far the secondary `cluster` was behind when that was last measured; None where nothing says so.

    `AuroraGlobalDBRPOLag`, in milliseconds, is told in the secondary's own Region (Amazon Aurora User Guide, "Amazon
    CloudWatch metrics for Amazon Aurora"). A missing measurement is never read as zero.
    """
    named = {"Namespace": "AWS/RDS", "MetricName": "AuroraGlobalDBRPOLag"}
    listed = cloudwatch.list_metrics(**named, Dimensions=[{"Name": "DBClusterIdentifier", "Value": cluster}])
    if not listed["Metrics"]:
        return None
    now = answered_at(listed)
    found = cloudwatch.get_metric_data(
        MetricDataQueries=[
            {"Id": f"lag{place}", "MetricStat": {"Metric": {**named, "Dimensions": metric["Dimensions"]},
             "Period": int(PERIOD.total_seconds()), "Stat": "Maximum"}}
            for place, metric in enumerate(listed["Metrics"])
        ],
        StartTime=now - LOOKED_BACK,
        EndTime=now + PERIOD,
        ScanBy="TimestampDescending",
    )["MetricDataResults"]  # fmt: skip
    points: list[tuple[datetime, float]] = [
        point for result in found for point in zip(result["Timestamps"], result["Values"], strict=True)
    ]
    if not points:
        return None
    newest = max(at for at, _ in points)
    # Of several series, such as one of a former primary, the one that is furthest behind.
    behind = max(value for at, value in points if at == newest)
    return Lag(timedelta(milliseconds=behind), newest.astimezone(UTC))


def _global_cluster(raw: Mapping[str, Any]) -> GlobalCluster:
    change = raw.get("FailoverState") or {}
    return GlobalCluster(
        id=raw["GlobalClusterIdentifier"],
        arn=raw["GlobalClusterArn"],
        status=raw["Status"],
        members=tuple(
            GlobalMember(one["DBClusterArn"], bool(one.get("IsWriter")), one.get("SynchronizationStatus"))
            for one in raw.get("GlobalClusterMembers", ())
        ),
        # Empty unless a change is on its way.
        change=GlobalChange(change["Status"], change.get("ToDbClusterArn", "")) if change.get("Status") else None,
        endpoint=raw.get("Endpoint") or "",
    )
