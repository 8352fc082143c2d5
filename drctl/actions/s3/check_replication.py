"""Tell what a replica lacks, and whether that is within limits.

Asked before a planned change, and before anybody relies on the replica. All of it is
read in the replica's Region, where S3 publishes it, so that it can be asked while the
source's Region is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.parameters import CLOSED, Duration, Region
from drctl.actions.read_only import ReadOnly
from drctl.actions.s3.backlog import fault_in, limit_exceeded, told
from drctl.aws.cloudwatch import Backlog, read_backlog
from drctl.model.decision import Decision, Done, Wait
from drctl.model.evidence import Evidence
from drctl.model.instant import format_instant
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    """That of the replica."""
    bucket: str
    """The replica."""
    source_bucket: str
    max_backlog: Annotated[int, Field(ge=0)] = 0
    """How many operations may be pending."""
    max_latency: Duration = timedelta(minutes=15)
    """How far the replica may be behind, where anything is pending."""
    drain: bool = False
    """Whether to wait, until the step's deadline, for a backlog beyond the limits to drain."""


class S3CheckReplication(ReadOnly):
    """Holds while what the replica lacks, by a measurement of the last ten minutes, is within the limits.

    The measurements cover live replication only, and none of what failed for good: that is counted in the
    source's Region (Amazon S3 User Guide, Monitoring replication with metrics).
    """

    spec = ActionSpec(
        kind="s3.check_replication",
        summary="Tell what the replica of a bucket lacks, and whether that is within limits",
        params=Params,
        outputs={
            "pending_operations": ValueKind.INTEGER,
            "latency_s": ValueKind.NUMBER,
            "current_to": ValueKind.TIMESTAMP,
        },
        expect=timedelta(seconds=5),
        deadline=timedelta(minutes=30),
        poll_least=timedelta(seconds=30),
        poll_most=timedelta(seconds=60),
        operations=("cloudwatch:ListMetrics", "cloudwatch:GetMetricData"),
        example="""\
- id: storage-is-replicated
  uses: s3.check_replication
  with:
    region: eu-west-1
    bucket: amply-storage-prod-eu-west-1
    source_bucket: amply-storage-prod
    max_backlog: 100
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Backlog | None:
        return read_backlog(ctx.aws.client("cloudwatch", params.region), params.source_bucket, params.bucket)

    def decide(self, params: Params, seen: Backlog | None, past: Past) -> Decision:
        if fault := fault_in(seen, params.source_bucket, params.bucket):
            return fault
        exceeded = limit_exceeded(seen, params.max_backlog, params.max_latency)
        if exceeded is None:
            return Done(f"{params.bucket} is within the limits")
        return Wait(f"the backlog to drain: {exceeded.because}") if params.drain else exceeded

    def verify(self, params: Params, seen: Backlog | None, past: Past, ctx: StepContext) -> Evidence:
        if seen is None or seen.current_to is None:
            return Evidence.missing(f"nobody can tell what {params.bucket} lacks")
        return Evidence.of(
            f"of {params.source_bucket}, {told(seen)}",
            outputs={
                "pending_operations": seen.pending,
                "latency_s": (seen.latency or timedelta(0)).total_seconds(),
                "current_to": format_instant(seen.current_to),
            },
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        # CloudWatch knows no permission on single metrics.
        return (Permission(self.spec.operations, why=f"read what {params.bucket} lacks"),)
