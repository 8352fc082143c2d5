"""What making a read replica decides beyond what every new instance needs, forwards and backwards. Pure."""

from __future__ import annotations

from drctl.actions.rds.instance_decisions import (
    VISIBLE_WITHIN,
    choose_creation,
    decide_removal,
    find_missing_ground,
    judge_instance,
    judge_status,
)
from drctl.actions.rds.replica_params import Params, Seen
from drctl.actions.rds.replication import judge_replication, replicates
from drctl.aws import rds
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.past import Past


def decide_replica(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for the replica to be up as asked for, and to replicate."""
    found = seen.around.instance
    if found is None:
        return (
            _judge_source(params, seen.source, past)
            or find_missing_ground(params, seen.around, past)
            or _create(params, seen, past)
        )
    judged = judge_instance(params, seen.around, found, past)
    if not isinstance(judged, Done):
        return judged
    if not replicates(found, params.source):
        return Refuse(
            f"{found.name} replicates {found.replica_of or 'nothing'}, not {params.source}",
            hint="choose another `instance`",
        )
    return judge_replication(found) or judged


def decide_replica_removal(params: Params, seen: Seen, past: Past) -> Decision:
    """What is needed for a replica of this run to be gone. One that was promoted is a database, and left alone."""
    found = seen.around.instance
    if found is not None and found.owner == past.run and found.status in rds.USABLE and found.replica_of is None:
        return Refuse(
            f"{found.name} has been promoted since, and may hold the only copy of its data; left alone",
            hint=f"delete it by hand if nobody uses it; drctl resume {past.run}",
        )
    return decide_removal(params, found, past)


def _judge_source(params: Params, source: rds.DbInstance | None, past: Past) -> Wait | Refuse | None:
    if source is None:
        return Refuse(
            f"there is no instance {params.source} in {params.source_region}",
            hint=f"name another `source`; drctl resume {past.run}",
        )
    if unusable := judge_status(source, params.source_region, past):
        return unusable
    if source.backup_retention_days == 0:
        # A replica begins as a backup of its source (Amazon RDS User Guide, "Creating a read replica").
        return Refuse(
            f"{source.name} has no automated backups, so it cannot be replicated",
            hint="set its retention with rds.normalise first",
        )
    if source.kms_key is not None and params.kms_key is None and params.region != params.source_region:
        return Refuse(
            f"{source.name} is encrypted, and its key does not leave {params.source_region}",
            hint=f"set `kms_key` to a key of {params.region}",
        )
    return None


def _create(params: Params, seen: Seen, past: Past) -> Decision:
    chosen = choose_creation(params, seen.around, past, "create")
    if isinstance(chosen, Refuse):
        return chosen
    return Change(
        name="create",
        summary=f"make {params.instance}, a replica of {params.source} in {params.source_region}",
        operation="rds:CreateDBInstanceReadReplica",
        target=params.instance,
        detail=chosen,
        settle=VISIBLE_WITHIN,
    )
