"""elasticache.restore"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.elasticache.restore_params import SOURCE_TAG, TAKEN_TAG, Seen
from drctl.aws.elasticache import DEAD_ENDS, DELETING, SETTLING
from drctl.aws.elasticache_snapshots import CacheSnapshot
from drctl.model.past import ChangeState, Past
from tests.actions.cases.elasticache_failover import ABSENT, GROUP, PARAMS, past, plant, plant_foreign
from tests.actions.laws import FOREIGN_RUN, PAST, Case, Live, Sight, Sightings
from tests.actions.planting import replication_groups
from tests.simulated import RECOVERY, Simulated

SOURCE = "amply-sessions"
NEWEST = {**PARAMS, "newest_of": SOURCE}
SNAPSHOT = CacheSnapshot(
    name="amply-sessions-2",
    group=SOURCE,
    status="available",
    taken_at=datetime(2026, 11, 23, 2, tzinfo=UTC),
    shards=1,
    engine="redis",
)
TAGS = {SOURCE_TAG: SNAPSHOT.name, TAKEN_TAG: "2026-11-23T02:00:00Z"}
READY = Seen(group=None, vpc=ABSENT.vpc, security_groups=ABSENT.security_groups, key=ABSENT.key, snapshots=(SNAPSHOT,))
MADE = past("create", ChangeState.RETURNED)


def missing(*snapshots: CacheSnapshot, before: Past = PAST, **changed: Any) -> Sight:
    return Sight(replace(READY, snapshots=snapshots, **changed), before)


def up(before: Past = PAST, **changed: Any) -> Sight:
    return Sight(Seen(group=replace(GROUP, tags=TAGS, **changed)), before)


def unreadable(status: str, before: Past = PAST) -> Sight:
    return Sight(Seen(group=replace(GROUP, status=status, owner=None, tags_readable=False)), before)


def plant_snapshots(simulated: Simulated) -> None:
    """Two snapshots of a group that is gone."""
    plant(simulated)
    client = simulated.client("elasticache", RECOVERY)
    client.create_replication_group(
        ReplicationGroupId=SOURCE,
        ReplicationGroupDescription="sessions",
        CacheNodeType="cache.t3.micro",
        Engine="redis",
    )
    for number in (1, 2):
        simulated.advance(timedelta(hours=1))
        client.create_snapshot(ReplicationGroupId=SOURCE, SnapshotName=f"{SOURCE}-{number}")
    simulated.advance(timedelta(hours=1))
    client.delete_replication_group(ReplicationGroupId=SOURCE)
    simulated.advance(timedelta(hours=1))


CASES = (
    Case(
        kind="elasticache.restore",
        name="the newest snapshot",
        params=NEWEST,
        live=Live(
            plant=plant_snapshots,
            takes=("create",),
            undo_takes=("delete",),
            fingerprint=replication_groups,
            plant_foreign=plant_foreign,
        ),
        sees=Sightings(
            absent={
                "a snapshot": missing(SNAPSHOT),
                "others are being made, or go": missing(
                    replace(SNAPSHOT, name="a", status="creating", taken_at=None),
                    replace(SNAPSHOT, name="b", status="deleting"),
                    SNAPSHOT,
                ),
            },
            settling={
                **{status: unreadable(status) for status in sorted(SETTLING | DELETING)},
                "the only one is being made": missing(replace(SNAPSHOT, status="creating", taken_at=None)),
            },
            there={"restored": up(), "adopted": up(replace(PAST, adopt=True), owner=None)},
            dead_end={
                **{status: unreadable(status, MADE) for status in sorted(DEAD_ENDS)},
                "no snapshot": missing(),
                "one that goes": missing(replace(SNAPSHOT, status="deleting")),
                "of several shards": missing(replace(SNAPSHOT, shards=3)),
                "of valkey, for redis": missing(replace(SNAPSHOT, engine="valkey")),
                "no subnet group": missing(SNAPSHOT, vpc=None),
                "other node type": up(node_type="cache.t3.medium"),
            },
            unknown={
                "status": up(status="levitating"),
                "status of a snapshot": missing(replace(SNAPSHOT, status="levitating")),
            },
            foreign={"another run's": up(owner=FOREIGN_RUN), "nobody's": up(owner=None)},
            undo_own={"up": up(MADE), "up, and the journal is lost": up(), "failed": unreadable("create-failed", MADE)},
            undo_over={"gone": missing(SNAPSHOT), "somebody else's by now": up(MADE, owner=FOREIGN_RUN)},
        ),
    ),
    Case(
        kind="elasticache.restore",
        name="a named snapshot",
        params={**PARAMS, "snapshot": f"{SOURCE}-1"},
        live=Live(plant=plant_snapshots, takes=("create",), undo_takes=("delete",), fingerprint=replication_groups),
    ),
    Case(
        kind="elasticache.restore",
        name="empty",
        params={**PARAMS, "empty": True},
        live=Live(plant=plant, takes=("create",), undo_takes=("delete",), fingerprint=replication_groups),
        sees=Sightings(absent={"no snapshot needed": missing()}),
    ),
)
