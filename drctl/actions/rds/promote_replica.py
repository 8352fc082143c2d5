"""Promote a read replica: it takes writes from then on, and can never be a replica again.

Its recovery point is what the replica had replayed: the newest ReplicaLag that CloudWatch has in the replica's own
Region, taken down before the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from drctl.actions.rds.instance_evidence import INSTANCE_OUTPUTS, tell_recovered
from drctl.actions.rds.instance_permissions import resource_arn
from drctl.actions.rds.promote_decisions import decide_no_return, decide_promotion
from drctl.actions.rds.promote_params import Params, Seen
from drctl.aws import rds
from drctl.aws.rds_lag import read_replica_lag
from drctl.model.decision import Change, Decision
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.instant import parse_instant
from drctl.model.past import Past
from drctl.model.values import Json
from drctl.ports.action import ActionSpec, Permission, StepContext


class PromoteReplica:
    """Holds once the instance replicates nobody, is up, and keeps its backups as long as was asked for."""

    spec = ActionSpec(
        kind="rds.promote_replica",
        summary="Promote an RDS read replica to an instance of its own",
        params=Params,
        outputs=INSTANCE_OUTPUTS,
        expect=timedelta(minutes=10),
        deadline=timedelta(minutes=45),
        operations=(
            "rds:DescribeDBInstances",
            "cloudwatch:ListMetrics",
            "cloudwatch:GetMetricData",
            "rds:PromoteReadReplica",
            "rds:ModifyDBInstance",
        ),
        mutating=True,
        irreversible=True,
        recovers_store=True,
        poll_least=timedelta(seconds=15),
        poll_most=timedelta(seconds=30),
        example="""\
- id: promote-db
  uses: rds.promote_replica
  with: { region: eu-west-1, instance: amply-prod-replica, source: amply-prod, backup_retention_days: 7 }
  expect: 10m
  deadline: 45m
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        found = rds.find_instance(ctx.aws.client("rds", params.region), params.instance)
        if found is None or found.replica_of is None or found.status not in rds.USABLE:
            return Seen(found)
        return Seen(found, read_replica_lag(ctx.aws.client("cloudwatch", params.region), params.instance))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_promotion(params, seen, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        client = ctx.aws.client("rds", params.region)
        match change.name:
            case "promote":
                # Without a retention AWS keeps backups for one day. Sent twice, the second call is refused.
                wanted: dict[str, Any] = {"BackupRetentionPeriod": params.backup_retention_days}
                if params.backup_window:
                    wanted["PreferredBackupWindow"] = params.backup_window
                client.promote_read_replica(DBInstanceIdentifier=params.instance, **wanted)
            case "keep-backups":
                client.modify_db_instance(
                    DBInstanceIdentifier=params.instance,
                    BackupRetentionPeriod=params.backup_retention_days,
                    ApplyImmediately=True,
                )
            case unknown:
                raise AssertionError(f"there is no change {unknown!r}")
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        return tell_recovered(params.instance, seen.instance, _recovery_point(past))

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_no_return(params, seen, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        instance = resource_arn(params.region, account, "db", params.instance)
        return (
            Permission(("rds:DescribeDBInstances",), (instance,), "see how far it is"),
            Permission(("cloudwatch:ListMetrics", "cloudwatch:GetMetricData"), why="read how far it is behind"),
            Permission(("rds:PromoteReadReplica", "rds:ModifyDBInstance"), (instance,), "promote it"),
        )


def _recovery_point(past: Past) -> RecoveryPoint | None:
    """What was taken down before the promotion; None where this run promoted nothing, or nobody knew."""
    made = past.made("promote")
    current_to = made[-1].undo.get("current_to") if made else None
    return RecoveryPoint(parse_instant(str(current_to)), "RDS ReplicaLag") if current_to else None
