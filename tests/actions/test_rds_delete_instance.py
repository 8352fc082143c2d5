"""What is special about deleting an instance, beyond the laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from drctl.actions.rds.delete_instance import DeleteInstance
from drctl.model.decision import Done, Refuse
from tests.actions.cases import rds_delete_instance as deleting
from tests.actions.driving import Driver
from tests.actions.laws import FOREIGN_RUN
from tests.simulated import RECOVERY, Simulated

GONE, KEEPING, _ = deleting.CASES


def test_a_final_snapshot_outlives_its_instance(simulated: Simulated) -> None:
    deleting.make(simulated, protected=True)
    outcome = Driver(KEEPING, simulated).converge()
    rds = simulated.client("rds", RECOVERY)
    assert rds.describe_db_instances()["DBInstances"] == []
    (snapshot,) = rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    assert (snapshot["DBSnapshotIdentifier"], snapshot["Status"]) == (deleting.LAST.id, "available")
    assert outcome.evidence is not None
    assert outcome.evidence.outputs == {"final_snapshot": deleting.LAST.id}


def test_without_a_final_snapshot_nothing_is_left(simulated: Simulated) -> None:
    """Not even the automated backups, which would be paid for as long as they are kept."""
    deleting.make(simulated)
    assert isinstance(Driver(GONE, simulated).converge().decision, Done)
    rds = simulated.client("rds", RECOVERY)
    assert rds.describe_db_snapshots()["DBSnapshots"] == []
    (call,) = simulated.calls("rds", "DeleteDBInstance")
    assert call.params["DeleteAutomatedBackups"] is True
    assert call.params["SkipFinalSnapshot"] is True


def test_what_a_drill_made_is_deleted_by_another_drill_and_by_no_real_run(simulated: Simulated) -> None:
    deleting.make(simulated, owner=FOREIGN_RUN, mode="drill")
    driver = Driver(GONE, simulated)
    assert isinstance(driver.converge().decision, Refuse)
    driver.past = replace(driver.past, drill=True)
    assert driver.converge().changes == ["delete"]
    simulated.advance(timedelta(hours=1))
    undone = driver.converge(undo=True).decision
    assert isinstance(undone, Refuse), "it was there before this run"


def test_the_refusal_says_whose_it_is() -> None:
    sight = deleting.there(owner=FOREIGN_RUN)
    decision = DeleteInstance().decide(GONE.bound.params, sight.seen, sight.past)
    assert isinstance(decision, Refuse)
    assert decision.because == (f"{deleting.NAME} was made by {FOREIGN_RUN}, and only what this run made is deleted")


def test_a_protection_that_was_taken_off_in_vain_is_put_back(simulated: Simulated) -> None:
    deleting.make(simulated, protected=True)
    driver = Driver(GONE, simulated)
    decision, _ = driver.look()
    driver.act(decision)  # type: ignore[arg-type]
    assert driver.converge(undo=True).changes == ["protect"]
    (kept,) = simulated.client("rds", RECOVERY).describe_db_instances()["DBInstances"]
    assert kept["DeletionProtection"] is True
