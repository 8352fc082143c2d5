"""What is special about recovering a database, beyond the laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drctl.actions.rds.find_recovery_point import FindRecoveryPoint
from drctl.actions.rds.restore_params import Restore
from drctl.actions.rds.restore_snapshot import RestoreSnapshot
from drctl.model.decision import Change, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.instant import parse_instant
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.faults import FaultPlan
from tests.actions.cases import rds_find_recovery_point as finding
from tests.actions.cases import rds_restore_snapshot as restoring
from tests.actions.driving import Driver
from tests.actions.laws import FOREIGN_RUN, PAST, Case
from tests.actions.planting import plant_snapshot
from tests.simulated import PRIMARY, RECOVERY, Simulated

RESTORE, PROTECTED = restoring.CASES
(FIND,) = finding.CASES


def driven(case: Case, simulated: Simulated) -> Driver:
    assert case.live is not None
    case.live.plant(simulated)
    return Driver(case, simulated)


def evidence_of(driver: Driver) -> Evidence:
    outcome = driver.converge()
    assert isinstance(outcome.decision, Done), outcome.decision
    assert outcome.evidence is not None
    return outcome.evidence


def original_time(simulated: Simulated, name: str) -> Any:
    listed = simulated.client("rds", PRIMARY).describe_db_snapshots(DBSnapshotIdentifier=name)
    return listed["DBSnapshots"][0]["SnapshotCreateTime"]


def test_the_recovery_point_of_a_copy_is_that_of_its_original(simulated: Simulated) -> None:
    """The copy was made half an hour later; the data did not get younger by that."""
    evidence = evidence_of(driven(FIND, simulated))
    assert evidence.outputs["snapshot"] == "amply-prod-202611230400-eu-west-1"
    recovery_point = parse_instant(str(evidence.outputs["recovery_point"]))
    taken = original_time(simulated, "amply-prod-202611230400")
    assert abs(recovery_point - taken) < timedelta(seconds=1)


def test_the_snapshot_with_the_newest_data_is_chosen(simulated: Simulated) -> None:
    driver = driven(FIND, simulated)
    (key,) = {
        snapshot["KmsKeyId"] for snapshot in simulated.client("rds", RECOVERY).describe_db_snapshots()["DBSnapshots"]
    }
    plant_snapshot(simulated, "202611230700", key)
    assert evidence_of(driver).outputs["snapshot"] == "amply-prod-202611230700-eu-west-1"

    limit = original_time(simulated, "amply-prod-202611230700") - timedelta(minutes=1)
    earlier = replace(FIND, params={**FIND.params, "before": limit.isoformat()})
    assert evidence_of(Driver(earlier, simulated)).outputs["snapshot"] == "amply-prod-202611230400-eu-west-1"


def test_a_lost_region_does_not_keep_its_copies_from_being_found(simulated: Simulated) -> None:
    """Nothing on the way asks the Region that is gone."""
    driver = driven(FIND, simulated)
    simulated.world.lost_regions.add(PRIMARY)
    assert evidence_of(driver).holds
    assert {call.region for call in driver.calls} == {RECOVERY}


def test_finding_says_which_snapshot_and_what_is_in_it() -> None:
    params = FIND.bound.params
    evidence = FindRecoveryPoint().verify(params, finding.listed(finding.snapshot(1)).seen, PAST, None)  # type: ignore[arg-type]
    assert evidence.fact == "amply-prod-1-hours-old holds data up to 2026-11-23T03:00:00Z (RDS SnapshotDatabaseTime)"


def test_a_restore_carries_the_snapshots_recovery_point(simulated: Simulated) -> None:
    """RPO is measured from what is in the recovered store."""
    evidence = evidence_of(driven(RESTORE, simulated))
    assert evidence.recovery_point is not None
    taken = original_time(simulated, "amply-prod-202611230400")
    assert abs(evidence.recovery_point.at - taken) < timedelta(seconds=1)
    assert evidence.recovery_point.method == "RDS SnapshotDatabaseTime"


def test_a_restore_is_made_as_it_was_asked_for(simulated: Simulated) -> None:
    """Everything AWS would otherwise fill in by default is said."""
    driver = driven(PROTECTED, simulated)
    driver.converge()
    (made,) = simulated.client("rds", RECOVERY).describe_db_instances()["DBInstances"]
    assert made["DeletionProtection"] is True
    assert made["MultiAZ"] is False
    assert made["PubliclyAccessible"] is False
    assert made["BackupRetentionPeriod"] == 7
    assert made["DBSubnetGroup"]["DBSubnetGroupName"] == "amply-prod-db"
    assert made["DBParameterGroups"][0]["DBParameterGroupName"] == "amply-prod-postgres16"
    assert {tag["Key"] for tag in made["TagList"]} == {
        "drctl:run-id", "drctl:step-id", "drctl:runbook", "drctl:mode",
    }  # fmt: skip


def test_no_capacity_means_the_next_class(simulated: Simulated) -> None:
    """In the runbook's order, and then a person decides."""
    driver = driven(RESTORE, simulated)
    refusing = Fault(service="rds", operation="RestoreDBInstanceFromDBSnapshot", kind=FaultKind.CAPACITY)
    simulated.app.faults = FaultPlan.of([refusing])
    assert driver.converge().changes == ["restore"]
    (made,) = simulated.client("rds", RECOVERY).describe_db_instances()["DBInstances"]
    assert made["DBInstanceClass"] == "db.m6g.large"


def test_no_capacity_at_all_is_refused_with_every_class_named(simulated: Simulated) -> None:
    driver = driven(RESTORE, simulated)
    never = Fault(service="rds", operation="RestoreDBInstanceFromDBSnapshot", kind=FaultKind.CAPACITY, times=None)
    simulated.app.faults = FaultPlan.of([never])
    decision = driver.converge().decision
    assert isinstance(decision, Refuse)
    assert decision.because == "AWS has no capacity in eu-west-1 for any of: db.t3.small, db.m6g.large"


@pytest.mark.parametrize(
    ("refused", "epoch", "chosen"), [(0, 1, "db.t3.small"), (1, 1, "db.m6g.large"), (2, 2, "db.t3.small")]
)
def test_a_retry_by_an_operator_starts_with_the_first_class_again(refused: int, epoch: int, chosen: str) -> None:
    past = replace(PAST, epoch=epoch, changes=restoring.refused_for_capacity(refused))
    decision = RestoreSnapshot().decide(RESTORE.bound.params, restoring.ABSENT, past)
    assert isinstance(decision, Change)
    assert isinstance(decision.detail, Restore)
    assert decision.detail.instance_class == chosen


def test_a_reboot_is_a_flip_and_waits_for_nothing_else() -> None:
    """It restarts the database each time it is sent, so nobody sends it blindly twice."""
    seen = restoring.there(parameter_groups={"amply-prod-postgres16": "pending-reboot"}).seen
    decision = RestoreSnapshot().decide(RESTORE.bound.params, seen, PAST)
    assert isinstance(decision, Change)
    assert (decision.name, decision.flip) == ("reboot", True)


def test_what_is_in_an_adopted_instance_is_not_known() -> None:
    """Nobody can tell from which snapshot it came; an RPO must not be made up."""
    seen = restoring.there(owner=FOREIGN_RUN).seen
    evidence = RestoreSnapshot().verify(RESTORE.bound.params, seen, replace(PAST, adopt=True), None)  # type: ignore[arg-type]
    assert evidence.holds
    assert evidence.recovery_point is None
    assert "nobody knows" in evidence.fact


def test_loading_storage_is_part_of_the_evidence() -> None:
    """Up is not yet fast: blocks come from S3 when they are first read."""
    seen = restoring.there(hydrated_percent=37).seen
    evidence = RestoreSnapshot().verify(RESTORE.bound.params, seen, PAST, None)  # type: ignore[arg-type]
    assert evidence.fact.endswith("37 % of its storage loaded")


def test_an_instance_without_an_endpoint_is_not_there_yet() -> None:
    seen = restoring.there(endpoint=None).seen
    assert not RestoreSnapshot().verify(RESTORE.bound.params, seen, PAST, None).holds  # type: ignore[arg-type]
