"""Make a new replication group of this run's own, and take it away again. Pure."""

from __future__ import annotations

from datetime import timedelta

from drctl.actions.elasticache.group_params import Create, GroupParams, GroupSeen
from drctl.aws import elasticache as ec
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.failure import FailureKind
from drctl.model.past import Past

VISIBLE_WITHIN = timedelta(seconds=120)
"""How long a new group may stay invisible to DescribeReplicationGroups."""


def decide_fresh(params: GroupParams, seen: GroupSeen, past: Past) -> Decision:
    """What is needed for a new group to be up and as asked for."""
    group = seen.group
    if group is None:
        return _obstacle(params, seen, past) or _create(params, seen)
    if group.status in ec.SETTLING | ec.DELETING:
        return Wait(f"{group.id} to leave {group.status!r}")
    if not _is_ours(group, past) and not past.adopt:
        return Refuse(
            f"{group.id} exists in {params.region}, made by {group.owner or 'somebody else'}",
            hint="choose another `replication_group`, remove that one, or set `adopt: true` on the step",
        )
    if group.status in ec.DEAD_ENDS:
        return Refuse(
            f"{group.id} is {group.status!r}, which does not end by itself",
            hint=f"its ElastiCache events say why; delete it; then: drctl resume {past.run}",
        )
    if group.status not in ec.USABLE:
        return Refuse(f"{group.id} is {group.status!r}, which drctl does not know", hint=_look_at(params))
    return _judge(params, group, past)


def decide_removal(params: GroupParams, seen: GroupSeen, past: Past) -> Decision:
    """What is needed for a group of this run to be gone. Anybody else's is left alone."""
    group = seen.group
    if group is None:
        return Done(f"{params.replication_group} is not there")
    if not _may_be_ours(group, past):
        return Done(f"{group.id} was not made by this run, and is left alone")
    if group.status in ec.SETTLING | ec.DELETING:
        return Wait(f"{group.id} to leave {group.status!r}")
    if not _is_ours(group, past) or group.status not in ec.USABLE | ec.DEAD_ENDS:
        return Refuse(f"{group.id} is {group.status!r}, and whose it is cannot be told", hint=_look_at(params))
    return Change(
        name="delete",
        summary=f"delete {group.id}, which this run made",
        operation="elasticache:DeleteReplicationGroup",
        target=group.arn,
        settle=timedelta(seconds=60),
    )


def _may_be_ours(group: ec.ReplicationGroup, past: Past) -> bool:
    if group.tags_readable:
        return group.owner == past.run
    return bool(past.made("create"))


def _is_ours(group: ec.ReplicationGroup, past: Past) -> bool:
    if group.tags_readable:
        return group.owner == past.run
    # A group that failed to start never tells its tags. AWS accepted our own create of that name, so it is ours.
    return past.returned("create") is not None


def _obstacle(params: GroupParams, seen: GroupSeen, past: Past) -> Refuse | None:
    again = f"drctl resume {past.run}"
    if seen.vpc is None:
        return Refuse(
            f"there is no cache subnet group {params.subnet_group} in {params.region}", hint=f"create it; {again}"
        )
    if missing := [group for group in params.security_groups if group not in seen.security_groups]:
        return Refuse(f"no security group {', '.join(missing)} in {seen.vpc}", hint=f"create it there; {again}")
    if params.kms_key is not None and (seen.key is None or not seen.key.usable):
        state = f"is {seen.key.state}" if seen.key else f"is not there in {params.region}"
        return Refuse(f"KMS key {params.kms_key} {state}", hint=f"enable it; {again}")
    if any(c.epoch == past.epoch and c.name == "create" for c in past.refused_for(FailureKind.CAPACITY)):
        return Refuse(
            f"AWS has no {params.node_type} left in {params.region}", hint=f"choose another `node_type`; {again}"
        )
    return None


def _create(params: GroupParams, seen: GroupSeen) -> Change:
    return Change(
        name="create",
        summary=f"make a fresh replication group {params.replication_group} of {params.replicas + 1} nodes",
        operation="elasticache:CreateReplicationGroup",
        target=params.replication_group,
        detail=Create(tuple(seen.security_groups.values()), seen.key.arn if seen.key else None),
        settle=VISIBLE_WITHIN,
    )


def _judge(params: GroupParams, group: ec.ReplicationGroup, past: Past) -> Decision:
    if group.pending or group.automatic_failover in ("enabling", "disabling"):
        what = ", ".join(group.pending) or f"automatic failover ({group.automatic_failover})"
        return Wait(f"{group.id}: {what} to be applied")
    wanted = (
        ("node type", params.node_type, group.node_type),
        ("number of nodes", params.replicas + 1, group.nodes),
        ("automatic failover", "enabled" if params.replicas else "disabled", group.automatic_failover),
        ("encryption in transit", params.transit_encryption, group.transit_encryption),
    )
    for name, want, have in wanted:
        if want != have:
            return Refuse(
                f"{group.id} is up, but its {name} is {have}, not {want}",
                hint=f"put that right on the group or in the runbook; drctl resume {past.run}",
            )
    return Done(f"{group.id} is available, with {group.nodes} nodes", looks=2)


def _look_at(params: GroupParams) -> str:
    group = params.replication_group
    return f"aws elasticache describe-replication-groups --region {params.region} --replication-group-id {group}"
