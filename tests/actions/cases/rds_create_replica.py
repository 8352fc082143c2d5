"""rds.create_replica"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drctl.actions.rds.replica_params import Seen
from drctl.aws.rds import DEAD_ENDS, SETTLING
from tests.actions.cases import rds_restore_snapshot as restoring
from tests.actions.cases.rds_restore_snapshot import GROUND, INSTANCE, KEY
from tests.actions.laws import FOREIGN_RUN, PAST, Case, Live, Sight, Sightings
from tests.actions.planting import db_instances
from tests.simulated import PRIMARY

SOURCE_ARN = "arn:aws:rds:eu-central-1:111111111111:db:amply-prod"
PARAMS: dict[str, Any] = {name: value for name, value in restoring.PARAMS.items() if name != "snapshot"} | {
    "source": "amply-prod",
    "source_region": PRIMARY,
}
SOURCE = replace(INSTANCE, arn=SOURCE_ARN, kms_key="arn:aws:kms:eu-central-1:1:key/9", backup_retention_days=7)
REPLICA = replace(INSTANCE, replica_of=SOURCE_ARN, replication="replicating")
ABSENT = Seen(around=GROUND, source=SOURCE)


def there(**changed: Any) -> Sight:
    return Sight(Seen(around=replace(GROUND, instance=replace(REPLICA, **changed))))


def source(**changed: Any) -> Sight:
    return Sight(replace(ABSENT, source=replace(SOURCE, **changed)))


CASES = (
    Case(
        kind="rds.create_replica",
        params=PARAMS,
        sees=Sightings(
            absent={"nothing there": Sight(ABSENT), "source backs up": source(status="backing-up")},
            settling={
                **{status: there(status=status) for status in sorted(SETTLING)},
                **{f"source {status}": source(status=status) for status in sorted(SETTLING)},
                "not replicating yet": there(replication=None),
            },
            there={
                "replicating": there(),
                "adopted": Sight(there(owner=FOREIGN_RUN).seen, replace(PAST, adopt=True)),
            },
            dead_end={
                **{status: there(status=status) for status in sorted(DEAD_ENDS)},
                **{f"replication {status}": there(replication=status) for status in ("error", "stopped", "terminated")},
                "of another instance": there(replica_of=SOURCE_ARN + "-other"),
                "promoted": there(replica_of=None, replication=None),
                "no source": Sight(replace(ABSENT, source=None)),
                "source without backups": source(backup_retention_days=0),
                "source stopped": source(status="stopped"),
                "no subnet group": Sight(replace(ABSENT, around=replace(GROUND, vpc=None, security_groups={}))),
                "key disabled": Sight(replace(ABSENT, around=replace(GROUND, key=replace(KEY, state="Disabled")))),
            },
            unknown={
                "status": there(status="levitating"),
                "replication": there(replication="levitating"),
                "source": source(status="levitating"),
            },
            foreign={"another run's": there(owner=FOREIGN_RUN), "nobody's": there(owner=None)},
            undo_own={"replicating": there(), "failed": there(status="failed"), "broken": there(replication="error")},
            undo_over={"gone": Sight(ABSENT), "somebody else's by now": there(owner=FOREIGN_RUN)},
        ),
        live=Live(
            plant=restoring.plant,
            takes=("create",),
            undo_takes=("delete",),
            fingerprint=db_instances,
            plant_foreign=restoring.plant_foreign,
        ),
    ),
    Case(
        kind="rds.create_replica",
        name="without a key",
        params={**PARAMS, "kms_key": None},
        sees=Sightings(
            absent={"nothing encrypted": source(kms_key=None)},
            dead_end={"encrypted, in another Region": Sight(ABSENT)},
        ),
    ),
)
