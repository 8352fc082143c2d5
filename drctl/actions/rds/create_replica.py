"""Make a read replica of an RDS instance, in another Region or the same.

It protects again what a failover has left with one copy. CreateDBInstanceReadReplica takes no client token (Amazon
RDS API Reference): the replica's name, fixed in the runbook, is what tells whether an earlier attempt made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from drctl.actions.rds.instance_calls import change_instance, creation_arguments
from drctl.actions.rds.instance_evidence import INSTANCE_OUTPUTS, tell_instance
from drctl.actions.rds.instance_permissions import instance_permissions, resource_arn
from drctl.actions.rds.new_instance import Creation, look_around
from drctl.actions.rds.replica_decisions import decide_replica, decide_replica_removal
from drctl.actions.rds.replica_params import Params, Seen
from drctl.aws import rds
from drctl.model.decision import Change, Decision
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json
from drctl.ports.action import ActionSpec, Permission, StepContext


class CreateReplica:
    """Holds once the replica is up as asked for, and replicates."""

    spec = ActionSpec(
        kind="rds.create_replica",
        summary="Make a read replica of an RDS instance, in another Region or the same",
        params=Params,
        outputs=INSTANCE_OUTPUTS,
        expect=timedelta(hours=1),
        # A snapshot, its copy to the other Region, and the catching up: hours for hundreds of gigabytes.
        deadline=timedelta(hours=10),
        operations=(
            "rds:DescribeDBInstances",
            "rds:DescribeDBSubnetGroups",
            "ec2:DescribeSecurityGroups",
            "kms:DescribeKey",
            "rds:CreateDBInstanceReadReplica",
            "rds:RebootDBInstance",
            "rds:ModifyDBInstance",
            "rds:DeleteDBInstance",
        ),
        mutating=True,
        flips=("rds:RebootDBInstance",),
        poll_least=timedelta(seconds=30),
        poll_most=timedelta(minutes=2),
        example="""\
- id: protect-again
  uses: rds.create_replica
  with:
    region: eu-central-1
    instance: amply-prod-replica
    source: amply-prod
    source_region: eu-west-1
    instance_class: db.t3.small
    subnet_group: amply-prod-db
    security_groups: [amply-rds]
    parameter_group: amply-prod-postgres16
    kms_key: alias/amply-prod-data
  expect: 1h
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        around = look_around(params, ctx)
        if around.instance is not None:
            return Seen(around=around)
        elsewhere = ctx.aws.client("rds", params.source_region)
        return Seen(around=around, source=rds.find_instance(elsewhere, params.source))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_replica(params, seen, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        client = ctx.aws.client("rds", params.region, flip=change.flip)
        if change.name == "create":
            arn = resource_arn(params.source_region, ctx.aws.account_id(), "db", params.source)
            return _send_create(client, params, change.detail, arn, ctx)
        change_instance(client, params.instance, change.name)
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        return tell_instance(params.instance, seen.around.instance, f"replicating {params.source}")

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_replica_removal(params, seen, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        source = resource_arn(params.source_region, account, "db", params.source)
        keys = f"arn:aws:kms:{params.source_region}:{account}:key/*"
        making = "rds:CreateDBInstanceReadReplica"
        return (
            Permission(("rds:DescribeDBInstances",), (source,), "see what is replicated"),
            *instance_permissions(params, account, making=making, of=(source,), keys=(keys,)),
        )


def _send_create(client: Any, params: Params, creation: Creation, source: str, ctx: StepContext) -> Mapping[str, Json]:
    wanted = creation_arguments(params, creation, ctx)
    if params.kms_key:
        wanted["KmsKeyId"] = params.kms_key
    if params.source_region != params.region:
        wanted["SourceRegion"] = params.source_region
    # A crash right after this call leaves no record of it; the next look finds the name taken, with our tag on it.
    made = client.create_db_instance_read_replica(
        DBInstanceIdentifier=params.instance, SourceDBInstanceIdentifier=source, **wanted
    )["DBInstance"]
    return {"arn": made["DBInstanceArn"], "instance_class": creation.instance_class}
