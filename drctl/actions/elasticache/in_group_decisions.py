"""What a replication group needs for its primary to be elsewhere. Pure.

TestFailover moves the primary again each time it is sent, so the goal is a zone, or once to have moved; what
ElastiCache tells of a failover of the last hour decides where nothing else does.
"""

from __future__ import annotations

from datetime import timedelta

from drctl.actions.elasticache.in_group_params import FAIL_OVER, PAUSE, PROMOTE, RESUME, Params, Seen
from drctl.aws import elasticache as ec
from drctl.aws.elasticache_events import FailoverEvent, Phase
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.past import Past

RECOVERS_WITHIN = timedelta(minutes=30)
"""How long the replacement of an old primary is waited for; in a zone that is lost there is none until it is back."""
TOLD_WITHIN = timedelta(minutes=10)


def decide_move(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for the primary to be elsewhere, and for the group to be as it was otherwise."""
    group = seen.group
    if group is None:
        return Refuse(f"there is no replication group {params.replication_group} in {params.region}", "name another")
    if unusable := judge_status(params, group):
        return unusable
    primary = group.primary
    if primary is None:
        return Wait(f"{group.id} to tell which of its nodes is the primary")
    if not _moved(params, primary, seen, past):
        return _under_way(group, seen) or _move(params, group, primary, past)
    if _paused_by_us(group, past):
        return resume(group, past)
    if (last := _last(seen)) is not None and last.phase is not Phase.RECOVERED and last.age < RECOVERS_WITHIN:
        return Wait(f"the node of {group.id} that was the primary to be replaced: {last.message}")
    return Done(f"{primary.id} in {primary.zone} is the primary of {group.id}", looks=2)


def judge_status(params: Params, group: ec.ReplicationGroup) -> Wait | Refuse | None:
    """What stands in the way as long as the group is as it is; None where nothing does."""
    look = f"aws elasticache describe-replication-groups --region {params.region} --replication-group-id {group.id}"
    if group.status in ec.SETTLING:
        return Wait(f"{group.id} to leave {group.status!r}")
    if group.status in ec.DEAD_ENDS | ec.DELETING:
        return Refuse(f"{group.id} is {group.status!r}, and has no primary to move", look)
    if group.status not in ec.USABLE:
        return Refuse(f"{group.id} is {group.status!r}, which drctl does not know", look)
    if group.cluster_mode:
        because = f"{group.id} has cluster mode enabled, with which ElastiCache does not tell who is the primary"
        return Refuse(because, "fail its shards over by hand, and look at CLUSTER NODES")
    if group.automatic_failover not in ("enabled", "disabled"):
        if group.automatic_failover in ("enabling", "disabling"):
            return Wait(f"automatic failover of {group.id} to leave {group.automatic_failover!r}")
        return Refuse(f"automatic failover of {group.id} is {group.automatic_failover!r}", look)
    return None


def resume(group: ec.ReplicationGroup, past: Past) -> Change:
    """Have ElastiCache fail over by itself again, as before this step."""
    return Change(
        name=RESUME,
        summary=f"switch the automatic failover of {group.id} on again",
        operation="elasticache:ModifyReplicationGroup",
        target=group.arn,
        detail=(past.first_undo(PAUSE) or {}).get("multi_az") is True,
        settle=timedelta(seconds=60),
    )


def _paused_by_us(group: ec.ReplicationGroup, past: Past) -> bool:
    return group.automatic_failover == "disabled" and bool(past.made(PAUSE))


def _moved(params: Params, primary: ec.Node, seen: Seen, past: Past) -> bool:
    if params.away_from is not None:
        return primary.zone != params.away_from
    ours = [one for one in (*past.made(FAIL_OVER), *past.made(PROMOTE)) if one.epoch == past.epoch]
    if ours:
        return primary.id != ours[-1].undo["primary"]
    # Without a journal nothing tells whose failover it was: the one that is told of is not repeated.
    return any(event.phase is Phase.COMPLETED for event in seen.failovers)


def _under_way(group: ec.ReplicationGroup, seen: Seen) -> Wait | None:
    last = _last(seen)
    if last is None or last.phase is Phase.RECOVERED or last.age >= TOLD_WITHIN:
        return None
    # Ours, or one by itself: never force another on top of it.
    return Wait(f"the failover of {group.id} that has begun: {last.message}")


def _last(seen: Seen) -> FailoverEvent | None:
    return seen.failovers[-1] if seen.failovers else None


def _move(params: Params, group: ec.ReplicationGroup, primary: ec.Node, past: Past) -> Decision:
    replicas = [node for node in group.members if node is not primary and node.zone != params.away_from]
    if not replicas:
        where = f" outside of {params.away_from}" if params.away_from else ""
        return Refuse(f"{group.id} has no replica{where} to fail over to", "add one in another zone beforehand")
    if params.method == "promote":
        return _pause_or_promote(group, primary, replicas[0])
    if group.automatic_failover == "disabled":
        because = f"automatic failover of {group.id} is off, and without it there is nothing to test"
        return Refuse(because, f"say `method: promote`, or switch it on; then: drctl resume {past.run}")
    return Change(
        name=FAIL_OVER,
        summary=f"have {group.id} fail over from {primary.id} in {primary.zone}",
        operation="elasticache:TestFailover",
        target=group.arn,
        detail=group.node_group,
        undo={"primary": primary.id},
        flip=True,
        settle=TOLD_WITHIN,
    )


def _pause_or_promote(group: ec.ReplicationGroup, primary: ec.Node, replica: ec.Node) -> Change:
    if group.automatic_failover == "enabled":
        return Change(
            name=PAUSE,
            summary=f"switch the automatic failover of {group.id} off, so that a replica can be promoted",
            operation="elasticache:ModifyReplicationGroup",
            target=group.arn,
            undo={"multi_az": group.multi_az},
            settle=timedelta(seconds=60),
        )
    return Change(
        name=PROMOTE,
        summary=f"make {replica.id} in {replica.zone} the primary of {group.id}, in place of {primary.id}",
        operation="elasticache:ModifyReplicationGroup",
        target=group.arn,
        detail=replica.id,
        undo={"primary": primary.id},
        settle=timedelta(seconds=60),
    )
