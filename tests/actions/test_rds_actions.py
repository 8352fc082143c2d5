"""What is special about recovering a database, beyond the laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drctl.actions.parameters import make_params
from drctl.actions.rds.create_replica import CreateReplica
from drctl.actions.rds.find_recovery_point import FindRecoveryPoint
from drctl.actions.rds.new_instance import Creation
from drctl.actions.rds.normalise import Normalise
from drctl.actions.rds.pitr_params import PointInTime
from drctl.actions.rds.promote_replica import PromoteReplica
from drctl.actions.rds.restore_snapshot import RestoreSnapshot
from drctl.actions.rds.restore_to_point_in_time import RestoreToPointInTime
from drctl.model.decision import Change, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.instant import parse_instant
from drctl.model.past import ChangeState, PastChange
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.faults import FaultPlan
from tests.actions.cases import rds_copy_snapshot as copying
from tests.actions.cases import rds_create_replica as replicating
from tests.actions.cases import rds_find_recovery_point as finding
from tests.actions.cases import rds_normalise as normalising
from tests.actions.cases import rds_promote_replica as promoting
from tests.actions.cases import rds_restore_snapshot as restoring
from tests.actions.cases import rds_restore_to_point_in_time as going_back
from tests.actions.driving import Driver
from tests.actions.laws import FOREIGN_RUN, PAST, Case
from tests.actions.planting import plant_network, plant_snapshot
from tests.simulated import PRIMARY, RECOVERY, Simulated

RESTORE, PROTECTED = restoring.CASES
FIND, LIMITED = finding.CASES


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


def test_a_recovery_point_that_is_too_old_is_refused_with_its_age_and_the_limit() -> None:
    """In one sentence: an operator decides on it whether to lose that much."""
    sight = finding.known(finding.snapshot(26))
    decision = FindRecoveryPoint().decide(LIMITED.bound.params, sight.seen, sight.past)
    assert isinstance(decision, Refuse)
    assert decision.because == (
        "amply-prod-26-hours-old holds data up to 2026-11-22T02:00:00Z, 1d2h before the incident began, "
        "and the limit is 2h"
    )


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
    assert isinstance(decision.detail, Creation)
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


def test_the_recovery_point_of_a_copy_is_never_when_it_was_copied(simulated: Simulated) -> None:
    evidence = evidence_of(driven(copying.CASES[0], simulated))
    taken = original_time(simulated, "amply-prod-202611230400")
    recovery_point = parse_instant(str(evidence.outputs["recovery_point"]))
    assert abs(recovery_point - taken) < timedelta(seconds=1)
    assert simulated.now() - recovery_point > timedelta(hours=1)


def test_a_copy_that_was_begun_needs_nothing_of_the_region_it_came_from(simulated: Simulated) -> None:
    driver = driven(copying.CASES[0], simulated)
    driver.converge()
    simulated.world.lose(PRIMARY)
    driver.calls.clear()
    assert isinstance(driver.converge().decision, Done)
    assert {call.region for call in driver.calls} == {RECOVERY}


def test_a_replica_of_a_lost_region_is_promoted_with_what_it_had_replayed(simulated: Simulated) -> None:
    """Its lag grows with the clock; what is in it does not get older by that. Nothing asks the Region that is gone."""
    driver = driven(promoting.CASES[0], simulated)
    lost_at = simulated.now()
    simulated.world.lose(PRIMARY)
    simulated.advance(timedelta(minutes=20))
    point = evidence_of(driver).recovery_point
    assert point is not None
    assert timedelta(0) <= lost_at - point.at < timedelta(seconds=30)
    assert point.method == "RDS ReplicaLag"
    assert {call.region for call in driver.calls} == {RECOVERY}
    (found,) = simulated.client("rds", RECOVERY).describe_db_instances()["DBInstances"]
    assert found["BackupRetentionPeriod"] == 7


def test_available_is_not_taken_for_promoted(simulated: Simulated) -> None:
    """A moment after the call nothing has changed to the eye; the step neither ends nor asks again."""
    driver = driven(promoting.CASES[0], simulated)
    decision, _ = driver.look()
    assert isinstance(decision, Change)
    driver.act(decision)
    again, _ = driver.look()
    assert isinstance(again, Change)
    assert again.settle > timedelta(minutes=2)


def test_who_promoted_something_else_knows_no_recovery_point() -> None:
    evidence = PromoteReplica().verify(promoting.CASES[0].bound.params, promoting.standalone().seen, PAST, None)  # type: ignore[arg-type]
    assert evidence.recovery_point is None


def test_a_promotion_cannot_be_undone() -> None:
    sight = promoting.promoted()
    decision = PromoteReplica().decide_undo(promoting.CASES[0].bound.params, sight.seen, sight.past)
    assert isinstance(decision, Refuse)


def test_a_replica_that_was_promoted_since_is_never_deleted() -> None:
    """It may hold the only copy."""
    seen = replicating.there(replica_of=None, replication=None).seen
    assert isinstance(CreateReplica().decide_undo(replicating.CASES[0].bound.params, seen, PAST), Refuse)


def test_another_attempt_at_the_latest_point_gets_the_same_one() -> None:
    """Backups have gone on since; the first attempt's choice was written down before its call."""
    latest = going_back.CASES[1].bound.params
    first = RestoreToPointInTime().decide(latest, going_back.ABSENT, PAST)
    assert isinstance(first, Change)
    failed = PastChange(
        name="restore", summary="", state=ChangeState.FAILED, intended_at=going_back.AT, undo=first.undo
    )
    seen = going_back.backup(latest=going_back.AT + timedelta(hours=5)).seen
    second = RestoreToPointInTime().decide(latest, seen, replace(PAST, changes=(failed,)))
    assert isinstance(second, Change)
    assert isinstance(first.detail, PointInTime)
    assert isinstance(second.detail, PointInTime)
    assert second.detail.at == first.detail.at < going_back.BACKUP.latest  # type: ignore[operator]


def test_a_moment_before_the_onset_is_counted_from_the_onset_and_from_nothing_else() -> None:
    """Every attempt, whenever it is made, goes back to the same second."""
    relative = relative_params()
    onset = going_back.AT + timedelta(minutes=30, microseconds=7)
    decision = RestoreToPointInTime().decide(relative, going_back.ABSENT, replace(PAST, onset=onset))
    assert isinstance(decision, Change)
    assert isinstance(decision.detail, PointInTime)
    assert decision.detail.at == going_back.AT
    restored = going_back.there().seen
    assert isinstance(RestoreToPointInTime().decide(relative, restored, replace(PAST, onset=onset)), Done)
    later = replace(PAST, onset=onset + timedelta(minutes=1))
    assert isinstance(RestoreToPointInTime().decide(relative, restored, later), Refuse)


def test_a_moment_before_an_onset_that_nobody_knows_is_refused() -> None:
    decision = RestoreToPointInTime().decide(relative_params(), going_back.ABSENT, replace(PAST, onset=None))
    assert isinstance(decision, Refuse)
    assert "restore_time" in (decision.hint or "")


def test_a_restore_time_comes_before_a_moment_before_the_onset() -> None:
    both = make_params(RestoreToPointInTime.spec.params, {**going_back.PARAMS, "before_onset": "6h"})
    decision = RestoreToPointInTime().decide(both, going_back.ABSENT, replace(PAST, onset=going_back.AT))
    assert isinstance(decision, Change)
    assert isinstance(decision.detail, PointInTime)
    assert decision.detail.at == going_back.AT


def relative_params() -> Any:
    return make_params(RestoreToPointInTime.spec.params, going_back.RELATIVE)


def test_backups_of_a_lost_region_are_restored_where_they_were_replicated_to(simulated: Simulated) -> None:
    driver = driven(going_back.CASES[1], simulated)
    lost_at = simulated.now()
    simulated.world.lose(PRIMARY)
    simulated.advance(timedelta(minutes=30))
    point = evidence_of(driver).recovery_point
    assert point is not None
    assert timedelta(minutes=10) <= lost_at - point.at < timedelta(minutes=11)
    assert {call.region for call in driver.calls} == {RECOVERY}


def test_going_back_within_a_region_names_the_moment(simulated: Simulated) -> None:
    restoring.plant(simulated)
    source = simulated.client("rds", PRIMARY)
    network = {
        "region": PRIMARY,
        "instance": "amply-prod-restored",
        "kms_key": None,
        "restore_time": "2026-11-23T04:30:00Z",
    }
    plant_network(simulated, PRIMARY, "amply-rds")
    source.create_db_parameter_group(
        DBParameterGroupName="amply-prod-postgres16", DBParameterGroupFamily="postgres16", Description="ours"
    )
    case = replace(going_back.CASES[1], params={**going_back.PARAMS, **network})
    point = evidence_of(Driver(case, simulated)).recovery_point
    assert point is not None
    assert point.at == parse_instant("2026-11-23T04:30:00Z")


def test_only_what_differs_is_set(simulated: Simulated) -> None:
    """One call, with nothing in it that is right already."""
    driver = driven(normalising.CASES[0], simulated)
    simulated.client("rds", RECOVERY).modify_db_instance(DBInstanceIdentifier="amply-prod", DeletionProtection=True)
    driver.converge()
    (_, modified) = simulated.calls("rds", "ModifyDBInstance")
    assert set(modified.params) - {"DBInstanceIdentifier", "ApplyImmediately"} == {
        "BackupRetentionPeriod", "DBParameterGroupName", "MultiAZ", "VpcSecurityGroupIds",
    }  # fmt: skip


def test_a_setting_that_others_changed_since_is_left_to_them() -> None:
    sight = normalising.there(normalising.changed("modify"), backup_retention_days=30)
    decision = Normalise().decide_undo(normalising.CASES[0].bound.params, sight.seen, sight.past)
    assert isinstance(decision, Refuse)
