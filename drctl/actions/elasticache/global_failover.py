"""Promote the member of a Global Datastore in the recovery Region. Pure.

Both Regions must never write: the old primary becomes a secondary when its Region
is back, unless the member had to be torn off (Amazon ElastiCache User Guide, Global Datastores).
"""

from __future__ import annotations

from datetime import timedelta

from drctl.actions.elasticache.failover_params import Params, Seen
from drctl.aws import elasticache as ec
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.failure import FailureKind
from drctl.model.past import Past

STUCK_AFTER = timedelta(minutes=10)
"""A promotion takes about a minute. One that waits for a Region that is gone does not end, or is not begun."""


def decide_promotion(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for the group in the recovery Region to take writes."""
    store = seen.datastore
    member = store.member(params.replication_group, params.region) if store else None
    if store is None or member is None or member.status == "disassociated":
        return _outside(params, seen, past)
    if member.status == "disassociating":
        return Wait(f"{member.group} to leave {store.id}")
    if store.status not in ec.GLOBAL_USABLE | ec.GLOBAL_SETTLING:
        known = "" if store.status in ec.GLOBAL_DEAD_ENDS else ", which drctl does not know"
        return Refuse(f"Global Datastore {store.id} is {store.status!r}{known}", hint=_look_at(params))
    if member.role == "PRIMARY":
        return _writable(params, seen, f"{member.group} is the primary of {store.id}")
    if member.role != "SECONDARY":
        return Refuse(f"{member.group} is a {member.role!r} of {store.id}", hint=_look_at(params))
    return _promote(params, store, past)


def decide_demotion(params: Params, seen: Seen, past: Past) -> Decision:
    """Going back is a failover of its own, with a decision of its own: never an undo."""
    if not past.made("failover") and not past.made("disassociate"):
        return Done(f"nothing of {params.global_datastore} was changed")
    store = seen.datastore
    member = store.member(params.replication_group, params.region) if store else None
    if store is not None and member is not None and member.role == "SECONDARY":
        if store.status in ec.GLOBAL_SETTLING:
            return Wait(f"Global Datastore {store.id} to leave {store.status!r}")
        return Done(f"{member.group} is a secondary of {store.id}")
    return Refuse(
        f"{params.replication_group} takes the writes in {params.region}; to take that back would lose them",
        hint=f"fail {params.global_datastore} back to its old Region when that is healthy, with a runbook for it",
    )


def _promote(params: Params, store: ec.GlobalDatastore, past: Past) -> Decision:
    if store.status == "creating":
        return Wait(f"Global Datastore {store.id} to leave 'creating'")
    if store.status == "modifying" and (made := past.made("failover")):
        if past.since(made[-1]) < STUCK_AFTER:
            return Wait(f"{params.replication_group} to become the primary of {store.id}")
        return _tear_off(params, store, "whose failover does not end")
    if _keeps_being_refused(past):
        return _tear_off(params, store, "which AWS does not fail over")
    # A promotion is allowed while something else is being modified.
    return Change(
        name="failover",
        summary=f"make {params.replication_group} in {params.region} the primary of {store.id}",
        operation="elasticache:FailoverGlobalReplicationGroup",
        target=store.id,
        settle=timedelta(seconds=60),
    )


def _keeps_being_refused(past: Past) -> bool:
    """Whether AWS has had the time to do it and has said no: a modification that happens to run refuses it as well."""
    refused = [change for change in past.refused_for(FailureKind.STATE) if change.name == "failover"]
    return bool(refused) and not past.made("failover") and past.since(refused[0]) >= STUCK_AFTER


def _tear_off(params: Params, store: ec.GlobalDatastore, why: str) -> Change:
    return Change(
        name="disassociate",
        summary=f"take {params.replication_group} out of {store.id}, {why}",
        operation="elasticache:DisassociateGlobalReplicationGroup",
        target=params.replication_group,
        settle=timedelta(seconds=60),
    )


def _outside(params: Params, seen: Seen, past: Past) -> Decision:
    if past.made("disassociate"):
        return _writable(params, seen, f"{params.replication_group} was taken out of {params.global_datastore}")
    what = f"a member of {params.global_datastore} in {params.region}"
    return Refuse(
        f"{params.replication_group} is not {what}",
        hint="name the member of that Region, or leave `global_datastore` out to make a fresh group",
    )


def _writable(params: Params, seen: Seen, because: str) -> Decision:
    group = seen.group
    if group is None:
        return Refuse(f"there is no replication group {params.replication_group} in {params.region}")
    if group.status in ec.USABLE:
        return Done(because, looks=2)
    if group.status in ec.SETTLING:
        return Wait(f"{group.id} to leave {group.status!r}")
    return Refuse(f"{group.id} is {group.status!r}", hint=_look_at(params))


def _look_at(params: Params) -> str:
    return (
        f"aws elasticache describe-global-replication-groups --region {params.region} --show-member-info "
        f"--global-replication-group-id {params.global_datastore}"
    )
