"""aurora.global_failover and aurora.global_switchover"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.aurora.writer import Seen
from drctl.aws.aurora import (
    CANCELLING,
    CHANGING,
    CLUSTER_DEAD_ENDS,
    CLUSTER_SETTLING,
    GLOBAL_DEAD_ENDS,
    GLOBAL_SETTLING,
    DbCluster,
    GlobalChange,
    GlobalCluster,
    GlobalMember,
)
from drctl.aws.rds_lag import Lag
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.aurora_planting import CLUSTER, GLOBAL, plant_global_database, writers
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, RECOVERY

AT = datetime(2026, 11, 23, 5, tzinfo=UTC)
PARAMS: dict[str, Any] = {"region": RECOVERY, "global_cluster": GLOBAL, "cluster": CLUSTER}
HERE = GlobalMember(f"arn:aws:rds:{RECOVERY}:111111111111:cluster:{CLUSTER}", False, "connected")
THERE = GlobalMember(f"arn:aws:rds:{PRIMARY}:111111111111:cluster:{CLUSTER}", True, "connected")
THIRD = "arn:aws:rds:eu-north-1:111111111111:cluster:amply-third"
WHOLE = GlobalCluster(
    id=GLOBAL, arn=f"arn:aws:rds::111111111111:global-cluster:{GLOBAL}", status="available", members=(THERE, HERE)
)
TARGET = DbCluster(
    name=CLUSTER, arn=HERE.arn, status="available", endpoint=f"{CLUSTER}.cluster-1", port=5432, instances=1
)
CLOSE, FAR = Lag(timedelta(seconds=1), AT), Lag(timedelta(minutes=9), AT)


def moved(name: str, times: int = 1, state: ChangeState = ChangeState.RETURNED, epoch: int = 1) -> Past:
    undo = {"writer": THERE.arn}
    change = PastChange(name=name, summary=name, state=state, intended_at=AT, undo=undo, epoch=epoch)
    return replace(PAST, changes=(change,) * times)


def there(past: Past = PAST, lag: Lag | None = CLOSE, **whole: Any) -> Sight:
    """The writer is elsewhere."""
    return Sight(Seen(whole=replace(WHOLE, **whole), cluster=TARGET, lag=lag), past)


def cluster(**changed: Any) -> Sight:
    return Sight(Seen(whole=WHOLE, cluster=replace(TARGET, **changed), lag=CLOSE))


def synchronised(how: str | None) -> Sight:
    return there(members=(THERE, replace(HERE, synchronization=how)))


def here(past: Past = PAST, former: str | None = "connected", **whole: Any) -> Sight:
    """The target is the writer."""
    members = (replace(THERE, writer=False, synchronization=former), replace(HERE, writer=True))
    return Sight(Seen(whole=replace(WHOLE, **{"members": members, **whole}), cluster=TARGET), past)


def changing(status: str, to: str = HERE.arn) -> Sight:
    return there(change=GlobalChange(status, to))


NOBODYS = "the runbook names the cluster, and a third member would be needed to move it elsewhere"


def common(name: str) -> dict[str, dict[str, Sight]]:
    """What both ways of moving the writer see alike."""
    return {
        "settling": {
            **{f"change {status}": changing(status) for status in sorted(CHANGING | {CANCELLING})},
            "change to nobody knows whom": changing("pending", ""),
            "change elsewhere that is called off": changing(CANCELLING, THIRD),
            **{f"global {status}": there(status=status) for status in sorted(GLOBAL_SETTLING)},
            **{f"cluster {status}": cluster(status=status) for status in sorted(CLUSTER_SETTLING)},
        },
        "there": {"the writer": here(), "the writer, by us": here(moved(name))},
        "dead_end": {
            "no global database": Sight(Seen(whole=None)),
            "no member": there(members=(THERE,)),
            "no cluster": Sight(Seen(whole=WHOLE)),
            "no instance": cluster(instances=0),
            "asked for twice": there(moved(name, 2)),
            **{f"global {status}": there(status=status) for status in sorted(GLOBAL_DEAD_ENDS)},
            **{f"cluster {status}": cluster(status=status) for status in sorted(CLUSTER_DEAD_ENDS)},
        },
        "unknown": {
            "global status": there(status="levitating"),
            "cluster status": cluster(status="levitating"),
            "change": changing("levitating"),
            "synchronisation": synchronised("levitating"),
        },
        "foreign": {"somebody moves it elsewhere": changing("failing-over", THIRD)},
        "undo_own": {
            "moved": here(moved(name)),
            "perhaps moved": here(moved(name, state=ChangeState.INTENDED)),
            "moved, and AWS says nothing of synchronisation": here(moved(name), former=None),
        },
        "undo_over": {
            "moved by somebody else": here(),
            "moved back": there(moved(name)),
            "refused": there(moved(name, state=ChangeState.FAILED)),
            "gone": Sight(Seen(whole=None), moved(name)),
        },
    }


FAILOVER, SWITCHOVER = common("fail-over"), common("switch-over")
FAILOVER["dead_end"] |= {"not brought level since an earlier failover": synchronised("pending-resync")}
SWITCHOVER["settling"] |= {"not brought level yet": synchronised("pending-resync")}

CASES = (
    Case(
        kind="aurora.global_failover",
        params=PARAMS,
        sees=Sightings(
            absent={
                "a secondary": there(),
                "far behind": there(lag=FAR),
                "nobody knows how far behind": there(lag=None),
                "AWS says nothing of synchronisation": synchronised(None),
                "called off once": there(moved("fail-over")),
                "called off twice, and an operator tries again": there(
                    replace(moved("fail-over", 2), epoch=2),
                ),
            },
            **FAILOVER,
        ),
        live=Live(plant=plant_global_database, takes=("fail-over",), undo_takes=("switch-back",), fingerprint=writers),
        exempt={"foreign_live": NOBODYS},
    ),
    Case(
        kind="aurora.global_failover",
        name="with a limit",
        params={**PARAMS, "max_loss": "1m"},
        sees=Sightings(
            absent={
                "close enough": there(),
                "behind since the onset only": there(replace(PAST, onset=AT - timedelta(minutes=9)), lag=FAR),
                "level with what was written after the onset": there(replace(PAST, onset=AT - timedelta(hours=1))),
                "once it is sent, the limit is behind it": there(moved("fail-over"), lag=FAR),
            },
            dead_end={
                "too far behind": there(lag=FAR),
                "too far behind at the onset": there(replace(PAST, onset=AT - timedelta(minutes=7)), lag=FAR),
                "nobody knows": there(lag=None),
            },
        ),
    ),
    Case(
        kind="aurora.global_switchover",
        params=PARAMS,
        sees=Sightings(
            absent={"a secondary": there(), "nothing is said of synchronisation": synchronised(None)}, **SWITCHOVER
        ),
        live=Live(
            plant=plant_global_database, takes=("switch-over",), undo_takes=("switch-back",), fingerprint=writers
        ),
        exempt={"foreign_live": NOBODYS},
    ),
)
