"""Restore an RDS instance to a point in time, from its automated backups or from their replica in another Region.

The time is always said, and chosen once: "the latest" would be another moment for each attempt. Nothing but the
instance's name tells whether an earlier attempt made it (Amazon RDS API Reference, RestoreDBInstanceToPointInTime).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from drctl.actions.rds.instance_calls import change_instance, creation_arguments
from drctl.actions.rds.instance_decisions import decide_removal
from drctl.actions.rds.instance_evidence import INSTANCE_OUTPUTS, tell_recovered
from drctl.actions.rds.instance_permissions import instance_permissions, resource_arn
from drctl.actions.rds.new_instance import look_around
from drctl.actions.rds.pitr_decisions import decide_point_in_time
from drctl.actions.rds.pitr_params import Params, PointInTime, Seen
from drctl.aws.rds import RESTORE_TIME_TAG
from drctl.aws.rds_backups import list_automated_backups
from drctl.model.decision import Change, Decision
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.instant import format_instant
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


class RestoreToPointInTime:
    """Holds once the instance is up and everything that was asked for is in force, twice in a row."""

    spec = ActionSpec(
        kind="rds.restore_to_point_in_time",
        summary="Restore an RDS instance to a point in time, from automated backups of this Region or another",
        params=Params,
        outputs=INSTANCE_OUTPUTS | {"restored_to": ValueKind.TIMESTAMP},
        expect=timedelta(minutes=30),
        deadline=timedelta(hours=3),
        operations=(
            "rds:DescribeDBInstances",
            "rds:DescribeDBInstanceAutomatedBackups",
            "rds:DescribeDBSubnetGroups",
            "ec2:DescribeSecurityGroups",
            "kms:DescribeKey",
            "rds:RestoreDBInstanceToPointInTime",
            "rds:RebootDBInstance",
            "rds:ModifyDBInstance",
            "rds:DeleteDBInstance",
        ),
        mutating=True,
        flips=("rds:RebootDBInstance",),
        recovers_store=True,
        poll_least=timedelta(seconds=15),
        poll_most=timedelta(seconds=60),
        example="""\
- id: restore-before-the-corruption
  uses: rds.restore_to_point_in_time
  with:
    region: eu-central-1
    instance: amply-prod-restored
    source: amply-prod
    restore_time: "2026-01-14T03:41:00Z"
    instance_class: db.t3.small
    subnet_group: amply-prod-db
    security_groups: [amply-rds]
    parameter_group: amply-prod-postgres16
  expect: 30m
  deadline: 3h
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        around = look_around(params, ctx)
        if around.instance is not None:
            return Seen(around=around)
        return Seen(around=around, backups=list_automated_backups(ctx.aws.client("rds", params.region), params.source))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_point_in_time(params, seen, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        client = ctx.aws.client("rds", params.region, flip=change.flip)
        if change.name == "restore":
            return _send_restore(client, params, change.detail, ctx)
        change_instance(client, params.instance, change.name)
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        found = seen.around.instance
        # A tag that somebody else has put there proves nothing.
        at = found.restored_to if found is not None and found.owner == past.run else None
        told = tell_recovered(params.instance, found, RecoveryPoint(at, "RDS RestoreTime") if at else None)
        return replace(told, outputs={**told.outputs, "restored_to": format_instant(at)}) if at and told.holds else told

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_removal(params, seen.around.instance, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        source = resource_arn(params.region, account, "db", params.source)
        backups = resource_arn(params.region, account, "auto-backup", "*")
        making = "rds:RestoreDBInstanceToPointInTime"
        return (
            Permission(("rds:DescribeDBInstanceAutomatedBackups",), (source, backups), "see how far backups reach"),
            *instance_permissions(params, account, making=making, of=(source, backups)),
        )


def _send_restore(client: Any, params: Params, wanted: PointInTime, ctx: StepContext) -> Mapping[str, Json]:
    backup, at = wanted.backup, format_instant(wanted.at)
    source = (
        {"SourceDBInstanceAutomatedBackupsArn": backup.arn}
        if backup.region != params.region
        else {"SourceDbiResourceId": backup.source_id}
    )
    # A crash right after this call leaves no record of it; the next look finds the name taken, with our tags on it.
    made = client.restore_db_instance_to_point_in_time(
        TargetDBInstanceIdentifier=params.instance,
        RestoreTime=wanted.at,
        BackupRetentionPeriod=params.backup_retention_days,
        **source,
        **creation_arguments(params, wanted.creation, ctx, tags={RESTORE_TIME_TAG: at}),
    )["DBInstance"]
    return {"arn": made["DBInstanceArn"], "restore_time": at, "instance_class": wanted.creation.instance_class}
