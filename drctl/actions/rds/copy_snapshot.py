"""Copy an RDS snapshot, to another Region or under another key.

CopyDBSnapshot is called where the copy is to be, and takes no client token (Amazon RDS API Reference): the copy's
name, fixed in the runbook, is what tells whether an earlier attempt began it. A copy is as old as the data in it, so
its recovery point is never the time of the copying.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from drctl.actions.rds.copy_decisions import decide_copy
from drctl.actions.rds.copy_params import Params, Seen
from drctl.actions.rds.instance_permissions import resource_arn
from drctl.actions.rds.snapshot_decisions import SNAPSHOT_OUTPUTS, decide_snapshot_removal, tell_snapshot
from drctl.aws import rds
from drctl.aws.failures import absent
from drctl.aws.kms import find_key
from drctl.aws.tags import tag_list
from drctl.model.decision import Change, Decision
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json
from drctl.ports.action import FOR_AWS_ONLY, ActionSpec, Permission, StepContext, by_service


class CopySnapshot:
    """Holds once the copy is available: of this very snapshot, under the key that was asked for."""

    spec = ActionSpec(
        kind="rds.copy_snapshot",
        summary="Copy an RDS snapshot to another Region, or under another key",
        params=Params,
        outputs=SNAPSHOT_OUTPUTS,
        expect=timedelta(minutes=20),
        # A first copy to a Region is a full one, and copies of one instance wait for one another.
        deadline=timedelta(hours=6),
        operations=(
            "rds:DescribeDBSnapshots",
            "kms:DescribeKey",
            "rds:CopyDBSnapshot",
            "rds:DeleteDBSnapshot",
        ),
        mutating=True,
        poll_least=timedelta(seconds=30),
        poll_most=timedelta(minutes=2),
        example="""\
- id: copy-to-recovery-region
  uses: rds.copy_snapshot
  with:
    region: eu-west-1
    source_region: eu-central-1
    snapshot: amply-prod-202601140300
    copy: amply-prod-202601140300-eu-west-1
    kms_key: alias/amply-prod-data
  expect: 20m
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        client = ctx.aws.client("rds", params.region)
        copy = rds.find_snapshot(client, params.copy)
        kms = ctx.aws.client("kms", params.region)
        key = find_key(kms, params.kms_key) if params.kms_key else None
        if copy is not None:
            # A copy that was begun needs nothing of a Region that may be gone by now.
            return Seen(copy=copy, key=key)
        source = rds.find_snapshot(ctx.aws.client("rds", params.source_region), params.snapshot)
        return Seen(copy=None, source=source, key=key)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_copy(params, seen, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        client = ctx.aws.client("rds", params.region)
        match change.name:
            case "copy":
                return _send_copy(client, params, change.detail, ctx)
            case "delete":
                with absent("DBSnapshotNotFound"):
                    client.delete_db_snapshot(DBSnapshotIdentifier=params.copy)
                return {}
            case unknown:
                raise AssertionError(f"there is no change {unknown!r}")

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        return tell_snapshot(params.copy, seen.copy)

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_snapshot_removal(seen.copy, params.copy, params.region, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        copy = resource_arn(params.region, account, "snapshot", params.copy)
        source = resource_arn(params.source_region, account, "snapshot", params.snapshot)
        keys = tuple(f"arn:aws:kms:{where}:{account}:key/*" for where in (params.region, params.source_region))
        return (
            Permission(("rds:DescribeDBSnapshots",), (copy, source), "see what is there"),
            # On both: a policy that is limited to the destination's Region fails.
            Permission(("rds:CopyDBSnapshot", "rds:AddTagsToResource"), (copy, source), "copy"),
            Permission(("kms:DescribeKey",), keys, "see that keys can be used"),
            Permission(
                ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext"),
                keys,
                "read and write what is encrypted",
                by_service("rds", params.region, params.source_region),
            ),
            Permission(("kms:CreateGrant",), keys, "let RDS use the keys", FOR_AWS_ONLY),
            Permission(("rds:DeleteDBSnapshot",), (copy,), "undo"),
        )  # fmt: skip


def _send_copy(client: Any, params: Params, source: str, ctx: StepContext) -> Mapping[str, Json]:
    wanted: dict[str, Any] = {"KmsKeyId": params.kms_key} if params.kms_key else {}
    if params.source_region != params.region:
        wanted["SourceRegion"] = params.source_region
    # A crash right after this call leaves no record of it; the next look finds the name taken.
    made = client.copy_db_snapshot(
        SourceDBSnapshotIdentifier=source,
        TargetDBSnapshotIdentifier=params.copy,
        CopyTags=False,
        Tags=tag_list({**params.tags, **ctx.tags}),
        **wanted,
    )["DBSnapshot"]
    return {"arn": made["DBSnapshotArn"]}
