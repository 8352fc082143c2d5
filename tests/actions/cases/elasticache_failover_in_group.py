"""elasticache.failover_in_group"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.elasticache.in_group_params import Seen
from drctl.aws.elasticache import DEAD_ENDS, DELETING, SETTLING, Node
from drctl.aws.elasticache_events import FailoverEvent, Phase
from drctl.model.past import ChangeState, Past, PastChange
from drctl.model.values import Json
from tests.actions.cases.elasticache_failover import GROUP
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.actions.planting import plant_network
from tests.simulated import PRIMARY, Simulated

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)
NAME = "amply-prod-redis"
PARAMS: dict[str, Json] = {"region": PRIMARY, "replication_group": NAME, "away_from": "eu-central-1a"}
FIRST, SECOND = f"{NAME}-001", f"{NAME}-002"
HERE = replace(
    GROUP,
    owner=None,
    multi_az=True,
    node_group="0001",
    members=(Node(FIRST, "eu-central-1a", "primary"), Node(SECOND, "eu-central-1b", "replica")),
)
MOVED = (Node(FIRST, "eu-central-1a", "replica"), Node(SECOND, "eu-central-1b", "primary"))
NOBODYS = "the runbook names the group, and a failover takes nothing from anybody"


def there(*told: FailoverEvent, past: Past = PAST, **changed: Any) -> Sight:
    return Sight(Seen(replace(HERE, **changed), told), past)


def event(phase: Phase, minutes: int = 1) -> FailoverEvent:
    age = timedelta(minutes=minutes)
    return FailoverEvent(phase, f"it is {phase.value}", AT - age, age)


def made(*names: str, state: ChangeState = ChangeState.RETURNED, epoch: int = 1) -> Past:
    changes = tuple(
        PastChange(
            name=name,
            summary=name,
            state=state,
            intended_at=AT,
            undo={"multi_az": True} if name == "pause-failover" else {"primary": FIRST},
        )
        for name in names
    )
    return replace(PAST, changes=changes, epoch=epoch)


def plant(simulated: Simulated) -> None:
    plant_network(simulated, PRIMARY, "amply-redis")
    simulated.client("elasticache", PRIMARY).create_replication_group(
        ReplicationGroupId=NAME,
        ReplicationGroupDescription="cache",
        CacheNodeType="cache.t3.micro",
        Engine="redis",
        NumCacheClusters=2,
        AutomaticFailoverEnabled=True,
        MultiAZEnabled=True,
        CacheSubnetGroupName=NAME,
    )
    simulated.advance(timedelta(hours=1))


EVENTS = (event(Phase.CALLED, 9), event(Phase.COMPLETED, 8), event(Phase.RECOVERING, 8))
ALL_EVENTS = (*EVENTS, event(Phase.RECOVERED))
OFF: dict[str, Any] = {"automatic_failover": "disabled", "multi_az": False}

CASES = (
    Case(
        kind="elasticache.failover_in_group",
        params=PARAMS,
        live=Live(plant=plant, takes=("fail-over",)),
        exempt={"foreign": NOBODYS, "foreign_live": NOBODYS, "undo": "any node serves as well"},
        sees=Sightings(
            absent={
                "in the zone to leave": there(),
                "a failover long ago": there(event(Phase.COMPLETED, 50), event(Phase.RECOVERED, 45)),
            },
            settling={
                **{status: there(status=status) for status in sorted(SETTLING)},
                "a failover has begun": there(event(Phase.CALLED)),
                "a failover has ended, the roles are told later": there(event(Phase.CALLED, 2), event(Phase.COMPLETED)),
                "the old primary is being replaced": there(*EVENTS, members=MOVED),
                "no node tells its role": there(members=(Node(FIRST, "eu-central-1a", ""),)),
                "failover being switched on": there(automatic_failover="enabling"),
            },
            there={
                "elsewhere": there(members=MOVED),
                "moved, and all told": there(*ALL_EVENTS, members=MOVED, past=made("fail-over")),
                "moved, and no replacement in a lost zone": there(event(Phase.RECOVERING, 40), members=MOVED),
            },
            dead_end={
                **{status: there(status=status) for status in sorted(DEAD_ENDS | DELETING)},
                "not there": Sight(Seen(None)),
                "automatic failover off": there(**OFF),
                "no replica": there(members=HERE.members[:1]),
                "all replicas in the same zone": there(
                    members=(HERE.members[0], Node(SECOND, "eu-central-1a", "replica"))
                ),
                "cluster mode": there(cluster_mode=True),
            },
            unknown={"status": there(status="levitating"), "failover": there(automatic_failover="levitating")},
            undo_over={"failed over": there(members=MOVED, past=made("fail-over")), "not": there()},
        ),
    ),
    Case(
        kind="elasticache.failover_in_group",
        name="wherever it is",
        params={"region": PRIMARY, "replication_group": NAME},
        live=Live(plant=plant, takes=("fail-over",)),
        sees=Sightings(
            absent={
                "not moved yet": there(),
            },
            there={
                "moved": there(*ALL_EVENTS, members=MOVED, past=made("fail-over")),
                "moved, the answer lost": there(
                    *ALL_EVENTS, members=MOVED, past=made("fail-over", state=ChangeState.INTENDED)
                ),
                "moved, the journal lost": there(*ALL_EVENTS, members=MOVED),
            },
        ),
    ),
    Case(
        kind="elasticache.failover_in_group",
        name="by promotion",
        params={**PARAMS, "method": "promote"},
        live=Live(plant=plant, takes=("pause-failover", "promote", "resume-failover")),
        sees=Sightings(
            absent={
                "failover on": there(),
                "failover off": there(**OFF),
                "promoted, failover still off": there(**OFF, members=MOVED, past=made("pause-failover", "promote")),
            },
            settling={"failover being switched off": there(automatic_failover="disabling")},
            there={
                "promoted, and on again": there(members=MOVED, past=made("pause-failover", "promote")),
                "promoted where it was off": there(**OFF, members=MOVED, past=made("promote")),
            },
            undo_own={"failover left off": there(**OFF, past=made("pause-failover"))},
            undo_over={"on again": there(members=MOVED, past=made("pause-failover", "promote"))},
        ),
    ),
)
