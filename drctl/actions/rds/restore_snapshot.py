"""Restore an RDS instance from a snapshot.

RestoreDBInstanceFromDBSnapshot takes no client token (Amazon RDS API Reference): the
instance's name, fixed in the runbook, is what tells whether an earlier attempt made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from drctl.actions.rds.restore_decisions import decide_removal, decide_restore
from drctl.actions.rds.restore_params import Params, Restore, Seen
from drctl.actions.rds.restore_permissions import restore_permissions
from drctl.aws import rds
from drctl.aws.ec2 import security_group_ids
from drctl.aws.failures import absent
from drctl.aws.kms import find_key
from drctl.aws.tags import tag_list
from drctl.model.decision import Change, Decision
from drctl.model.evidence import Evidence
from drctl.model.instant import format_instant
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


class RestoreSnapshot:
    """Holds once the instance is up and everything that was asked for is in force, twice in a row."""

    spec = ActionSpec(
        kind="rds.restore_snapshot",
        summary="Restore an RDS instance from a snapshot",
        params=Params,
        outputs={
            "endpoint": ValueKind.STRING,
            "port": ValueKind.INTEGER,
            "arn": ValueKind.STRING,
            "resource_id": ValueKind.STRING,
        },
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
        client = ctx.aws.client("rds", params.region)
        instance = rds.find_instance(client, params.instance)
        if instance is not None and instance.status not in rds.USABLE:
            # Most looks are at an instance in the making; they cost one call.
            return Seen(instance=instance)
        vpc = rds.vpc_of_subnet_group(client, params.subnet_group)
        ec2, kms = ctx.aws.client("ec2", params.region), ctx.aws.client("kms", params.region)
        return Seen(
            instance=instance,
            snapshot=rds.find_snapshot(client, params.snapshot),
            vpc=vpc,
            security_groups=security_group_ids(ec2, vpc, params.security_groups) if vpc else {},
            key=find_key(kms, params.kms_key) if params.kms_key else None,
        )

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_restore(params, seen, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        client = ctx.aws.client("rds", params.region, flip=change.flip)
        match change.name:
            case "restore":
                return _send_restore(client, params, change.detail, ctx)
            case "reboot":
                client.reboot_db_instance(DBInstanceIdentifier=params.instance)
            case "unprotect":
                client.modify_db_instance(
                    DBInstanceIdentifier=params.instance, DeletionProtection=False, ApplyImmediately=True
                )
            case "delete":
                with absent("DBInstanceNotFound"):
                    client.delete_db_instance(
                        DBInstanceIdentifier=params.instance, SkipFinalSnapshot=True, DeleteAutomatedBackups=True
                    )
            case unknown:
                raise AssertionError(f"there is no change {unknown!r}")
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        found = seen.instance
        if found is None or found.endpoint is None or found.port is None:
            return Evidence.missing(f"{params.instance} has no endpoint yet")
        point = seen.snapshot.recovery_point if seen.snapshot is not None else None
        if found.owner != past.run:
            # Nothing tells from which snapshot somebody else's instance was restored.
            point = None
        held = f"data up to {format_instant(point.at)} ({point.method})" if point else "a recovery point nobody knows"
        warming = f", {found.hydrated_percent:.0f} % of its storage loaded" if found.hydrated_percent else ""
        return Evidence.of(
            f"{found.name} answers at {found.endpoint}:{found.port} as {found.instance_class}, with {held}{warming}",
            outputs={
                "endpoint": found.endpoint,
                "port": found.port,
                "arn": found.arn,
                "resource_id": found.resource_id,
            },
            recovery_point=point,
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_removal(params, seen, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        return restore_permissions(params, account)


def _send_restore(client: Any, params: Params, restore: Restore, ctx: StepContext) -> Mapping[str, Json]:
    # A crash right after this call leaves no record of it; the next look finds the name taken, with our tag on it.
    made = client.restore_db_instance_from_db_snapshot(
        DBInstanceIdentifier=params.instance,
        DBSnapshotIdentifier=params.snapshot,
        DBInstanceClass=restore.instance_class,
        DBSubnetGroupName=params.subnet_group,
        VpcSecurityGroupIds=list(restore.security_groups),
        DBParameterGroupName=params.parameter_group,
        MultiAZ=params.multi_az,
        StorageType=params.storage_type,
        PubliclyAccessible=False,
        # A minor upgrade in the next maintenance window would restart a database that has just been recovered.
        AutoMinorVersionUpgrade=False,
        CopyTagsToSnapshot=True,
        BackupRetentionPeriod=params.backup_retention_days,
        DeletionProtection=params.deletion_protection,
        Tags=tag_list({**params.tags, **ctx.tags}),
    )["DBInstance"]
    return {"arn": made["DBInstanceArn"], "instance_class": restore.instance_class}
