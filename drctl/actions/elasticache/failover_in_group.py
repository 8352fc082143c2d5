"""Move the primary of a replication group to one of its replicas, away from a zone that is lost or rehearsed as lost.

Normally ElastiCache does this by itself within seconds (Amazon ElastiCache User Guide, "Minimizing downtime by using
Multi-AZ"); this is for rehearsing it, and for when it does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from drctl.actions.elasticache.in_group_decisions import decide_move, judge_status, resume
from drctl.actions.elasticache.in_group_params import FAIL_OVER, PAUSE, PROMOTE, RESUME, Params, Seen
from drctl.aws import elasticache as ec
from drctl.aws.elasticache_events import list_failovers
from drctl.model.decision import Change, Decision, Done
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


class FailoverInGroup:
    """Holds once another node is the primary and the group is available with its old one replaced, twice in a row."""

    spec = ActionSpec(
        kind="elasticache.failover_in_group",
        summary="Move the primary of a Redis or Valkey group to a replica, away from an Availability Zone",
        params=Params,
        outputs={"primary": ValueKind.STRING, "zone": ValueKind.STRING},
        expect=timedelta(minutes=10),
        deadline=timedelta(minutes=45),
        operations=(
            "elasticache:DescribeReplicationGroups",
            "elasticache:ListTagsForResource",
            "elasticache:DescribeEvents",
            "elasticache:TestFailover",
            "elasticache:ModifyReplicationGroup",
        ),
        flips=("elasticache:TestFailover",),
        mutating=True,
        poll_least=timedelta(seconds=10),
        poll_most=timedelta(seconds=30),
        example="""\
- id: cache-leaves-the-zone
  uses: elasticache.failover_in_group
  with: { region: eu-central-1, replication_group: amply-prod-redis, away_from: eu-central-1b }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        client = ctx.aws.client("elasticache", params.region)
        group = ec.find_replication_group(client, params.replication_group)
        if group is None:
            return Seen(None)
        return Seen(group, list_failovers(client, group.id, [node.id for node in group.members]))

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        return decide_move(params, seen, past)

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        client = ctx.aws.client("elasticache", params.region, flip=change.flip)
        group = params.replication_group
        match change.name:
            case name if name == FAIL_OVER:
                client.test_failover(ReplicationGroupId=group, NodeGroupId=change.detail)
            case name if name == PROMOTE:
                ec.promote_node(client, group, change.detail)
            case name if name == PAUSE:
                ec.set_automatic_failover(client, group, on=False, multi_az=False)
            case name if name == RESUME:
                ec.set_automatic_failover(client, group, on=True, multi_az=bool(change.detail))
            case unknown:
                raise AssertionError(f"there is no change {unknown!r}")
        return {}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        primary = seen.group.primary if seen.group is not None else None
        if seen.group is None or primary is None:
            return Evidence.missing(f"{params.replication_group} has no primary yet")
        off = ", its automatic failover is off" if seen.group.automatic_failover == "disabled" else ""
        return Evidence.of(
            f"{primary.id} in {primary.zone} is the primary of {seen.group.id}{off}",
            outputs={"primary": primary.id, "zone": primary.zone},
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        group = seen.group
        if group is not None and past.made(PAUSE):
            if waits := judge_status(params, group):
                return waits
            if group.automatic_failover == "disabled":
                return resume(group, past)
        return Done("any node serves as well; moving the primary once more would only cut connections again")

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        place = f"arn:aws:elasticache:{params.region}:{account}"
        group = f"{place}:replicationgroup:{params.replication_group}"
        nodes = f"{place}:cluster:{params.replication_group}-*"
        return (
            Permission(
                ("elasticache:DescribeReplicationGroups", "elasticache:ListTagsForResource"),
                (group,),
                "see who is the primary",
            ),
            # The events of a group and of its nodes come in one listing.
            Permission(("elasticache:DescribeEvents",), why="see whether it has failed over"),
            Permission(("elasticache:TestFailover", "elasticache:ModifyReplicationGroup"), (group, nodes), "fail over"),
        )
