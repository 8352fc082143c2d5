"""What a restore from a snapshot decides beyond what every new instance needs. Pure."""

from __future__ import annotations

from drctl.actions.rds.instance_decisions import (
    VISIBLE_WITHIN,
    choose_creation,
    find_missing_ground,
    judge_instance,
)
from drctl.actions.rds.restore_params import Params, Seen
from drctl.aws import rds
from drctl.model.decision import Change, Decision, Refuse, Wait
from drctl.model.past import Past


def decide_restore(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for the instance to be up and as asked for."""
    if seen.around.instance is not None:
        return judge_instance(params, seen.around, seen.around.instance, past)
    return (
        _judge_snapshot(params, seen.snapshot)
        or find_missing_ground(params, seen.around, past)
        or _judge_key(params, seen)
        or _restore(params, seen, past)
    )


def _judge_snapshot(params: Params, snapshot: rds.DbSnapshot | None) -> Wait | Refuse | None:
    if snapshot is None:
        return Refuse(
            f"there is no snapshot {params.snapshot} in {params.region}", hint="copy one there, or name another"
        )
    if snapshot.status in rds.SNAPSHOT_SETTLING:
        return Wait(f"snapshot {snapshot.id} to leave {snapshot.status!r}")
    if snapshot.status not in rds.SNAPSHOT_USABLE:
        return Refuse(f"snapshot {snapshot.id} is {snapshot.status!r}", hint="name another `snapshot`")
    return None


def _judge_key(params: Params, seen: Seen) -> Refuse | None:
    key, snapshot = seen.around.key, seen.snapshot
    if key is None or snapshot is None or snapshot.kms_key == key.arn:
        return None
    # A restore keeps the snapshot's key; only a copy changes it.
    return Refuse(
        f"snapshot {snapshot.id} is encrypted with {snapshot.kms_key or 'no key'}, not with {params.kms_key}",
        hint="copy the snapshot with the key that is wanted, and name the copy",
    )


def _restore(params: Params, seen: Seen, past: Past) -> Decision:
    chosen = choose_creation(params, seen.around, past, "restore")
    if isinstance(chosen, Refuse):
        return chosen
    return Change(
        name="restore",
        summary=f"restore {params.instance} from {params.snapshot} as {chosen.instance_class}",
        operation="rds:RestoreDBInstanceFromDBSnapshot",
        target=params.instance,
        detail=chosen,
        settle=VISIBLE_WITHIN,
    )
