"""Make a cache of a snapshot, of an RDB file, or empty.

Nothing of an existing group is overwritten: the new one has a name of its own. Old locks
and queues can do harm, so what is not worth restoring is better made empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from drctl.actions.elasticache.fresh_group import decide_fresh, decide_removal
from drctl.actions.elasticache.group_permissions import group_permissions
from drctl.actions.elasticache.new_group import OPERATIONS, ground_of, send_create
from drctl.actions.elasticache.restore_params import EMPTY, SOURCE_TAG, TAKEN_TAG, Params, Seen
from drctl.actions.elasticache.snapshot_choice import choose_source
from drctl.aws.elasticache import delete_replication_group, find_replication_group
from drctl.aws.elasticache_snapshots import CacheSnapshot, find_snapshot, list_snapshots_of
from drctl.model.decision import Change, Decision, Refuse, Wait
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.instant import parse_instant
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


class Restore:
    """Holds once the group is available and as asked for, twice in a row."""

    spec = ActionSpec(
        kind="elasticache.restore",
        summary="Make a Redis or Valkey cache of a snapshot, of an RDB file, or empty",
        params=Params,
        outputs={"endpoint": ValueKind.STRING, "port": ValueKind.INTEGER, "source": ValueKind.STRING},
        expect=timedelta(minutes=12),
        deadline=timedelta(minutes=60),
        operations=(*OPERATIONS, "elasticache:DescribeSnapshots"),
        mutating=True,
        recovers_store=True,
        poll_least=timedelta(seconds=10),
        poll_most=timedelta(seconds=30),
        example="""\
- id: restore-cache
  uses: elasticache.restore
  with:
    region: eu-central-1
    replication_group: amply-prod-redis-restored
    newest_of: amply-prod-redis
    node_type: cache.t3.micro
    subnet_group: amply-prod-redis
    security_groups: [amply-redis]
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        client = ctx.aws.client("elasticache", params.region)
        group = find_replication_group(client, params.replication_group)
        if group is not None:
            return Seen(group=group)
        return Seen(group=None, snapshots=_snapshots(params, client), **ground_of(params, ctx))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        decision = decide_fresh(params, seen, past)
        if not isinstance(decision, Change):
            return decision
        source = choose_source(params, seen.snapshots, past)
        if isinstance(source, Wait | Refuse):
            return source
        of = "empty" if source.name == EMPTY else f"of {source.name}"
        return replace(
            decision,
            summary=f"make replication group {params.replication_group}, {of}, with {params.replicas + 1} nodes",
            detail=replace(decision.detail, source=source.asks, tags=source.tags),
        )

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        client = ctx.aws.client("elasticache", params.region)
        match change.name:
            case "create":
                return send_create(client, params, change.detail, ctx)
            case "delete":
                delete_replication_group(client, params.replication_group)
                return {}
        raise AssertionError(f"there is no change {change.name!r}")

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        group = seen.group
        if group is None or group.endpoint is None or group.port is None:
            return Evidence.missing(f"{params.replication_group} has no endpoint yet")
        # An adopted group says nothing of its data; what this step made carries it in its tags.
        source = group.tags.get(SOURCE_TAG, "unknown")
        taken = group.tags.get(TAKEN_TAG)
        of = "empty" if source == EMPTY else f"of {source}"
        return Evidence.of(
            f"{group.id} takes writes at {group.endpoint}:{group.port}, {of}{f', data of {taken}' if taken else ''}",
            outputs={"endpoint": group.endpoint, "port": group.port, "source": source},
            recovery_point=RecoveryPoint(parse_instant(taken), "ElastiCache SnapshotCreateTime") if taken else None,
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_removal(params, seen, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        snapshots = f"arn:aws:elasticache:{params.region}:{account}:snapshot:{params.snapshot or '*'}"
        allowed = (
            *group_permissions(params, account, snapshots),
            Permission(("elasticache:DescribeSnapshots",), (snapshots,), "find the snapshot"),
        )
        if params.seed is None:
            return allowed
        # ElastiCache asks for these in the caller's name when it is given a file.
        bucket = params.seed.partition("/")[0]
        reads = Permission(("s3:GetObject", "s3:ListBucket", "s3:GetBucketAcl"), (bucket, params.seed), "read the file")
        return (*allowed, reads)


def _snapshots(params: Params, elasticache: Any) -> tuple[CacheSnapshot, ...]:
    if params.newest_of is not None:
        return list_snapshots_of(elasticache, params.newest_of)
    named = find_snapshot(elasticache, params.snapshot) if params.snapshot is not None else None
    return (named,) if named is not None else ()
