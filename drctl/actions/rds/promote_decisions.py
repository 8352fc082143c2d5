"""What a promotion decides. Pure.

`available` proves nothing: a replica keeps that status, and its source, for a moment after PromoteReadReplica. What
proves it is that no source is named any more (Amazon RDS User Guide, "Promoting a read replica").
"""

from __future__ import annotations

from datetime import timedelta

from drctl.actions.rds.instance_decisions import judge_status, look_command
from drctl.actions.rds.promote_params import Params, Seen
from drctl.actions.rds.readiness import find_fault, find_unapplied
from drctl.actions.rds.replication import find_unknown_replication, replicates
from drctl.aws.rds import DbInstance
from drctl.aws.rds_lag import Lag
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.duration import format_duration
from drctl.model.instant import format_instant
from drctl.model.past import Past

_BEGINS_WITHIN = timedelta(minutes=5)
_PROMOTABLE = frozenset({"available", "storage-optimization"})


def decide_promotion(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for the instance to stand alone, with its backups on."""
    found = seen.instance
    if found is None:
        return Refuse(f"there is no instance {params.instance} in {params.region}", hint="name the replica there")
    if found.replica_of is not None and not replicates(found, params.source):
        return Refuse(
            f"{found.name} replicates {found.replica_of}, not {params.source}",
            hint="set `source` to the instance that it replicates, if that one is to be left",
        )
    if unusable := judge_status(found, params.region, past):
        return unusable
    if found.replica_of is not None:
        return _judge_replica(params, found, seen.lag, past)
    return _judge_promoted(params, found, past)


def decide_no_return(params: Params, seen: Seen, past: Past) -> Decision:
    """A promoted instance can never be a replica again; what has not been promoted needs no undoing."""
    found = seen.instance
    if not past.made("promote") or found is None or (found.replica_of is not None and found.status in _PROMOTABLE):
        return Done(f"{params.instance} was not promoted by this run")
    return Refuse(
        f"{params.instance} was promoted, and cannot be a replica again",
        hint="make a replica the other way round with rds.create_replica, and promote that one",
    )


def _judge_replica(params: Params, found: DbInstance, lag: Lag | None, past: Past) -> Decision:
    if unknown := find_unknown_replication(found):
        return unknown
    if found.status not in _PROMOTABLE:
        # While a backup runs, AWS refuses a promotion.
        return Wait(f"{found.name} to leave {found.status!r}")
    if params.max_lag is not None and not past.made("promote"):
        if lag is None:
            return Refuse(f"nobody knows how far {found.name} is behind", hint="leave out `max_lag` to promote it so")
        if lag.behind > params.max_lag:
            return Refuse(
                f"{found.name} was {format_duration(lag.behind)} behind at {format_instant(lag.at)}, "
                f"more than {format_duration(params.max_lag)}",
                hint=f"wait, or set a larger `max_lag`; drctl resume {past.run}",
            )
    return Change(
        name="promote",
        summary=f"promote {found.name}, which replicates {params.source}; it can never be a replica again",
        operation="rds:PromoteReadReplica",
        target=found.arn,
        # Not for undoing: afterwards nothing tells any more how far the replica had come.
        undo={"current_to": format_instant(lag.current_to) if lag else None},
        settle=_BEGINS_WITHIN,
    )


def _judge_promoted(params: Params, found: DbInstance, past: Past) -> Decision:
    if fault := find_fault(found):
        return Refuse(f"{found.name}: {fault}", hint=look_command(params.region, found.name))
    if unapplied := find_unapplied(found):
        return Wait(f"{found.name}: {unapplied}")
    if found.backup_retention_days == params.backup_retention_days:
        return Done(f"{found.name} replicates nobody and is {found.status}", looks=2)
    kept = f"{found.name} keeps its backups for {found.backup_retention_days} days, not {params.backup_retention_days}"
    if not past.made("promote"):
        return Refuse(kept, hint="it was not promoted by this run; set its retention with rds.normalise")
    if found.status not in _PROMOTABLE:
        return Wait(f"{found.name} to leave {found.status!r}; {kept}")
    return Change(
        name="keep-backups",
        summary=f"have {found.name} keep its backups for {params.backup_retention_days} days",
        operation="rds:ModifyDBInstance",
        target=found.arn,
        settle=timedelta(seconds=60),
    )
