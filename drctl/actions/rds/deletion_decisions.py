"""What may be deleted, and what is needed for it to be gone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.rds.instance_decisions import look_command
from drctl.actions.rds.new_instance import InstanceName
from drctl.actions.rds.snapshot_decisions import SnapshotName
from drctl.aws import rds
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.past import Past

# AWS takes no final snapshot in these (Amazon RDS API Reference, DeleteDBInstance).
_NO_LAST_SNAPSHOT = frozenset({"failed", "incompatible-restore", "incompatible-network"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    instance: InstanceName
    final_snapshot: SnapshotName | None = None
    """The name of a last snapshot, which stays; without it nothing is kept of the data."""


@dataclass(frozen=True, slots=True)
class Seen:
    instance: rds.DbInstance | None
    snapshot: rds.DbSnapshot | None = None
    """The one that has the name of the final snapshot."""


def decide_deletion(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for an instance of this run, or of a drill, to be gone. Anything else is refused."""
    found = seen.instance
    if found is None:
        return _judge_gone(params, seen, past)
    if not _may_go(found, past):
        return Refuse(
            f"{found.name} was made by {found.owner or 'somebody else'}, and only what this run made is deleted",
            hint="delete it yourself if you know what is in it; a drill deletes what is tagged `drctl:mode=drill` too",
        )
    if found.status in rds.SETTLING | rds.DELETING | {"backing-up"}:
        return Wait(f"{found.name} to leave {found.status!r}")
    if found.status not in rds.USABLE | rds.DEAD_ENDS:
        hint = look_command(params.region, found.name)
        return Refuse(f"{found.name} is {found.status!r}, which drctl does not know", hint=hint)
    return _judge_final_snapshot(params, seen, found, past) or _next_call(params, found, past)


def decide_deletion_back(params: Params, seen: Seen, past: Past) -> Decision:
    """What has been deleted stays so; only the deletion protection of what is still there is put back."""
    deleted = past.made("delete")
    if deleted:
        if deleted[-1].undo.get("owner") == past.run:
            return Done(f"this run made {params.instance}, so that it was not there before either")
        kept = (
            f"restore it from {params.final_snapshot}" if params.final_snapshot else "there is no last snapshot of it"
        )
        return Refuse(f"{params.instance}, a copy of another drill, is deleted for good", hint=kept)
    found = seen.instance
    if found is None or not past.made("unprotect") or found.deletion_protection or found.owner != past.run:
        return Done(f"nothing of {params.instance} was deleted")
    if found.status in rds.SETTLING | rds.DELETING:
        return Wait(f"{found.name} to leave {found.status!r}")
    return _change("protect", f"put the deletion protection back on {found.name}", found)


def _may_go(found: rds.DbInstance, past: Past) -> bool:
    return found.owner == past.run or (past.drill and found.of_drill)


def _judge_gone(params: Params, seen: Seen, past: Past) -> Decision:
    gone = Done(f"{params.instance} is not there")
    if params.final_snapshot is None:
        return gone
    if seen.snapshot is None:
        if past.made("delete"):
            return Refuse(
                f"{params.instance} is gone, and there is no final snapshot {params.final_snapshot}",
                hint=f"aws rds describe-events --region {params.region} --source-type db-snapshot says why",
            )
        return gone
    if seen.snapshot.instance != params.instance:
        return _name_taken(params, seen.snapshot)
    if seen.snapshot.status in rds.SNAPSHOT_SETTLING:
        return Wait(f"snapshot {seen.snapshot.id} to leave {seen.snapshot.status!r}", percent=seen.snapshot.percent)
    if seen.snapshot.status not in rds.SNAPSHOT_USABLE:
        return Refuse(
            f"{params.instance} is gone, and its final snapshot {seen.snapshot.id} is {seen.snapshot.status!r}",
            hint=f"aws rds describe-events --region {params.region} --source-type db-snapshot says why",
        )
    return gone


def _judge_final_snapshot(params: Params, seen: Seen, found: rds.DbInstance, past: Past) -> Wait | Refuse | None:
    if params.final_snapshot is None:
        return None
    if seen.snapshot is not None:
        # Perhaps it is the one that our own call, whose answer was lost, has begun.
        return Wait(f"{found.name} to be deleted") if past.made("delete") else _name_taken(params, seen.snapshot)
    if found.status in _NO_LAST_SNAPSHOT or found.replica_of is not None:
        why = "a replica" if found.replica_of is not None else repr(found.status)
        return Refuse(f"{found.name} is {why}, of which AWS takes no final snapshot", hint="leave `final_snapshot` out")
    return None


def _name_taken(params: Params, taken: rds.DbSnapshot) -> Refuse:
    return Refuse(
        f"there is a snapshot {taken.id} already, of {taken.instance}", hint="choose another name for `final_snapshot`"
    )


def _next_call(params: Params, found: rds.DbInstance, past: Past) -> Change | Refuse:
    if not found.deletion_protection:
        kept = f"with {params.final_snapshot} as its last snapshot" if params.final_snapshot else "keeping nothing"
        undo = {"owner": found.owner or ""}
        return _change("delete", f"delete {found.name}, {kept}", found, undo=undo)
    if found.owner != past.run:
        return Refuse(
            f"{found.name} is protected from deletion, and this run did not make it",
            hint=f"aws rds modify-db-instance --region {params.region} --db-instance-identifier {found.name} "
            "--no-deletion-protection --apply-immediately, if it may go",
        )
    summary = f"take the deletion protection off {found.name}"
    return _change("unprotect", summary, found, undo={"deletion_protection": True})


def _change(name: str, summary: str, found: rds.DbInstance, **more: Any) -> Change:
    call = "DeleteDBInstance" if name == "delete" else "ModifyDBInstance"
    settle = timedelta(seconds=60 if name == "delete" else 15)
    return Change(name=name, summary=summary, operation=f"rds:{call}", target=found.arn, settle=settle, **more)
