"""rds.restore_to_point_in_time"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.rds.new_instance import Surroundings
from drctl.actions.rds.pitr_params import Seen
from drctl.aws.rds import DEAD_ENDS, SETTLING
from drctl.aws.rds_backups import AutomatedBackup
from tests.actions.cases import rds_restore_snapshot as restoring
from tests.actions.cases.rds_restore_snapshot import INSTANCE, KEY, refused_for_capacity
from tests.actions.laws import FOREIGN_RUN, PAST, Case, Live, Sight, Sightings
from tests.actions.planting import db_instances
from tests.simulated import PRIMARY, RECOVERY, Simulated

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)
BACKUP = AutomatedBackup(
    instance="amply-prod",
    region=PRIMARY,
    status="active",
    arn="arn:aws:rds:eu-west-1:111111111111:auto-backup:ab-1",
    source_id="db-ABC",
    kms_key=KEY.arn,
    earliest=AT - timedelta(days=7),
    latest=AT + timedelta(minutes=30),
)
PARAMS: dict[str, Any] = {name: value for name, value in restoring.PARAMS.items() if name != "snapshot"} | {
    "source": "amply-prod",
    "restore_time": "2026-11-23T05:00:00Z",
}
GROUND = Surroundings(instance=None, vpc="vpc-1", security_groups={"amply-rds": "sg-1"}, key=KEY)
ABSENT = Seen(around=GROUND, backups=(BACKUP,))
RELATIVE = {name: value for name, value in PARAMS.items() if name != "restore_time"} | {"before_onset": "30m"}
LATEST = {name: value for name, value in PARAMS.items() if name != "restore_time"}


def there(**changed: Any) -> Sight:
    restored = replace(INSTANCE, **{"restored_to": AT, **changed})
    return Sight(Seen(around=replace(GROUND, instance=restored)))


def backup(**changed: Any) -> Sight:
    return Sight(replace(ABSENT, backups=(replace(BACKUP, **changed),)))


def before(**changed: Any) -> Sight:
    return Sight(replace(ABSENT, around=replace(GROUND, **changed)))


def plant(simulated: Simulated) -> None:
    restoring.plant(simulated)
    source = simulated.client("rds", PRIMARY).describe_db_instances()["DBInstances"][0]
    simulated.client("rds", RECOVERY).start_db_instance_automated_backups_replication(
        SourceDBInstanceArn=source["DBInstanceArn"], KmsKeyId="alias/amply-prod-data", BackupRetentionPeriod=7
    )
    simulated.advance(timedelta(hours=2))


CASES = (
    Case(
        kind="rds.restore_to_point_in_time",
        params=PARAMS,
        sees=Sightings(
            absent={
                "nothing there": Sight(ABSENT),
                "the source is gone": backup(status="retained"),
                "no capacity for the first class": Sight(ABSENT, replace(PAST, changes=refused_for_capacity(1))),
                "the latest moment": backup(latest=AT),
                "parameters wait for a reboot": there(parameter_groups={"amply-prod-postgres16": "pending-reboot"}),
            },
            settling={
                **{status: there(status=status) for status in sorted(SETTLING)},
                "no backup yet": backup(status="creating", earliest=None, latest=None),
            },
            there={
                "restored": there(),
                "adopted": Sight(there(owner=FOREIGN_RUN, restored_to=None).seen, replace(PAST, adopt=True)),
            },
            dead_end={
                **{status: there(status=status) for status in sorted(DEAD_ENDS)},
                "too late": backup(latest=AT - timedelta(seconds=1)),
                "too early": backup(earliest=AT + timedelta(seconds=1)),
                "no backups": Sight(replace(ABSENT, backups=())),
                "restored to another time": there(restored_to=AT - timedelta(hours=1)),
                "backups under another key": backup(kms_key="arn:aws:kms:eu-west-1:111111111111:key/2"),
                "no subnet group": before(vpc=None, security_groups={}),
                "key disabled": before(key=replace(KEY, state="Disabled")),
                "no capacity for any class": Sight(ABSENT, replace(PAST, changes=refused_for_capacity(2))),
            },
            unknown={"status": there(status="levitating"), "backups": backup(status="levitating")},
            foreign={"another run's": there(owner=FOREIGN_RUN), "nobody's": there(owner=None)},
            undo_own={"up": there(), "protected": there(deletion_protection=True)},
            undo_over={"gone": Sight(ABSENT), "somebody else's by now": there(owner=FOREIGN_RUN)},
        ),
    ),
    Case(
        kind="rds.restore_to_point_in_time",
        name="latest, from another Region's backups",
        params=LATEST,
        live=Live(
            plant=plant,
            takes=("restore",),
            undo_takes=("delete",),
            fingerprint=db_instances,
            plant_foreign=restoring.plant_foreign,
        ),
    ),
)
