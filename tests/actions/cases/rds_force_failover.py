"""rds.force_failover"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.rds.force_failover import Seen
from drctl.aws.rds import DEAD_ENDS, SETTLING
from drctl.aws.rds_events import FailoverEvent, FailoverPhase
from tests.actions.cases.rds_restore_snapshot import INSTANCE
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, Simulated

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)
HERE = replace(INSTANCE, owner=None, zone="eu-central-1a", standby_zone="eu-central-1b")
NOBODYS = "the runbook names the instance, and a failover takes nothing from anybody"


def there(*told: FailoverEvent, **changed: Any) -> Sight:
    return Sight(Seen(replace(HERE, **changed), told))


def event(phase: FailoverPhase, minutes: int = 1) -> FailoverEvent:
    age = timedelta(minutes=minutes)
    return FailoverEvent(phase, f"it is {phase.value}", AT - age, age)


STARTED, COMPLETED = event(FailoverPhase.STARTED, 2), event(FailoverPhase.COMPLETED)
ABANDONED, UNKNOWN = event(FailoverPhase.ABANDONED, 0), event(FailoverPhase.UNKNOWN, 0)


def plant(simulated: Simulated) -> None:
    simulated.client("rds", PRIMARY).create_db_instance(
        DBInstanceIdentifier="amply-prod",
        DBInstanceClass="db.t3.small",
        Engine="postgres",
        EngineVersion="16.3",
        AllocatedStorage=20,
        MasterUsername="amply",
        MasterUserPassword="not-a-secret",
        MultiAZ=True,
    )
    simulated.advance(timedelta(hours=1))


CASES = (
    Case(
        kind="rds.force_failover",
        params={"region": PRIMARY, "instance": "amply-prod", "away_from": "eu-central-1a"},
        sees=Sightings(
            absent={
                "in the zone to leave": there(),
                "a failover long ago": there(event(FailoverPhase.STARTED, 32), event(FailoverPhase.COMPLETED, 30)),
            },
            settling={
                **{status: there(status=status) for status in sorted(SETTLING)},
                "a failover has begun": there(STARTED),
                "a failover has ended, the zones are told later": there(STARTED, COMPLETED),
                "another was abandoned, since one has ended": there(STARTED, COMPLETED, ABANDONED),
                "a backup has to end before a reboot": there(status="backing-up"),
            },
            there={
                "elsewhere": there(zone="eu-central-1b", standby_zone="eu-central-1a"),
                "elsewhere, in one zone": there(zone="eu-central-1c", multi_az=False),
            },
            dead_end={
                **{status: there(status=status) for status in sorted(DEAD_ENDS)},
                "not there": Sight(Seen(None)),
                "no standby": there(multi_az=False, standby_zone=None),
                "abandoned": there(ABANDONED),
            },
            unknown={"status": there(status="levitating"), "event": there(STARTED, UNKNOWN)},
            undo_over={"failed over": there(zone="eu-central-1b"), "not": there()},
        ),
        live=Live(plant=plant, takes=("fail-over",)),
        exempt={
            "foreign": NOBODYS,
            "foreign_live": NOBODYS,
            "undo": "either zone serves as well",
            "undo_own": "either zone serves as well",
        },
    ),
)
