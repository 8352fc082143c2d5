"""rds.find_recovery_point"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.rds.find_recovery_point import Seen
from drctl.aws.kms import KmsKey
from drctl.aws.rds import SNAPSHOT_DEAD_ENDS, SNAPSHOT_SETTLING, DbSnapshot
from drctl.model.evidence import RecoveryPoint
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.actions.planting import plant_database
from tests.simulated import RECOVERY

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
KEY = KmsKey(arn="arn:aws:kms:eu-west-1:111111111111:key/1", state="Enabled")
PARAMS = {"region": RECOVERY, "source": "amply-prod"}


def snapshot(hours_old: int = 0, **changed: Any) -> DbSnapshot:
    made = DbSnapshot(
        id=f"amply-prod-{hours_old}-hours-old",
        arn=f"arn:aws:rds:eu-west-1:111111111111:snapshot:amply-prod-{hours_old}-hours-old",
        status="available",
        engine="postgres",
        engine_version="16.3",
        kms_key=KEY.arn,
        storage_gb=100,
        recovery_point=RecoveryPoint(AT - timedelta(hours=hours_old), "RDS SnapshotDatabaseTime"),
    )
    return replace(made, **changed)


def listed(*newest_first: DbSnapshot, key: KmsKey | None = KEY) -> Sight:
    return Sight(Seen(newest_first, key))


def known(*newest_first: DbSnapshot) -> Sight:
    """With an onset that is known."""
    return Sight(Seen(newest_first, KEY), replace(PAST, onset=AT))


CASES = (
    Case(
        kind="rds.find_recovery_point",
        params=PARAMS,
        sees=Sightings(
            settling={status: listed(snapshot(status=status)) for status in sorted(SNAPSHOT_SETTLING)},
            there={
                "the newest": listed(snapshot(0), snapshot(1)),
                "an older one that is ready": listed(snapshot(0, status="copying"), snapshot(1)),
                **{
                    f"past a {status} one": listed(snapshot(0, status=status), snapshot(1))
                    for status in sorted(SNAPSHOT_DEAD_ENDS)
                },
                "without encryption": listed(snapshot(0, kms_key=None), key=None),
            },
            dead_end={
                "none at all": listed(),
                "none that says how old it is": listed(snapshot(0, recovery_point=None)),
                "none that is usable": listed(snapshot(0, status="failed")),
                "its key is disabled": listed(snapshot(0), key=replace(KEY, state="PendingDeletion")),
                "its key is gone": listed(snapshot(0), key=None),
            },
            unknown={"status of the newest": listed(snapshot(0, status="levitating"), snapshot(1))},
            undo_over={"nothing to undo": listed(snapshot(0))},
        ),
        live=Live(plant=plant_database),
        exempt={
            "absent": "it changes nothing",
            "foreign": "it changes nothing",
            "undo_own": "it changes nothing",
            "undo": "it changes nothing",
            "foreign_live": "it changes nothing",
        },
    ),
    Case(
        kind="rds.find_recovery_point",
        name="with a limit",
        params={**PARAMS, "max_age": "2h"},
        sees=Sightings(
            settling={
                "too old, and a newer copy on its way": known(snapshot(1, status="copying"), snapshot(3)),
                "too old, and a copy on its way that does not yet tell its age": known(
                    snapshot(1, status="copying", recovery_point=None), snapshot(3)
                ),
            },
            there={
                "new enough": known(snapshot(2)),
                "taken after the onset": known(snapshot(-1)),
            },
            dead_end={
                "too old": known(snapshot(3)),
                "too old, and what is on its way is too": known(snapshot(3, status="copying"), snapshot(4)),
                "too old, and the newer one has failed": known(snapshot(1, status="failed"), snapshot(3)),
                "nobody knows when it began": listed(snapshot(0)),
            },
        ),
    ),
)
