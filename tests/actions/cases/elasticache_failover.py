"""elasticache.failover"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.elasticache.failover_params import Seen
from drctl.aws.elasticache import (
    DEAD_ENDS,
    DELETING,
    GLOBAL_DEAD_ENDS,
    SETTLING,
    GlobalDatastore,
    GlobalMember,
    ReplicationGroup,
)
from drctl.aws.kms import KmsKey
from drctl.model.failure import FailureKind
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.laws import FOREIGN_RUN, PAST, RUN, Case, Live, Sight, Sightings
from tests.actions.planting import plant_key, plant_network, replication_groups
from tests.simulated import PRIMARY, RECOVERY, Simulated

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
STORE = "ldgnf-amply"
PARAMS: dict[str, Any] = {
    "region": RECOVERY,
    "replication_group": "amply-prod-redis",
    "node_type": "cache.t3.micro",
    "subnet_group": "amply-prod-redis",
    "security_groups": ["amply-redis"],
    "kms_key": "alias/amply-prod-data",
}
GLOBAL = {**PARAMS, "global_datastore": STORE}
KEY = KmsKey(arn="arn:aws:kms:eu-west-1:111111111111:key/1", state="Enabled")
GROUP = ReplicationGroup(
    id="amply-prod-redis",
    arn="arn:aws:elasticache:eu-west-1:111111111111:replicationgroup:amply-prod-redis",
    status="available",
    owner=RUN,
    tags_readable=True,
    node_type="cache.t3.micro",
    nodes=2,
    automatic_failover="enabled",
    transit_encryption=True,
    pending=(),
    endpoint="master.amply-prod-redis.abc.euw1.cache.amazonaws.com",
    port=6379,
)
ABSENT = Seen(group=None, vpc="vpc-1", security_groups={"amply-redis": "sg-1"}, key=KEY)


def past(name: str, state: ChangeState, kind: str = "", elapsed: timedelta = timedelta(0)) -> Past:
    change = PastChange(name=name, summary=name, state=state, intended_at=AT, failure_kind=kind)
    return replace(PAST, changes=(change,), began=AT, elapsed=elapsed)


def fresh(before: Past = PAST, **changed: Any) -> Sight:
    return Sight(Seen(group=replace(GROUP, **changed)), before)


def unreadable(status: str, before: Past = PAST) -> Sight:
    return fresh(before, status=status, owner=None, tags_readable=False)


def store(
    role: str = "SECONDARY", status: str = "available", before: Past = PAST, membership: str = "associated"
) -> Sight:
    ours = GlobalMember("amply-prod-redis", RECOVERY, role, membership)
    other = GlobalMember("amply-prod-redis", PRIMARY, "SECONDARY" if role == "PRIMARY" else "PRIMARY", "associated")
    return Sight(Seen(group=GROUP, datastore=GlobalDatastore(STORE, status, (other, ours))), before)


def outside(before: Past = PAST, **group: Any) -> Sight:
    return Sight(Seen(group=replace(GROUP, **group), datastore=GlobalDatastore(STORE, "primary-only", ())), before)


MADE, LOST, REFUSED = ChangeState.RETURNED, ChangeState.INTENDED, ChangeState.FAILED
NO_CAPACITY = past("create", ChangeState.FAILED, FailureKind.CAPACITY)
LATE = timedelta(minutes=11)


def plant(simulated: Simulated) -> None:
    plant_network(simulated, RECOVERY, "amply-redis")
    plant_key(simulated, RECOVERY)


def plant_foreign(simulated: Simulated) -> None:
    simulated.client("elasticache", RECOVERY).create_replication_group(
        ReplicationGroupId="amply-prod-redis",
        ReplicationGroupDescription="somebody's",
        CacheNodeType="cache.t3.micro",
        Engine="redis",
    )
    simulated.advance(timedelta(hours=1))


def plant_global(simulated: Simulated) -> None:
    for region in (PRIMARY, RECOVERY):
        plant_network(simulated, region, "amply-redis")
    here, there = simulated.client("elasticache", PRIMARY), simulated.client("elasticache", RECOVERY)
    settings = {"ReplicationGroupId": "amply-prod-redis", "ReplicationGroupDescription": "cache"}
    here.create_replication_group(
        **settings, CacheNodeType="cache.m6g.large", Engine="redis", NumCacheClusters=2, AutomaticFailoverEnabled=True
    )
    simulated.advance(timedelta(hours=1))
    made = here.create_global_replication_group(
        GlobalReplicationGroupIdSuffix="amply", PrimaryReplicationGroupId="amply-prod-redis"
    )["GlobalReplicationGroup"]["GlobalReplicationGroupId"]
    assert made == STORE, made
    simulated.advance(timedelta(hours=1))
    there.create_replication_group(**settings, GlobalReplicationGroupId=STORE, NumCacheClusters=2)
    simulated.advance(timedelta(hours=1))


CASES = (
    Case(
        kind="elasticache.failover",
        name="fresh",
        params=PARAMS,
        sees=Sightings(
            absent={"nothing there": Sight(ABSENT)},
            settling={
                **{status: unreadable(status) for status in sorted(SETTLING | DELETING)},
                "automatic failover being switched on": fresh(automatic_failover="enabling"),
                "settings to be applied": fresh(pending=("AutomaticFailoverStatus",)),
            },
            there={
                "available": fresh(),
                "adopted": fresh(replace(PAST, adopt=True), owner=None),
            },
            dead_end={
                **{status: unreadable(status, past("create", MADE)) for status in sorted(DEAD_ENDS)},
                "other node type": fresh(node_type="cache.t3.medium"),
                "a node too few": fresh(nodes=1),
                "no automatic failover": fresh(automatic_failover="disabled"),
                "no encryption in transit": fresh(transit_encryption=False),
                "no capacity": Sight(ABSENT, NO_CAPACITY),
                "no subnet group": Sight(replace(ABSENT, vpc=None)),
                "no security group": Sight(replace(ABSENT, security_groups={})),
                "no key": Sight(replace(ABSENT, key=None)),
                "key disabled": Sight(replace(ABSENT, key=replace(KEY, state="Disabled"))),
            },
            unknown={"status": fresh(status="levitating")},
            foreign={
                "another run's": fresh(owner=FOREIGN_RUN),
                "nobody's": fresh(owner=None),
                "failed, and never asked for": unreadable("create-failed"),
            },
            undo_own={
                "up": fresh(past("create", MADE)),
                "up, and the journal is lost": fresh(),
                "failed to start": unreadable("create-failed", past("create", MADE)),
            },
            undo_over={
                "gone": Sight(ABSENT),
                "somebody else's by now": fresh(past("create", MADE), owner=FOREIGN_RUN),
                "in the making by somebody else": unreadable("creating"),
            },
        ),
        live=Live(
            plant=plant,
            takes=("create",),
            undo_takes=("delete",),
            fingerprint=replication_groups,
            plant_foreign=plant_foreign,
        ),
    ),
    Case(
        kind="elasticache.failover",
        name="global",
        params=GLOBAL,
        sees=Sightings(
            absent={
                "a secondary": store(),
                "a secondary while something is modified": store(status="modifying"),
                "a failover that does not end": store(
                    status="modifying", before=replace(past("failover", MADE), elapsed=LATE)
                ),
            },
            settling={
                "failing over": store(status="modifying", before=past("failover", MADE)),
                "asked for only now, by a step that began long ago": store(
                    status="modifying", before=replace(past("failover", MADE), began=AT - LATE, elapsed=LATE)
                ),
                "perhaps failing over": store(status="modifying", before=past("failover", LOST)),
                "perhaps failing over, after an answer was lost": store(
                    status="modifying", before=past("failover", ChangeState.FAILED, FailureKind.AMBIGUOUS)
                ),
                "still being made": store(status="creating"),
                "leaving": store(membership="disassociating"),
                "out, and settling": outside(past("disassociate", MADE), status="modifying"),
            },
            there={
                "the primary": store("PRIMARY"),
                "taken out": outside(past("disassociate", MADE)),
            },
            dead_end={
                **{status: store(status=status) for status in sorted(GLOBAL_DEAD_ENDS)},
                "no member": outside(),
                "no datastore": Sight(Seen(group=GROUP)),
            },
            unknown={
                "status": store(status="levitating"),
                "role": store("WITNESS"),
                "status of the group": Sight(replace(store("PRIMARY").seen, group=replace(GROUP, status="levitating"))),
            },
            undo_over={
                "nothing was done": store(),
                "it was refused": store(before=past("failover", ChangeState.FAILED, FailureKind.STATE)),
                "it was failed back": store(before=past("failover", MADE)),
            },
        ),
        live=Live(plant=plant_global, takes=("failover",)),
        exempt={"undo": "going back is a failover of its own"},
    ),
)
