"""Make a secondary cluster of an Aurora global database the writer while the primary's Region is lost.

What had not been replicated is lost: how far the secondary was behind is taken down before the call, since nothing
tells it afterwards (Amazon Aurora User Guide, "Performing managed failovers for Aurora global databases").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from drctl.actions.aurora.writer import (
    LOOKS,
    WRITER_OUTPUTS,
    Seen,
    Target,
    look_at_writer,
    tell_writer,
    writer_permissions,
)
from drctl.actions.aurora.writer_decisions import Way, decide_return, judge_way, move_writer
from drctl.actions.parameters import CLOSED, Duration
from drctl.aws.aurora import CONNECTED, GlobalMember
from drctl.aws.rds_lag import Lag
from drctl.model.decision import Change, Decision, Refuse
from drctl.model.duration import format_duration
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.instant import format_instant, parse_instant
from drctl.model.past import Past
from drctl.model.values import Json
from drctl.ports.action import ActionSpec, Permission, StepContext

_CALL = "FailoverGlobalCluster"
_NAME = "fail-over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Params(Target):
    __pydantic_config__ = CLOSED

    max_loss: Duration | None = None
    """How much of what was written before the onset may be lost; without it any loss is accepted."""


class GlobalFailover:
    """Holds once the cluster is the writer and takes connections, twice in a row."""

    spec = ActionSpec(
        kind="aurora.global_failover",
        summary="Fail an Aurora global database over to another Region, losing what was not replicated",
        params=Params,
        outputs=WRITER_OUTPUTS,
        expect=timedelta(minutes=5),
        deadline=timedelta(minutes=45),
        operations=(
            *LOOKS,
            "cloudwatch:ListMetrics",
            "cloudwatch:GetMetricData",
            f"rds:{_CALL}",
            "rds:SwitchoverGlobalCluster",
        ),
        mutating=True,
        recovers_store=True,
        poll_least=timedelta(seconds=10),
        poll_most=timedelta(seconds=30),
        example="""\
- id: fail-over-the-database
  uses: aurora.global_failover
  with: { region: eu-west-1, global_cluster: amply-global, cluster: amply-aurora, max_loss: 1m }
  expect: 5m
  deadline: 45m
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        return look_at_writer(params, ctx, with_lag=True)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        way = judge_way(params, seen, _NAME, past)
        if not isinstance(way, Way):
            return way
        return _judge_loss(params, seen, way.target, past) or _fail_over(way, seen)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        rds = ctx.aws.client("rds", params.region)
        wanted = {"GlobalClusterIdentifier": params.global_cluster, "TargetDbClusterIdentifier": change.detail}
        if change.name == _NAME:
            rds.failover_global_cluster(**wanted, AllowDataLoss=True)
        else:
            rds.switchover_global_cluster(**wanted)
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        made = past.made(_NAME)
        current_to = made[0].undo.get("current_to") if made else None
        point = RecoveryPoint(parse_instant(str(current_to)), "Aurora AuroraGlobalDBRPOLag") if current_to else None
        lost = (
            f"what was written after {format_instant(point.at)} may be lost" if point else "nobody knows what is lost"
        )
        return tell_writer(params, seen, lost, point)

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_return(params, seen, _NAME, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        metrics = ("cloudwatch:ListMetrics", "cloudwatch:GetMetricData")
        return (
            *writer_permissions(params, account, f"rds:{_CALL}", "rds:SwitchoverGlobalCluster"),
            Permission(metrics, why="read how far it is behind"),
        )


def _judge_loss(params: Params, seen: Seen, target: GlobalMember, past: Past) -> Refuse | None:
    """Why too much would be lost; None where it would not, or no limit was set."""
    if target.synchronization not in (None, CONNECTED):
        # It has not caught up since an earlier failover: nobody can tell what it lacks.
        return Refuse(
            f"{target.name} in {target.region} is {target.synchronization!r}, and lacks nobody knows what",
            hint=f"wait until it is synchronised, or fail over to another member; drctl resume {past.run}",
        )
    if params.max_loss is None or past.made(_NAME):
        return None
    if seen.lag is None:
        return Refuse(f"nobody knows how far {target.name} is behind", hint="leave out `max_loss` to fail over so")
    lost = _lost(seen.lag, past)
    if lost > params.max_loss:
        return Refuse(
            f"{target.name} has the data up to {format_instant(seen.lag.current_to)}, so that {format_duration(lost)} "
            f"would be lost, more than {format_duration(params.max_loss)}",
            hint=f"set a larger `max_loss` and lose more; drctl resume {past.run}",
        )
    return None


def _lost(lag: Lag, past: Past) -> timedelta:
    """What would be lost up to the onset. The lag alone grows with the clock, though nothing is written any more."""
    if past.onset is None:
        return lag.behind
    return max(past.onset - lag.current_to, timedelta(0))


def _fail_over(way: Way, seen: Seen) -> Change:
    current_to = format_instant(seen.lag.current_to) if seen.lag is not None else None
    known = f"losing what was written after {current_to}" if current_to else "losing nobody knows what"
    summary = f"fail {way.whole.id} over to {way.target.name} in {way.target.region}, {known}"
    return move_writer(way, _NAME, _CALL, summary, current_to=current_to)
