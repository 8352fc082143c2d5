"""What `policy.check` tells, and that what it may not see is never taken for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drctl.actions.findings import Status
from drctl.actions.parameters import check_params
from drctl.actions.policy.check import Seen, judge
from drctl.actions.policy.params import DatabasePolicy, Params
from drctl.model.decision import Done, Refuse
from drctl.model.evidence import RecoveryPoint
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.faults import FaultPlan
from tests.actions.cases.policy_check import (
    ALL,
    BUCKET,
    BUCKETS,
    CASES,
    DATABASE,
    EACH_MONTH,
    INSTANCE,
    MAY_NOT,
    NOW,
    SNAPSHOT,
    plant,
)
from tests.actions.driving import Driver
from tests.actions.laws import PAST
from tests.simulated import PRIMARY, RECOVERY, Simulated

(CASE,) = CASES


def refused(seen: Seen) -> Refuse:
    decision = CASE.action.decide(CASE.bound.params, seen, PAST)
    assert isinstance(decision, Refuse)
    return decision


def test_one_thing_that_is_wrong_is_the_whole_sentence() -> None:
    stale = replace(DATABASE, copies=())
    told = refused(replace(ALL, databases=(stale,)))
    assert told.because == f"there is no usable copy of a snapshot of amply-prod in {RECOVERY}"


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(hours=3, seconds=-1), "is 3h old, more than 1h30m"),
        (timedelta(hours=3, seconds=1), "is 3h old, more than 1h30m"),
        (timedelta(minutes=90, seconds=1), "is 1h30m1s old, more than 1h30m"),
    ],
)
def test_ages_are_told_to_the_minute_unless_that_would_hide_that_they_are_too_old(age: timedelta, told: str) -> None:
    copy = replace(SNAPSHOT, recovery_point=RecoveryPoint(NOW - age, "RDS SnapshotDatabaseTime"))
    policy = DatabasePolicy(name="amply-prod", copy_age=timedelta(minutes=90))
    stale = replace(DATABASE, policy=policy, copies=(copy,))
    assert refused(replace(ALL, databases=(stale,))).because.endswith(told)


def test_the_worst_is_told_and_all_of_them_are_listed() -> None:
    """One zone is a risk; a database that nobody can decrypt is none any more."""
    database = replace(DATABASE, key=None, instance=replace(INSTANCE, multi_az=False, backup_retention_days=1))
    bucket = replace(BUCKETS, source=replace(BUCKETS.source, closed=False))
    told = refused(replace(ALL, databases=(database,), buckets=(bucket,)))
    assert told.because == f"the key of amply-prod in {PRIMARY} is absent, and 3 more"
    assert told.hint is not None
    assert [part in told.hint for part in ("kept for 1 days", "no standby", f"{BUCKET} is not closed")] == [True] * 3


def test_months_are_counted_from_the_last_whole_one() -> None:
    """November is not over on the 23rd; a snapshot of October is 23 days old, and none is of September."""
    policy = DatabasePolicy(name="amply-prod", months=2)
    kept = replace(DATABASE, policy=policy, snapshots=EACH_MONTH[:2], copies=EACH_MONTH)
    told = refused(replace(ALL, databases=(kept,)))
    assert told.because == f"no manual snapshot of amply-prod in {PRIMARY} is of 2026-09"


def test_an_automated_snapshot_keeps_no_month() -> None:
    """It is gone after 35 days at most."""
    automated = tuple(replace(one, manual=False) for one in EACH_MONTH)
    kept = replace(DATABASE, policy=DatabasePolicy(name="amply-prod", months=2), snapshots=automated, copies=EACH_MONTH)
    assert refused(replace(ALL, databases=(kept,))).because.endswith("is of 2026-10, 2026-09")


def test_a_snapshot_that_is_shared_with_everybody_is_told(simulated: Simulated) -> None:
    plant(simulated)
    rds = simulated.client("rds")
    rds.create_db_snapshot(DBInstanceIdentifier="amply-prod", DBSnapshotIdentifier="leaked")
    simulated.advance(timedelta(minutes=30))
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier="leaked", AttributeName="restore", ValuesToAdd=["all"])
    decision, _ = Driver(CASE, simulated).look()
    assert isinstance(decision, Refuse)
    assert "everybody may restore leaked, a snapshot of amply-prod in" in f"{decision.because} {decision.hint}"


def test_what_is_not_known_comes_after_what_is_wrong() -> None:
    bucket = replace(BUCKETS, replication=MAY_NOT)
    database = replace(DATABASE, instance=replace(INSTANCE, multi_az=False))
    told = refused(replace(ALL, databases=(database,), buckets=(bucket,)))
    assert told.because == f"amply-prod in {PRIMARY} has no standby in another Availability Zone, and 1 more"


def test_a_denied_look_is_unknown_and_names_the_permission_that_is_missing() -> None:
    (finding,) = [one for one in judge(replace(ALL, buckets=(replace(BUCKETS, expiries=MAY_NOT),))) if not one.ok]
    assert (finding.status, finding.check, finding.subject) == (Status.UNKNOWN, "s3.lifecycle", BUCKET)
    assert finding.fix == "allow DescribeIt to the role of this step"


def test_whichever_look_is_denied_the_step_is_refused(simulated: Simulated) -> None:
    """And what the other looks saw is told all the same: nothing but the denied ones is missing."""
    plant(simulated)
    driver = Driver(CASE, simulated)
    decision, _ = driver.look()
    assert isinstance(decision, Done)
    looked = {(call.service, call.operation) for call in driver.calls if call.service != "sts"}
    assert len(looked) == len(CASE.action.spec.operations) - 1
    for service, operation in sorted(looked):
        denied = Fault(service=service, operation=operation, kind=FaultKind.DENIED, times=None)
        simulated.app.faults = FaultPlan.of([denied])
        decision, _ = driver.look()
        assert isinstance(decision, Refuse), f"{service}:{operation}"
        assert operation in decision.because
    simulated.app.faults = FaultPlan()


def test_every_check_is_an_output_with_what_was_observed(simulated: Simulated) -> None:
    plant(simulated)
    _, evidence = Driver(CASE, simulated).look()
    assert evidence is not None
    assert evidence.outputs["violations"] == 0
    told: Any = evidence.outputs["checks"]
    checks = {(one["check"], one["subject"]): one["observed"] for one in told}
    assert checks["rds.backup-retention", f"amply-prod in {PRIMARY}"] == "7"
    assert checks["s3.replication", BUCKET] == "enabled"
    assert len(checks) == 23


def test_a_copy_grows_old_by_the_clock_of_aws(simulated: Simulated) -> None:
    plant(simulated)
    driver = Driver(CASE, simulated)
    simulated.advance(timedelta(hours=5))
    decision, _ = driver.look()
    assert isinstance(decision, Refuse)
    assert decision.because.startswith(f"the newest copy of a snapshot of amply-prod in {RECOVERY} is ")


def test_a_lifecycle_that_removes_older_versions_at_once_is_found(simulated: Simulated) -> None:
    plant(simulated)
    gone_in_a_day = {
        "ID": "quick",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
    }
    simulated.client("s3").put_bucket_lifecycle_configuration(
        Bucket=BUCKET, LifecycleConfiguration={"Rules": [gone_in_a_day]}
    )
    decision, _ = Driver(CASE, simulated).look()
    assert isinstance(decision, Refuse)
    assert decision.because == f"older versions in {BUCKET} are removed after 1 days, before 30 have gone by"


def test_copies_need_a_region_that_they_are_in() -> None:
    for wanted in ({"secrets": ["a"]}, {"repositories": ["a"]}, {"buckets": [{"name": "a", "replica": "b"}]}):
        (problem,) = check_params(Params, {"region": PRIMARY, **wanted})
        assert "recovery_region" in problem.message


def test_a_check_of_nothing_is_a_mistake() -> None:
    (problem,) = check_params(Params, {"region": PRIMARY})
    assert problem.message.startswith("there is nothing to check")
