"""rds.delete_instance"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.rds.deletion_decisions import Seen
from drctl.aws.rds import DEAD_ENDS, DELETING, SETTLING
from drctl.model.past import ChangeState, Past, PastChange
from drctl.ports.action import MODE_TAG, OWNER_TAG
from tests.actions.cases.rds_restore_snapshot import INSTANCE, SNAPSHOT
from tests.actions.laws import FOREIGN_RUN, PAST, RUN, Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
NAME = "amply-prod-drill"
COPY = replace(INSTANCE, name=NAME)
LAST = replace(SNAPSHOT, id="amply-prod-drill-last", instance=NAME)
DRILL = replace(PAST, drill=True)
PARAMS: dict[str, Any] = {"region": RECOVERY, "instance": NAME}
KEEPING = {**PARAMS, "final_snapshot": LAST.id}


def past(name: str, owner: str = RUN, state: ChangeState = ChangeState.RETURNED) -> Past:
    undo = {"owner": owner} if name == "delete" else {"deletion_protection": True}
    return replace(PAST, changes=(PastChange(name=name, summary=name, state=state, intended_at=AT, undo=undo),))


DELETED, UNPROTECTED = past("delete"), past("unprotect")


def there(before: Past = PAST, last: Any = None, **changed: Any) -> Sight:
    return Sight(Seen(replace(COPY, **changed), last), before)


def gone(before: Past = PAST, last: Any = None) -> Sight:
    return Sight(Seen(None, last), before)


def make(simulated: Simulated, *, owner: str | None = RUN, protected: bool = False, mode: str = "real") -> None:
    tags = [{"Key": MODE_TAG, "Value": mode}, *([{"Key": OWNER_TAG, "Value": owner}] if owner else [])]
    simulated.client("rds", RECOVERY).create_db_instance(
        DBInstanceIdentifier=NAME,
        DBInstanceClass="db.t3.small",
        Engine="postgres",
        EngineVersion="16.3",
        AllocatedStorage=20,
        MasterUsername="amply",
        MasterUserPassword="not-a-secret",
        DeletionProtection=protected,
        Tags=tags,
    )
    simulated.advance(timedelta(hours=1))


def nothing(simulated: Simulated) -> None:
    """A world in which there is no such instance."""


CASES = (
    Case(
        kind="rds.delete_instance",
        params=PARAMS,
        sees=Sightings(
            absent={
                "ours": there(),
                "ours, protected": there(deletion_protection=True),
                "a drill's, in a drill": there(DRILL, owner=FOREIGN_RUN, of_drill=True),
                **{status: there(status=status) for status in sorted(DEAD_ENDS)},
            },
            settling={status: there(status=status) for status in sorted(SETTLING | DELETING | {"backing-up"})},
            there={"gone": gone(), "deleted by us": gone(DELETED)},
            dead_end={
                "a drill's, protected": there(DRILL, owner=FOREIGN_RUN, of_drill=True, deletion_protection=True),
            },
            unknown={"status": there(status="levitating")},
            foreign={
                "another run's": there(owner=FOREIGN_RUN),
                "nobody's": there(owner=None),
                "nobody's, in a drill": there(DRILL, owner=None),
                "another run's, in a drill": there(DRILL, owner=FOREIGN_RUN),
                "a drill's, outside of one": there(owner=FOREIGN_RUN, of_drill=True),
                "nobody's, adopted": there(replace(PAST, adopt=True), owner=None),
                "nobody's, being deleted": there(owner=None, status="deleting"),
            },
            undo_own={"its protection was taken off": there(UNPROTECTED)},
            undo_over={
                "deleted": gone(DELETED),
                "never there": gone(),
                "still protected": there(UNPROTECTED, deletion_protection=True),
                "not yet begun": there(),
            },
        ),
        live=Live(plant=make, takes=("delete",)),
        exempt={"undo": "an instance of this run was not there before it, and goes for good"},
    ),
    Case(
        kind="rds.delete_instance",
        name="protected, with a final snapshot",
        params=KEEPING,
        sees=Sightings(
            absent={"ours": there()},
            settling={
                "deleting": there(DELETED, LAST, status="deleting"),
                "about to be deleted": there(DELETED, LAST),
                "last snapshot being taken": gone(DELETED, replace(LAST, status="creating")),
            },
            there={"gone, and kept": gone(DELETED, LAST), "never there": gone()},
            dead_end={
                "snapshot of that name": there(last=LAST),
                "snapshot of another instance": gone(last=replace(LAST, instance="amply-prod")),
                "gone without its snapshot": gone(DELETED),
                "its snapshot failed": gone(DELETED, replace(LAST, status="failed")),
                "a replica": there(replica_of="amply-prod"),
                "failed": there(status="failed"),
            },
        ),
        live=Live(plant=lambda simulated: make(simulated, protected=True), takes=("unprotect", "delete")),
    ),
    Case(
        kind="rds.delete_instance",
        name="somebody else's",
        params=PARAMS,
        live=Live(plant=nothing, plant_foreign=lambda simulated: make(simulated, owner=None, mode="drill")),
    ),
)
