"""Restore an RDS instance from a snapshot.

RestoreDBInstanceFromDBSnapshot takes no client token (Amazon RDS API Reference): the
instance's name, fixed in the runbook, is what tells whether an earlier attempt made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from drctl.actions.rds.instance_calls import change_instance, creation_arguments
from drctl.actions.rds.instance_decisions import decide_removal
from drctl.actions.rds.instance_evidence import INSTANCE_OUTPUTS, tell_recovered
from drctl.actions.rds.instance_permissions import instance_permissions, resource_arn
from drctl.actions.rds.new_instance import Creation, is_in_the_making, look_around
from drctl.actions.rds.restore_decisions import decide_restore
from drctl.actions.rds.restore_params import Params, Seen
from drctl.aws import rds
from drctl.model.decision import Change, Decision
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json
from drctl.ports.action import ActionSpec, Permission, StepContext


class RestoreSnapshot:
    """Holds once the instance is up and everything that was asked for is in force, twice in a row."""

    spec = ActionSpec(
        kind="rds.restore_snapshot",
        summary="Restore an RDS instance from a snapshot",
        params=Params,
        outputs=INSTANCE_OUTPUTS,
        expect=timedelta(minutes=20),
        deadline=timedelta(minutes=60),
        operations=(
            "rds:DescribeDBInstances",
            "rds:DescribeDBSnapshots",
            "rds:DescribeDBSubnetGroups",
            "ec2:DescribeSecurityGroups",
            "kms:DescribeKey",
            "rds:RestoreDBInstanceFromDBSnapshot",
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
- id: restore-db
  uses: rds.restore_snapshot
  with:
    region: eu-west-1
    instance: amply-prod
    snapshot: amply-prod-202601140300-eu-west-1
    instance_class: db.t3.small
    fallback_classes: [db.t4g.small, db.m6g.large]
    subnet_group: amply-prod-db
    security_groups: [amply-rds]
    parameter_group: amply-prod-postgres16
    kms_key: alias/amply-prod-data
  expect: 20m
  deadline: 60m
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        around = look_around(params, ctx)
        if is_in_the_making(around.instance):
            return Seen(around=around)
        return Seen(around=around, snapshot=rds.find_snapshot(ctx.aws.client("rds", params.region), params.snapshot))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_restore(params, seen, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        client = ctx.aws.client("rds", params.region, flip=change.flip)
        if change.name == "restore":
            return _send_restore(client, params, change.detail, ctx)
        change_instance(client, params.instance, change.name)
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        found = seen.around.instance
        # Nothing tells from which snapshot somebody else's instance was restored.
        ours = found is not None and found.owner == past.run
        point = seen.snapshot.recovery_point if seen.snapshot is not None and ours else None
        return tell_recovered(params.instance, found, point)

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_removal(params, seen.around.instance, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        snapshot = resource_arn(params.region, account, "snapshot", params.snapshot)
        making = "rds:RestoreDBInstanceFromDBSnapshot"
        return (
            Permission(("rds:DescribeDBSnapshots",), (snapshot,), "see what is restored from"),
            *instance_permissions(params, account, making=making, of=(snapshot,)),
        )


def _send_restore(client: Any, params: Params, creation: Creation, ctx: StepContext) -> Mapping[str, Json]:
    # A crash right after this call leaves no record of it; the next look finds the name taken, with our tag on it.
    made = client.restore_db_instance_from_db_snapshot(
        DBInstanceIdentifier=params.instance,
        DBSnapshotIdentifier=params.snapshot,
        BackupRetentionPeriod=params.backup_retention_days,
        **creation_arguments(params, creation, ctx),
    )["DBInstance"]
    return {"arn": made["DBInstanceArn"], "instance_class": creation.instance_class}
