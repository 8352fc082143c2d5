"""Put the settings of an instance right, after a restore or a promotion has left AWS's defaults.

One ModifyDBInstance with the settings that differ and no others, and a reboot where parameters wait for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from drctl.actions.rds.instance_permissions import resource_arn
from drctl.actions.rds.normalise_decisions import decide_settings, decide_settings_back
from drctl.actions.rds.settings import Params, Seen
from drctl.aws import rds
from drctl.aws.ec2 import security_group_ids
from drctl.model.decision import Change, Decision
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


class Normalise:
    """Holds once every setting that the runbook names is as it says and in force, twice in a row."""

    spec = ActionSpec(
        kind="rds.normalise",
        summary="Put the settings of an RDS instance right, changing only what differs",
        params=Params,
        outputs={"arn": ValueKind.STRING, "instance_class": ValueKind.STRING},
        expect=timedelta(minutes=10),
        deadline=timedelta(hours=1),
        operations=(
            "rds:DescribeDBInstances",
            "ec2:DescribeSecurityGroups",
            "rds:ModifyDBInstance",
            "rds:RebootDBInstance",
        ),
        mutating=True,
        flips=("rds:RebootDBInstance",),
        poll_least=timedelta(seconds=15),
        poll_most=timedelta(seconds=60),
        example="""\
- id: as-production-should-be
  uses: rds.normalise
  with:
    region: eu-west-1
    instance: amply-prod
    multi_az: true
    backup_retention_days: 7
    deletion_protection: true
    parameter_group: amply-prod-postgres16
    security_groups: [amply-rds]
  expect: 10m
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        found = rds.find_instance(ctx.aws.client("rds", params.region), params.instance)
        if found is None or not params.security_groups or found.vpc is None:
            return Seen(found, {})
        ec2 = ctx.aws.client("ec2", params.region)
        return Seen(found, security_group_ids(ec2, found.vpc, params.security_groups))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_settings(params, seen, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        client = ctx.aws.client("rds", params.region, flip=change.flip)
        if change.name in ("reboot", "reboot-back"):
            client.reboot_db_instance(DBInstanceIdentifier=params.instance)
        else:
            # Forwards and backwards alike: `detail` holds the settings that differ.
            client.modify_db_instance(DBInstanceIdentifier=params.instance, ApplyImmediately=True, **change.detail)
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        found = seen.instance
        if found is None:
            return Evidence.missing(f"{params.instance} is not there")
        zones = "with a standby" if found.multi_az else "in one zone"
        return Evidence.of(
            f"{found.name} is {found.instance_class} {zones}, keeps backups for {found.backup_retention_days} days",
            outputs={"arn": found.arn, "instance_class": found.instance_class},
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_settings_back(params, seen, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        instance = resource_arn(params.region, account, "db", params.instance)
        groups = resource_arn(params.region, account, "pg", params.parameter_group or "*")
        return (
            Permission(("rds:DescribeDBInstances",), (instance,), "see how it is set"),
            Permission(("ec2:DescribeSecurityGroups",), why="find security groups by name"),
            Permission(("rds:ModifyDBInstance",), (instance, groups), "set it, and undo"),
            Permission(("rds:RebootDBInstance",), (instance,), "put its parameters in force"),
        )
