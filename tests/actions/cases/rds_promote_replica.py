"""rds.promote_replica"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.rds.promote_params import Seen
from drctl.aws.rds import DEAD_ENDS, REPLICATION_STATUSES, SETTLING
from drctl.aws.rds_lag import Lag
from drctl.model.past import ChangeState, PastChange
from tests.actions.cases import rds_restore_snapshot as restoring
from tests.actions.cases.rds_create_replica import REPLICA as CREATED
from tests.actions.cases.rds_create_replica import SOURCE_ARN
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, RECOVERY, Simulated

NAME = "amply-prod-replica"
AT = datetime(2026, 11, 23, 5, tzinfo=UTC)
PARAMS: dict[str, Any] = {"region": RECOVERY, "instance": NAME, "source": "amply-prod"}
LAG = Lag(timedelta(seconds=8), AT)
REPLICA = replace(CREATED, name=NAME, owner=None)
STANDALONE = replace(REPLICA, replica_of=None, replication=None, backup_retention_days=7)
PROMOTED = replace(
    PAST,
    changes=(
        PastChange(
            name="promote",
            summary="promote it",
            state=ChangeState.INTENDED,
            intended_at=AT,
            undo={"current_to": "2026-11-23T04:59:52Z"},
        ),
    ),
)


def replica(lag: Lag | None = LAG, **changed: Any) -> Sight:
    return Sight(Seen(replace(REPLICA, **changed), lag))


def standalone(**changed: Any) -> Sight:
    return Sight(Seen(replace(STANDALONE, **changed)))


def promoted(**changed: Any) -> Sight:
    return Sight(standalone(**changed).seen, PROMOTED)


def plant(simulated: Simulated) -> None:
    restoring.plant(simulated)
    simulated.client("rds", RECOVERY).create_db_instance_read_replica(
        DBInstanceIdentifier=NAME,
        SourceDBInstanceIdentifier=SOURCE_ARN,
        DBSubnetGroupName="amply-prod-db",
        DBParameterGroupName="amply-prod-postgres16",
        KmsKeyId="alias/amply-prod-data",
        SourceRegion=PRIMARY,
    )
    simulated.advance(timedelta(hours=2))


def plant_foreign(simulated: Simulated) -> None:
    """The name is that of a replica of something else."""
    rds = simulated.client("rds", RECOVERY)
    rds.delete_db_instance(DBInstanceIdentifier=NAME, SkipFinalSnapshot=True)
    rds.restore_db_instance_from_db_snapshot(
        DBInstanceIdentifier="amply-other", DBSnapshotIdentifier="amply-prod-202611230400-eu-west-1"
    )
    simulated.advance(timedelta(hours=1))
    rds.create_db_instance_read_replica(DBInstanceIdentifier=NAME, SourceDBInstanceIdentifier="amply-other")
    simulated.advance(timedelta(hours=1))


CASES = (
    Case(
        kind="rds.promote_replica",
        params=PARAMS,
        sees=Sightings(
            absent={
                "a replica": replica(),
                "nobody knows how far it is": replica(lag=None),
                "still a replica after the call, though available": Sight(replica().seen, PROMOTED),
                **{status: replica(replication=status) for status in sorted(REPLICATION_STATUSES)},
                "backups kept too briefly": promoted(backup_retention_days=1),
            },
            settling={
                **{status: replica(status=status) for status in sorted(SETTLING)},
                "a backup blocks a promotion": replica(status="backing-up"),
                "backups kept too briefly, while one is made": promoted(backup_retention_days=1, status="backing-up"),
                "settings to be applied": promoted(pending=("BackupRetentionPeriod",)),
            },
            there={
                "promoted": promoted(),
                "promoted, and nothing tells by whom": standalone(),
                "taking its first backup": promoted(status="backing-up"),
            },
            dead_end={
                **{status: replica(status=status) for status in sorted(DEAD_ENDS)},
                "not there": Sight(Seen(None)),
                "not promoted by this run, backups kept too briefly": standalone(backup_retention_days=1),
                "parameters failed to apply": promoted(parameter_groups={"amply-prod-postgres16": "failed-to-apply"}),
            },
            unknown={
                "status": replica(status="levitating"),
                "replication": replica(replication="levitating"),
                "status afterwards": promoted(status="levitating"),
            },
            foreign={"a replica of something else": replica(replica_of="amply-other")},
            undo_over={"never promoted": replica(), "gone": Sight(Seen(None))},
        ),
        live=Live(plant=plant, takes=("promote",), plant_foreign=plant_foreign),
        exempt={
            "undo": "a promoted instance can never be a replica again",
            "undo_own": "a promoted instance can never be a replica again",
        },
    ),
    Case(
        kind="rds.promote_replica",
        name="with a limit",
        params={**PARAMS, "max_lag": "30s"},
        sees=Sightings(
            absent={
                "close enough": replica(),
                "once it is sent, the limit is behind it": Sight(replica(lag=None).seen, PROMOTED),
            },
            dead_end={"too far behind": replica(Lag(timedelta(minutes=9), AT)), "nobody knows": replica(lag=None)},
        ),
        exempt={"undo": "as above"},
    ),
)
