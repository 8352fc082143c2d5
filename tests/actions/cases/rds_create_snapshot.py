"""rds.create_snapshot"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from drctl.actions.rds.create_snapshot import Seen
from drctl.aws.rds import DEAD_ENDS, SETTLING, SNAPSHOT_DEAD_ENDS, SNAPSHOT_SETTLING
from tests.actions.cases.rds_restore_snapshot import INSTANCE, SNAPSHOT
from tests.actions.laws import FOREIGN_RUN, PAST, RUN, Case, Live, Sight, Sightings
from tests.actions.planting import db_snapshots, plant_database
from tests.simulated import PRIMARY, Simulated

NAME = "amply-prod-before-failback"
TAKEN = replace(SNAPSHOT, id=NAME, owner=RUN, instance="amply-prod")


def there(**changed: Any) -> Sight:
    return Sight(Seen(replace(TAKEN, **changed)))


def before(**changed: Any) -> Sight:
    return Sight(Seen(None, replace(INSTANCE, **changed)))


def plant_foreign(simulated: Simulated) -> None:
    simulated.client("rds", PRIMARY).create_db_snapshot(DBInstanceIdentifier="amply-prod", DBSnapshotIdentifier=NAME)


CASES = (
    Case(
        kind="rds.create_snapshot",
        params={"region": PRIMARY, "instance": "amply-prod", "snapshot": NAME},
        sees=Sightings(
            absent={"no snapshot": before(), "a busy disk": before(status="storage-optimization")},
            settling={
                **{f"snapshot {status}": there(status=status) for status in sorted(SNAPSHOT_SETTLING)},
                **{f"instance {status}": before(status=status) for status in sorted(SETTLING | {"backing-up"})},
            },
            there={
                "available": there(),
                "adopted": Sight(there(owner=FOREIGN_RUN).seen, replace(PAST, adopt=True)),
            },
            dead_end={
                **{f"snapshot {status}": there(status=status) for status in sorted(SNAPSHOT_DEAD_ENDS)},
                **{f"instance {status}": before(status=status) for status in sorted(DEAD_ENDS)},
                "no instance": Sight(Seen(None, None)),
                "of another instance": there(instance="somebody-elses"),
            },
            unknown={"snapshot": there(status="levitating"), "instance": before(status="levitating")},
            foreign={"another run's": there(owner=FOREIGN_RUN), "nobody's": there(owner=None)},
            undo_own={"taken": there(), "failed": there(status="failed")},
            undo_over={"gone": Sight(Seen(None, INSTANCE)), "somebody else's": there(owner=FOREIGN_RUN)},
        ),
        live=Live(
            plant=plant_database,
            takes=("create",),
            undo_takes=("delete",),
            fingerprint=lambda simulated: db_snapshots(simulated, PRIMARY),
            plant_foreign=plant_foreign,
        ),
    ),
)
