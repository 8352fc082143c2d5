"""Which cluster of an Aurora global database is to be the writer, and what there is to see of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Region
from drctl.aws.aurora import DbCluster, GlobalCluster, find_cluster, find_global_cluster, read_global_lag
from drctl.aws.rds_lag import Lag
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.values import ValueKind
from drctl.ports.action import Permission, StepContext

ClusterName = Annotated[str, Field(pattern=r"^[a-z](-?[a-z0-9])*$", max_length=63)]

WRITER_OUTPUTS = {
    "endpoint": ValueKind.STRING,
    "port": ValueKind.INTEGER,
    "writer": ValueKind.STRING,
    "global_endpoint": ValueKind.STRING,
}

LOOKS = ("rds:DescribeGlobalClusters", "rds:DescribeDBClusters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The parameters of every action that moves the writer."""

    __pydantic_config__ = CLOSED

    region: Region
    """Where the writer is to be; every call is made there, so that the Region it leaves need not answer."""
    global_cluster: ClusterName
    cluster: ClusterName
    """The cluster in `region` that is to be the writer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    whole: GlobalCluster | None
    cluster: DbCluster | None = None
    lag: Lag | None = None
    """How far the cluster is behind; looked for only where data may be lost."""


def look_at_writer(params: Target, ctx: StepContext, *, with_lag: bool = False) -> Seen:
    """The global database and the target cluster. With `with_lag` also how far a secondary is behind."""
    rds = ctx.aws.client("rds", params.region)
    whole, cluster = find_global_cluster(rds, params.global_cluster), find_cluster(rds, params.cluster)
    member = whole.find(params.region, params.cluster) if whole is not None else None
    lag = None
    if with_lag and member is not None and not member.writer:
        lag = read_global_lag(ctx.aws.client("cloudwatch", params.region), params.cluster)
    return Seen(whole=whole, cluster=cluster, lag=lag)


def tell_writer(params: Target, seen: Seen, lost: str, point: RecoveryPoint | None = None) -> Evidence:
    """Where the new writer answers, and what was `lost` on the way."""
    whole, cluster = seen.whole, seen.cluster
    writer = whole.writer if whole is not None else None
    if whole is None or cluster is None or cluster.endpoint is None or cluster.port is None or writer is None:
        return Evidence.missing(f"{params.cluster} has no endpoint yet")
    return Evidence.of(
        f"{cluster.name} in {params.region} is the writer of {whole.id} and answers at "
        f"{cluster.endpoint}:{cluster.port}; {lost}",
        outputs={
            "endpoint": cluster.endpoint,
            "port": cluster.port,
            "writer": writer.arn,
            "global_endpoint": whole.endpoint,
        },
        recovery_point=point,
    )


def writer_permissions(params: Target, account: str, *calls: str) -> tuple[Permission, ...]:
    """What moving the writer by `calls` needs (Service Authorization Reference, Amazon RDS)."""
    whole = f"arn:aws:rds::{account}:global-cluster:{params.global_cluster}"
    target = f"arn:aws:rds:{params.region}:{account}:cluster:{params.cluster}"
    members = f"arn:aws:rds:*:{account}:cluster:*"
    return (
        Permission(("rds:DescribeGlobalClusters",), (whole,), "see which member is the writer"),
        Permission(("rds:DescribeDBClusters",), (target,), "see how the new writer fares"),
        # Going back promotes the former writer, whose Region and name only the world tells.
        Permission(calls, (whole, members), "move the writer"),
    )
