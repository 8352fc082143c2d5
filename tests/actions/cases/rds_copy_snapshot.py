"""rds.copy_snapshot"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drctl.actions.rds.copy_params import Seen
from drctl.aws.rds import SNAPSHOT_DEAD_ENDS, SNAPSHOT_SETTLING
from tests.actions.cases.rds_restore_snapshot import KEY, SNAPSHOT
from tests.actions.laws import FOREIGN_RUN, PAST, RUN, Case, Live, Sight, Sightings
from tests.actions.planting import db_snapshots, plant_database
from tests.simulated import PRIMARY, RECOVERY, Simulated

SOURCE_ARN = "arn:aws:rds:eu-central-1:111111111111:snapshot:amply-prod-202611230400"
PARAMS: dict[str, Any] = {
    "region": RECOVERY,
    "source_region": PRIMARY,
    "snapshot": "amply-prod-202611230400",
    "copy": "amply-prod-kept",
    "kms_key": "alias/amply-prod-data",
}
SOURCE = replace(SNAPSHOT, id="amply-prod-202611230400", arn=SOURCE_ARN, kms_key="arn:aws:kms:eu-central-1:1:key/9")
COPY = replace(SNAPSHOT, id="amply-prod-kept", owner=RUN, source=SOURCE_ARN)
BEFORE = Seen(copy=None, source=SOURCE, key=KEY)


def there(**changed: Any) -> Sight:
    return Sight(Seen(copy=replace(COPY, **changed), key=KEY))


def source(**changed: Any) -> Sight:
    return Sight(replace(BEFORE, source=replace(SOURCE, **changed)))


def plant_foreign(simulated: Simulated) -> None:
    simulated.client("rds", RECOVERY).copy_db_snapshot(
        SourceDBSnapshotIdentifier=SOURCE_ARN,
        TargetDBSnapshotIdentifier="amply-prod-kept",
        KmsKeyId="alias/amply-prod-data",
        SourceRegion=PRIMARY,
    )


CASES = (
    Case(
        kind="rds.copy_snapshot",
        params=PARAMS,
        sees=Sightings(
            absent={"no copy": Sight(BEFORE), "of what is not encrypted": source(kms_key=None)},
            settling={
                **{f"copy {status}": there(status=status) for status in sorted(SNAPSHOT_SETTLING)},
                **{f"source {status}": source(status=status) for status in sorted(SNAPSHOT_SETTLING)},
            },
            there={
                "available": there(),
                "adopted": Sight(there(owner=FOREIGN_RUN).seen, replace(PAST, adopt=True)),
            },
            dead_end={
                **{f"copy {status}": there(status=status) for status in sorted(SNAPSHOT_DEAD_ENDS)},
                "no source": Sight(replace(BEFORE, source=None)),
                "source failed": source(status="failed"),
                "no key": Sight(replace(BEFORE, key=None)),
                "key disabled": Sight(replace(BEFORE, key=replace(KEY, state="Disabled"))),
                "under another key": there(kms_key="arn:aws:kms:eu-west-1:111111111111:key/2"),
                "of another snapshot": there(source=SOURCE_ARN + "-other"),
                "of another Region's": there(source=SOURCE_ARN.replace(PRIMARY, "eu-north-1")),
                "no copy at all": there(source=None),
            },
            unknown={"copy": there(status="levitating"), "source": source(status="levitating")},
            foreign={"another run's": there(owner=FOREIGN_RUN), "nobody's": there(owner=None)},
            undo_own={"made": there(), "failed": there(status="failed")},
            undo_over={"gone": Sight(BEFORE), "somebody else's": there(owner=FOREIGN_RUN)},
        ),
        live=Live(
            plant=plant_database,
            takes=("copy",),
            undo_takes=("delete",),
            fingerprint=lambda simulated: db_snapshots(simulated, RECOVERY),
            plant_foreign=plant_foreign,
        ),
    ),
    Case(
        kind="rds.copy_snapshot",
        name="without a key",
        params={name: value for name, value in PARAMS.items() if name != "kms_key"},
        sees=Sightings(
            absent={"nothing encrypted": Sight(Seen(copy=None, source=replace(SOURCE, kms_key=None)))},
            dead_end={"encrypted, to another Region": Sight(Seen(copy=None, source=SOURCE))},
        ),
    ),
)
