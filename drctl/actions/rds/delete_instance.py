"""Delete an instance that has served its purpose: a copy that was restored to be looked at, above all.

Only what this run made is deleted, or, in a drill, what a drill made: both are told by tags that were set by the call
which made the instance. The step is reversible in the only sense that matters: such an instance was not there before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from drctl.actions.rds.deletion_decisions import Params, Seen, decide_deletion, decide_deletion_back
from drctl.actions.rds.instance_calls import change_instance
from drctl.actions.rds.instance_permissions import resource_arn
from drctl.aws import rds
from drctl.model.decision import Change, Decision
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import MODE_TAG, OWNER_TAG, ActionSpec, Permission, StepContext


class DeleteInstance:
    """Holds once the instance and its automated backups are gone, and the final snapshot is there where one is
    wanted."""

    spec = ActionSpec(
        kind="rds.delete_instance",
        summary="Delete an RDS instance that this run, or a drill, has made",
        params=Params,
        outputs={"final_snapshot": ValueKind.STRING},
        expect=timedelta(minutes=8),
        deadline=timedelta(minutes=60),
        operations=(
            "rds:DescribeDBInstances",
            "rds:DescribeDBSnapshots",
            "rds:ModifyDBInstance",
            "rds:DeleteDBInstance",
        ),
        mutating=True,
        poll_least=timedelta(seconds=15),
        poll_most=timedelta(seconds=60),
        example="""\
- id: remove-the-copy
  uses: rds.delete_instance
  with: { region: eu-west-1, instance: amply-prod-drill }
  expect: 8m
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        client = ctx.aws.client("rds", params.region)
        snapshot = rds.find_snapshot(client, params.final_snapshot) if params.final_snapshot else None
        return Seen(rds.find_instance(client, params.instance), snapshot)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_deletion(params, seen, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        client = ctx.aws.client("rds", params.region)
        change_instance(client, params.instance, change.name, final_snapshot=params.final_snapshot)
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        if seen.instance is not None:
            return Evidence.missing(f"{params.instance} is still there")
        kept = seen.snapshot.id if seen.snapshot is not None else ""
        told = f"its data is kept in snapshot {kept}" if kept else "nothing is kept of its data"
        return Evidence.of(f"{params.instance} is gone; {told}", outputs={"final_snapshot": kept})

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_deletion_back(params, seen, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        instance = resource_arn(params.region, account, "db", params.instance)
        snapshot = resource_arn(params.region, account, "snapshot", params.final_snapshot or "*")
        return (
            Permission(("rds:DescribeDBInstances",), (instance,), f"see whose it is, by {OWNER_TAG} and {MODE_TAG}"),
            Permission(("rds:DescribeDBSnapshots",), (snapshot,), "see that its last snapshot is there"),
            Permission(("rds:ModifyDBInstance",), (instance,), "take the deletion protection off"),
            Permission(("rds:DeleteDBInstance",), (instance,), "delete it"),
            *(
                (Permission(("rds:CreateDBSnapshot", "rds:AddTagsToResource"), (instance, snapshot), "keep its data"),)
                if params.final_snapshot
                else ()
            ),
        )
