"""Move the writer of a healthy Aurora global database to another Region, without losing anything.

Both Regions have to answer: all secondaries are brought level first (Amazon RDS API Reference,
SwitchoverGlobalCluster). Where one is gone, `aurora.global_failover` is the way.
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
from drctl.actions.aurora.writer_decisions import Way, decide_return, judge_synchronisation, judge_way, move_writer
from drctl.actions.parameters import CLOSED
from drctl.model.decision import Change, Decision
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json
from drctl.ports.action import ActionSpec, Permission, StepContext

_CALL = "SwitchoverGlobalCluster"
_NAME = "switch-over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Params(Target):
    __pydantic_config__ = CLOSED


class GlobalSwitchover:
    """Holds once the cluster is the writer and takes connections, twice in a row."""

    spec = ActionSpec(
        kind="aurora.global_switchover",
        summary="Move the writer of a healthy Aurora global database to another Region, losing nothing",
        params=Params,
        outputs=WRITER_OUTPUTS,
        expect=timedelta(minutes=5),
        deadline=timedelta(minutes=45),
        operations=(*LOOKS, f"rds:{_CALL}"),
        mutating=True,
        poll_least=timedelta(seconds=10),
        poll_most=timedelta(seconds=30),
        example="""\
- id: move-the-writer
  uses: aurora.global_switchover
  with: { region: eu-central-1, global_cluster: amply-global, cluster: amply-aurora }
  expect: 5m
  deadline: 45m
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        return look_at_writer(params, ctx)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        way = judge_way(params, seen, _NAME, past)
        if not isinstance(way, Way):
            return way
        summary = f"switch {way.whole.id} over to {way.target.name} in {way.target.region}"
        return judge_synchronisation(way) or move_writer(way, _NAME, _CALL, summary)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        ctx.aws.client("rds", params.region).switchover_global_cluster(
            GlobalClusterIdentifier=params.global_cluster, TargetDbClusterIdentifier=change.detail
        )
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        return tell_writer(params, seen, "a switchover loses nothing")

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_return(params, seen, _NAME, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        return writer_permissions(params, account, f"rds:{_CALL}")
