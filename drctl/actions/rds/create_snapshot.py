"""Take a snapshot of an RDS instance.

CreateDBSnapshot takes no client token (Amazon RDS API Reference): the snapshot's name, fixed in the runbook, is what
tells whether an earlier attempt took it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.rds.instance_decisions import judge_status
from drctl.actions.rds.instance_permissions import resource_arn
from drctl.actions.rds.snapshot_decisions import (
    SNAPSHOT_OUTPUTS,
    SnapshotName,
    decide_snapshot_removal,
    judge_snapshot,
    tell_snapshot,
)
from drctl.aws import rds
from drctl.aws.failures import absent
from drctl.aws.tags import tag_list
from drctl.model.decision import Change, Decision, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json
from drctl.ports.action import ActionSpec, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    instance: str
    snapshot: SnapshotName
    """The name that it gets."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    snapshot: rds.DbSnapshot | None
    instance: rds.DbInstance | None = None
    """Looked for only while there is no snapshot."""


class CreateSnapshot:
    """Holds once the snapshot is available, of this very instance."""

    spec = ActionSpec(
        kind="rds.create_snapshot",
        summary="Take a snapshot of an RDS instance",
        params=Params,
        outputs=SNAPSHOT_OUTPUTS,
        expect=timedelta(minutes=5),
        deadline=timedelta(minutes=30),
        operations=(
            "rds:DescribeDBSnapshots",
            "rds:DescribeDBInstances",
            "rds:CreateDBSnapshot",
            "rds:DeleteDBSnapshot",
        ),
        mutating=True,
        poll_least=timedelta(seconds=15),
        poll_most=timedelta(seconds=60),
        example="""\
- id: snapshot-before-the-change
  uses: rds.create_snapshot
  with: { region: eu-central-1, instance: amply-prod, snapshot: amply-prod-before-failback }
  expect: 5m
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        client = ctx.aws.client("rds", params.region)
        snapshot = rds.find_snapshot(client, params.snapshot)
        return Seen(snapshot, rds.find_instance(client, params.instance) if snapshot is None else None)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if seen.snapshot is not None:
            return self._judge(params, seen.snapshot, past)
        if seen.instance is None:
            return Refuse(
                f"there is no instance {params.instance} in {params.region}",
                hint=f"name one that is there; drctl resume {past.run}",
            )
        # CreateDBSnapshot takes only an available instance (Amazon RDS API Reference, InvalidDBInstanceState).
        if unusable := judge_status(seen.instance, params.region, past):
            return unusable
        if seen.instance.status not in ("available", "storage-optimization"):
            return Wait(f"{params.instance} to leave {seen.instance.status!r}")
        return Change(
            name="create",
            summary=f"take snapshot {params.snapshot} of {params.instance}",
            operation="rds:CreateDBSnapshot",
            target=params.snapshot,
            settle=timedelta(seconds=60),
        )

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        client = ctx.aws.client("rds", params.region)
        match change.name:
            case "create":
                # A crash right after this call leaves no record of it; the next look finds the name taken.
                made = client.create_db_snapshot(
                    DBSnapshotIdentifier=params.snapshot,
                    DBInstanceIdentifier=params.instance,
                    Tags=tag_list({**params.tags, **ctx.tags}),
                )["DBSnapshot"]
                return {"arn": made["DBSnapshotArn"]}
            case "delete":
                with absent("DBSnapshotNotFound"):
                    client.delete_db_snapshot(DBSnapshotIdentifier=params.snapshot)
                return {}
            case unknown:
                raise AssertionError(f"there is no change {unknown!r}")

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        return tell_snapshot(params.snapshot, seen.snapshot)

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_snapshot_removal(seen.snapshot, params.snapshot, params.region, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        snapshot = resource_arn(params.region, account, "snapshot", params.snapshot)
        instance = resource_arn(params.region, account, "db", params.instance)
        return (
            Permission(("rds:DescribeDBSnapshots",), (snapshot,), "see what is there"),
            Permission(("rds:DescribeDBInstances",), (instance,), "see whether a snapshot can be taken"),
            Permission(("rds:CreateDBSnapshot", "rds:AddTagsToResource"), (snapshot, instance), "take the snapshot"),
            Permission(("rds:DeleteDBSnapshot",), (snapshot,), "undo"),
        )

    def _judge(self, params: Params, found: rds.DbSnapshot, past: Past) -> Decision:
        if found.instance != params.instance:
            return Refuse(
                f"snapshot {found.id} is of {found.instance}, not of {params.instance}", hint="choose another name"
            )
        return judge_snapshot(found, params.region, past)
