"""rds.swap_identifiers"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.rds.swap_params import Seen
from drctl.aws.rds import DEAD_ENDS, DELETING, SETTLING
from drctl.model.past import ChangeState, Past, PastChange
from drctl.ports.action import OWNER_TAG
from tests.actions.cases.rds_restore_snapshot import INSTANCE
from tests.actions.laws import FOREIGN_RUN, PAST, RUN, Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, Simulated

AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
PARAMS: dict[str, Any] = {
    "region": PRIMARY,
    "instance": "amply-prod",
    "candidate": "amply-prod-restored",
    "old_name": "amply-prod-damaged",
}
DAMAGED = replace(INSTANCE, owner=None, resource_id="db-DAMAGED", deletion_protection=True)
VERIFIED = replace(INSTANCE, name="amply-prod-restored", resource_id="db-VERIFIED")
SET_ASIDE = replace(DAMAGED, name="amply-prod-damaged")
TAKEN_OVER = replace(VERIFIED, name="amply-prod")
OTHER = replace(INSTANCE, owner=FOREIGN_RUN, resource_id="db-OTHER")


def renamed(*names: str, state: ChangeState = ChangeState.RETURNED) -> Past:
    undo = {"live": "db-DAMAGED", "candidate": "db-VERIFIED"}
    changes = [PastChange(name=name, summary=name, state=state, intended_at=AT, undo=undo) for name in names]
    return replace(PAST, changes=tuple(changes))


ONE, BOTH = renamed("set-aside"), renamed("set-aside", "take-over")
BACK = renamed("set-aside", "take-over", "step-back", "restore-name")


def before(past: Past = PAST, *, live: Any = DAMAGED, candidate: Any = VERIFIED, old: Any = None) -> Sight:
    return Sight(Seen(live=live, candidate=candidate, old=old), past)


def between(past: Past = ONE, *, live: Any = None, candidate: Any = VERIFIED, old: Any = SET_ASIDE) -> Sight:
    return Sight(Seen(live=live, candidate=candidate, old=old), past)


def after(past: Past = BOTH, *, live: Any = TAKEN_OVER, candidate: Any = None, old: Any = SET_ASIDE) -> Sight:
    return Sight(Seen(live=live, candidate=candidate, old=old), past)


def make(simulated: Simulated, name: str, **changed: Any) -> None:
    simulated.client("rds", PRIMARY).create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t3.small",
        Engine="postgres",
        EngineVersion="16.3",
        AllocatedStorage=20,
        MasterUsername="amply",
        MasterUserPassword="not-a-secret",
        **changed,
    )
    simulated.advance(timedelta(hours=1))


def plant(simulated: Simulated) -> None:
    make(simulated, "amply-prod", DeletionProtection=True)
    make(simulated, "amply-prod-restored", Tags=[{"Key": OWNER_TAG, "Value": RUN}])


def plant_foreign(simulated: Simulated) -> None:
    """Somebody else's instance has the name that the damaged one is to get."""
    make(simulated, "amply-prod-damaged")


def names(simulated: Simulated) -> object:
    """Which instance has which name, and how protected it is."""
    listed = simulated.client("rds", PRIMARY).describe_db_instances()["DBInstances"]
    told = ("DBInstanceIdentifier", "DbiResourceId", "DBInstanceStatus", "DeletionProtection")
    return sorted(tuple(instance[key] for key in told) for instance in listed)


CASES = (
    Case(
        kind="rds.swap_identifiers",
        params=PARAMS,
        sees=Sightings(
            absent={
                "both under their first names": before(),
                "the damaged one set aside": between(),
                "the damaged one set aside, and the journal lost": between(PAST),
                "the damaged one set aside, and broken": between(old=replace(SET_ASIDE, status="storage-full")),
                "the damaged one perhaps set aside": between(renamed("set-aside", state=ChangeState.INTENDED)),
                "somebody's candidate, adopted": before(
                    replace(PAST, adopt=True), candidate=replace(VERIFIED, owner=FOREIGN_RUN)
                ),
            },
            settling={
                **{
                    f"damaged one {status}": before(live=replace(DAMAGED, status=status)) for status in sorted(SETTLING)
                },
                **{
                    f"candidate {status}": before(candidate=replace(VERIFIED, status=status))
                    for status in sorted(SETTLING | DELETING | {"backing-up"})
                },
                **{
                    f"set aside, {status}": between(old=replace(SET_ASIDE, status=status))
                    for status in sorted(SETTLING)
                },
                **{
                    f"taken over, {status}": after(live=replace(TAKEN_OVER, status=status))
                    for status in sorted(SETTLING)
                },
                "under neither name yet": between(old=None),
                "under both names": before(ONE, old=SET_ASIDE),
                "candidate under neither name yet": after(live=None),
                "candidate under both names": after(candidate=VERIFIED),
                "candidate with something pending": before(candidate=replace(VERIFIED, pending=("MultiAZ",))),
            },
            there={
                "swapped": after(),
                "swapped, and the journal lost": after(PAST),
                "swapped, and the old one deleted since": after(old=None),
            },
            dead_end={
                **{
                    f"damaged one {status}": before(live=replace(DAMAGED, status=status))
                    for status in sorted(DEAD_ENDS)
                },
                **{
                    f"candidate {status}": before(candidate=replace(VERIFIED, status=status))
                    for status in sorted(DEAD_ENDS)
                },
                "no candidate": before(candidate=None),
                "nothing at all": before(live=None, candidate=None),
                "nothing to replace": before(live=None),
            },
            unknown={
                "status of the damaged one": before(live=replace(DAMAGED, status="levitating")),
                "status of the candidate": before(candidate=replace(VERIFIED, status="levitating")),
            },
            foreign={
                "candidate of another run": before(candidate=replace(VERIFIED, owner=FOREIGN_RUN)),
                "candidate of nobody": before(candidate=replace(VERIFIED, owner=None)),
                "old name taken": before(old=OTHER),
                "old name taken in between": between(old=OTHER),
                "live name taken in between": between(live=OTHER, old=None),
            },
            undo_own={
                "swapped": after(),
                "in between": between(),
                "perhaps swapped": after(renamed("set-aside", "take-over", state=ChangeState.INTENDED)),
                "stepped back": between(renamed("set-aside", "take-over", "step-back")),
                "the candidate gone since": between(BOTH, candidate=None),
            },
            undo_over={
                "never renamed": before(),
                "renamed by nobody knows whom": after(PAST),
                "renamed back": before(BACK),
                "refused": before(renamed("set-aside", state=ChangeState.FAILED)),
            },
        ),
        live=Live(
            plant=plant,
            takes=("set-aside", "take-over"),
            undo_takes=("step-back", "restore-name"),
            fingerprint=names,
            plant_foreign=plant_foreign,
        ),
    ),
)
