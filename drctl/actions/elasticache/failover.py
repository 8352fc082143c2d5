"""Have a cache that takes writes in the recovery Region: promote its copy there, or start with an empty one.

Losing a cache loses nothing that cannot be built again; a cold one is slow at first.
Only what has to survive belongs in a Global Datastore.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from drctl.actions.elasticache.failover_params import Params, Seen
from drctl.actions.elasticache.failover_permissions import failover_permissions
from drctl.actions.elasticache.fresh_group import decide_fresh, decide_removal
from drctl.actions.elasticache.global_failover import decide_demotion, decide_promotion
from drctl.actions.elasticache.new_group import OPERATIONS, ground_of, send_create
from drctl.aws.elasticache import delete_replication_group, find_global_datastore, find_replication_group
from drctl.model.decision import Change, Decision
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


class Failover:
    """Holds once the group in the Region is available and takes writes, twice in a row.

    A fresh group is undone by deleting it. A promotion is not: going back is a failover of its own. Where the old
    Region is gone, AWS may not end the promotion, or not begin it; then, after ten minutes, the group is taken out of
    its datastore for good, which only a new secondary makes whole again.
    """

    spec = ActionSpec(
        kind="elasticache.failover",
        summary="Promote a Redis or Valkey cache in the recovery Region, or make a fresh one there",
        params=Params,
        outputs={"endpoint": ValueKind.STRING, "port": ValueKind.INTEGER, "mode": ValueKind.STRING},
        expect=timedelta(minutes=9),
        deadline=timedelta(minutes=30),
        operations=(
            *OPERATIONS,
            "elasticache:DescribeGlobalReplicationGroups",
            "elasticache:FailoverGlobalReplicationGroup",
            "elasticache:DisassociateGlobalReplicationGroup",
        ),
        mutating=True,
        irreversible_with="global_datastore",
        poll_least=timedelta(seconds=10),
        poll_most=timedelta(seconds=30),
        example="""\
- id: fresh-cache
  uses: elasticache.failover
  with:
    region: eu-west-1
    replication_group: amply-prod-redis
    node_type: cache.t3.micro
    subnet_group: amply-prod-redis
    security_groups: [amply-redis]
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        client = ctx.aws.client("elasticache", params.region)
        group = find_replication_group(client, params.replication_group)
        if params.global_datastore is not None:
            return Seen(group=group, datastore=find_global_datastore(client, params.global_datastore))
        if group is not None:
            return Seen(group=group)
        return Seen(group=None, **ground_of(params, ctx))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        decide = decide_fresh if params.global_datastore is None else decide_promotion
        return decide(params, seen, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        client = ctx.aws.client("elasticache", params.region)
        match change.name:
            case "create":
                return send_create(client, params, change.detail, ctx)
            case "failover":
                # Both parameters name the new primary.
                client.failover_global_replication_group(
                    GlobalReplicationGroupId=params.global_datastore,
                    PrimaryRegion=params.region,
                    PrimaryReplicationGroupId=params.replication_group,
                )
            case "disassociate":
                client.disassociate_global_replication_group(
                    GlobalReplicationGroupId=params.global_datastore,
                    ReplicationGroupId=params.replication_group,
                    ReplicationGroupRegion=params.region,
                )
            case "delete":
                delete_replication_group(client, params.replication_group)
            case unknown:
                raise AssertionError(f"there is no change {unknown!r}")
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        group = seen.group
        if group is None or group.endpoint is None or group.port is None:
            return Evidence.missing(f"{params.replication_group} has no endpoint yet")
        mode, how = "fresh", "empty"
        if params.global_datastore is not None and past.made("disassociate"):
            mode, how = "torn-off", f"taken out of {params.global_datastore} for good"
        elif params.global_datastore is not None:
            mode, how = "global-failover", f"promoted out of {params.global_datastore}"
        return Evidence.of(
            f"{group.id} takes writes at {group.endpoint}:{group.port}, {how}",
            outputs={"endpoint": group.endpoint, "port": group.port, "mode": mode},
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        decide = decide_removal if params.global_datastore is None else decide_demotion
        return decide(params, seen, past)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        return failover_permissions(params, account)
