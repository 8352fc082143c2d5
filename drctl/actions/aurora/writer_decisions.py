"""What is decided on the way of the writer to another Region, and back. Pure.

The goal is a writer, not a call: whichever attempt moved it there, it is not moved again (Amazon RDS API Reference,
FailoverGlobalCluster and SwitchoverGlobalCluster).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from drctl.actions.aurora.writer import Seen, Target
from drctl.aws import aurora
from drctl.aws.aurora import DbCluster, GlobalCluster, GlobalMember
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.past import ChangeState, Past

SHOWN_WITHIN = timedelta(minutes=2)
"""How long a change that was accepted may not show."""
_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Way:
    """Nothing is in the way of the `target`."""

    whole: GlobalCluster
    target: GlobalMember


def judge_way(params: Target, seen: Seen, name: str, past: Past) -> Done | Wait | Refuse | Way:
    """Whether the target is the writer, or what is in the way; a Way where it may be made the writer now.

    `name` is the change that would do it.
    """
    whole = seen.whole
    if whole is None:
        return Refuse(f"there is no global database {params.global_cluster}", hint="name one that is there")
    target = whole.find(params.region, params.cluster)
    if target is None:
        members = ", ".join(f"{one.name} in {one.region}" for one in whole.members) or "none"
        return Refuse(
            f"{params.cluster} in {params.region} is no member of {whole.id}", hint=f"its members are: {members}"
        )
    if under_way := _judge_change(whole, target, past) or _judge_status(whole):
        return under_way
    if unready := _judge_cluster(params, seen.cluster, past):
        return unready
    if target.writer:
        return Done(f"{params.cluster} in {params.region} is the writer of {whole.id}", looks=2)
    # A call that AWS failed to answer well has not been tried: nothing of it is under way, or it would be seen.
    tried = [c for c in past.made(name) if c.epoch == past.epoch and c.state is not ChangeState.FAILED]
    if len(tried) >= _ATTEMPTS:
        return Refuse(
            f"{params.cluster} was asked for {_ATTEMPTS} times, and is not the writer of {whole.id}",
            hint=f"AWS has cancelled it, and the events of {whole.id} say why; drctl resume {past.run}",
        )
    return Way(whole, target)


def move_writer(way: Way, name: str, call: str, summary: str, **undo: str | None) -> Change:
    """The call that makes the target the writer; `undo` is written down with the writer there is before."""
    writer = way.whole.writer
    return Change(
        name=name,
        summary=summary,
        operation=f"rds:{call}",
        target=way.whole.arn,
        detail=way.target.arn,
        undo={"writer": writer.arn if writer is not None else None, **undo},
        settle=SHOWN_WITHIN,
    )


def decide_return(params: Target, seen: Seen, name: str, past: Past) -> Decision:
    """The writer goes back by a switchover, which loses nothing, once the former one has everything."""
    former_arn = (past.first_undo(name) or {}).get("writer")
    whole = seen.whole
    if not past.made(name) or former_arn is None or whole is None:
        return Done(f"the writer of {params.global_cluster} was not moved by this run")
    former = next((one for one in whole.members if one.arn == former_arn), None)
    if former is None:
        return Refuse(f"{former_arn} is no member of {whole.id} any more", hint="add it to the global database again")
    if under_way := _judge_change(whole, former, past) or _judge_status(whole):
        return under_way
    if former.writer:
        return Done(f"{former.name} in {former.region} is the writer of {whole.id} again")
    if whole.find(params.region, params.cluster) != whole.writer:
        return Refuse(f"{whole.id} has another writer by now, and is left alone", hint="move it yourself")
    way = Way(whole, former)
    if unsynchronised := judge_synchronisation(way):
        return unsynchronised
    summary = f"switch {whole.id} back to {former.name} in {former.region}, which loses nothing"
    return move_writer(way, "switch-back", "SwitchoverGlobalCluster", summary)


def judge_synchronisation(way: Way) -> Wait | Refuse | None:
    """Why the target does not have everything that the writer has; None where it has, or AWS does not say."""
    target = way.target
    if target.synchronization in (None, aurora.CONNECTED):
        return None
    if target.synchronization == aurora.RESYNCHRONISING:
        return Wait(f"{target.name} in {target.region} to have everything that the writer has")
    return Refuse(
        f"{target.name} is synchronised as {target.synchronization!r}, which drctl does not know", hint=_look(way.whole)
    )


def _judge_change(whole: GlobalCluster, target: GlobalMember, past: Past) -> Wait | Refuse | None:
    change = whole.change
    if change is None:
        return None
    if change.status not in aurora.CHANGING | {aurora.CANCELLING}:
        return Refuse(f"the failover of {whole.id} is {change.status!r}, which drctl does not know", hint=_look(whole))
    if change.status == aurora.CANCELLING or change.to in ("", target.arn):
        return Wait(f"the failover of {whole.id}, which is {change.status!r}, to end")
    return Refuse(
        f"somebody is making {change.to} the writer of {whole.id}", hint=f"wait for that; drctl resume {past.run}"
    )


def _judge_status(whole: GlobalCluster) -> Wait | Refuse | None:
    if whole.status == aurora.AVAILABLE:
        return None
    if whole.status in aurora.GLOBAL_SETTLING:
        return Wait(f"{whole.id} to leave {whole.status!r}")
    if whole.status in aurora.GLOBAL_DEAD_ENDS:
        return Refuse(f"{whole.id} is {whole.status!r}", hint=_look(whole))
    return Refuse(f"{whole.id} is {whole.status!r}, which drctl does not know", hint=_look(whole))


def _judge_cluster(params: Target, cluster: DbCluster | None, past: Past) -> Wait | Refuse | None:
    again = f"drctl resume {past.run}"
    if cluster is None:
        return Refuse(f"there is no cluster {params.cluster} in {params.region}", hint=f"restore it first; {again}")
    if cluster.status in aurora.CLUSTER_SETTLING:
        return Wait(f"{cluster.name} to leave {cluster.status!r}")
    if cluster.status in aurora.CLUSTER_DEAD_ENDS:
        return Refuse(f"{cluster.name} is {cluster.status!r}, which does not end by itself", hint=f"mend it; {again}")
    if cluster.status not in aurora.CLUSTER_USABLE:
        hint = f"aws rds describe-db-clusters --region {params.region} --db-cluster-identifier {cluster.name}"
        return Refuse(f"{cluster.name} is {cluster.status!r}, which drctl does not know", hint=hint)
    if not cluster.instances:
        return Refuse(f"{cluster.name} has no instance that could be promoted", hint=f"add one to it; {again}")
    return None


def _look(whole: GlobalCluster) -> str:
    return f"aws rds describe-global-clusters --global-cluster-identifier {whole.id}"
