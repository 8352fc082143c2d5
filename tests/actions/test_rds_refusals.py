"""What stands in the way of a restore or a copy is said in one sentence that names it, with a way out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from drctl.engine.responses import advice
from drctl.model.decision import Change, Refuse
from drctl.model.failure import CallFailure, FailureKind
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.faults import FaultPlan
from tests.actions.cases import rds_copy_snapshot as copying
from tests.actions.cases import rds_restore_snapshot as restoring
from tests.actions.cases import rds_restore_to_point_in_time as going_back
from tests.actions.driving import Driver
from tests.actions.laws import RUN, Case
from tests.fakes.aws import kept_access
from tests.simulated import PRIMARY, RECOVERY, Simulated

RESTORES = [
    pytest.param(restoring.CASES[0], id="from a snapshot"),
    pytest.param(going_back.CASES[1], id="to a point in time"),
]
MAKING = {
    "rds.restore_snapshot": "RestoreDBInstanceFromDBSnapshot",
    "rds.restore_to_point_in_time": "RestoreDBInstanceToPointInTime",
    "rds.copy_snapshot": "CopyDBSnapshot",
}
COPY = copying.CASES[0]


def driven(case: Case, simulated: Simulated, **changed: Any) -> Driver:
    assert case.live is not None
    case.live.plant(simulated)
    return Driver(replace(case, params={**case.params, **changed}), simulated)


def refusal_of(driver: Driver) -> Refuse:
    """What the step refuses with, before it has asked AWS for anything."""
    outcome = driver.converge()
    assert isinstance(outcome.decision, Refuse), outcome.decision
    assert outcome.changes == []
    assert outcome.decision.hint
    return outcome.decision


def failure_of(driver: Driver, simulated: Simulated) -> CallFailure:
    """How the call fails that the step makes first."""
    decision, _ = driver.look()
    assert isinstance(decision, Change), decision
    # The driver's own access: it knows where the call was sent. Asking for it forgets the looks.
    access = kept_access(simulated, None)
    with pytest.raises(ClientError) as raised:
        driver.act(decision)
    failure = access.classify(raised.value)
    assert failure is not None
    return failure


def fail(simulated: Simulated, case: Case, kind: FaultKind, code: str | None = None) -> None:
    fault = Fault(service="rds", operation=MAKING[case.kind], kind=kind, code=code, times=None)
    simulated.app.faults = FaultPlan.of([fault])


def disable_key(simulated: Simulated) -> None:
    kms = simulated.client("kms", RECOVERY)
    kms.disable_key(KeyId=kms.describe_key(KeyId="alias/amply-prod-data")["KeyMetadata"]["KeyId"])


@pytest.mark.parametrize("case", [*RESTORES, pytest.param(COPY, id="copy")])
def test_a_key_that_is_disabled(case: Case, simulated: Simulated) -> None:
    driver = driven(case, simulated)
    disable_key(simulated)
    refusal = refusal_of(driver)
    assert refusal.because == "KMS key alias/amply-prod-data is Disabled in eu-west-1"
    assert refusal.hint == f"enable it, or name another one; drctl resume {RUN}"


@pytest.mark.parametrize("case", [*RESTORES, pytest.param(COPY, id="copy")])
def test_an_alias_that_is_not_there_in_the_recovery_region(case: Case, simulated: Simulated) -> None:
    refusal = refusal_of(driven(case, simulated, kms_key="alias/nowhere"))
    assert refusal.because == "KMS key alias/nowhere is not there in eu-west-1"
    assert refusal.hint == f"name a key of eu-west-1 as `kms_key`, or create it there; drctl resume {RUN}"


def test_a_key_of_the_region_that_is_left_does_not_encrypt_a_copy(simulated: Simulated) -> None:
    driver = driven(COPY, simulated)
    key = simulated.client("kms", PRIMARY).describe_key(KeyId="alias/amply-prod-data")["KeyMetadata"]["Arn"]
    refusal = refusal_of(Driver(replace(COPY, params={**COPY.params, "kms_key": key}), driver.simulated))
    assert refusal.because == f"KMS key {key} is not there in eu-west-1"


def test_an_encrypted_snapshot_leaves_its_region_under_another_key_only(simulated: Simulated) -> None:
    refusal = refusal_of(driven(COPY, simulated, kms_key=None))
    assert refusal.because == "snapshot amply-prod-202611230400 is encrypted, and its key does not leave eu-central-1"
    assert refusal.hint == "set `kms_key` to a key of eu-west-1"


@pytest.mark.parametrize("case", RESTORES)
@pytest.mark.parametrize("group", ["amply-nothing", "sg-0123456789abcdef0"])
def test_a_security_group_that_is_missing(case: Case, group: str, simulated: Simulated) -> None:
    """By its name or by its id: an id is not taken at its word."""
    refusal = refusal_of(driven(case, simulated, security_groups=["amply-rds", group]))
    assert refusal.because.startswith(f"no security group {group} in vpc-")


@pytest.mark.parametrize("case", RESTORES)
def test_a_security_group_of_another_vpc_is_of_no_use(case: Case, simulated: Simulated) -> None:
    driver = driven(case, simulated)
    ec2 = simulated.client("ec2", RECOVERY)
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    other = ec2.create_security_group(GroupName="elsewhere", Description="d", VpcId=vpc)["GroupId"]
    moved = replace(driver.case, params={**driver.case.params, "security_groups": [other]})
    assert refusal_of(Driver(moved, simulated)).because.startswith(f"no security group {other} in vpc-")


@pytest.mark.parametrize("case", RESTORES)
def test_a_security_group_by_its_id_is_found(case: Case, simulated: Simulated) -> None:
    driver = driven(case, simulated)
    listed = simulated.client("ec2", RECOVERY).describe_security_groups()["SecurityGroups"]
    (id,) = [group["GroupId"] for group in listed if group["GroupName"] == "amply-rds"]
    by_id = replace(driver.case, params={**driver.case.params, "security_groups": [id]})
    assert Driver(by_id, simulated).converge().changes == ["restore"]


@pytest.mark.parametrize("case", RESTORES)
def test_a_subnet_group_that_is_missing(case: Case, simulated: Simulated) -> None:
    refusal = refusal_of(driven(case, simulated, subnet_group="nowhere"))
    assert refusal.because == "there is no DB subnet group nowhere in eu-west-1"


@pytest.mark.parametrize("case", RESTORES)
def test_no_capacity_for_any_class_names_them_all(case: Case, simulated: Simulated) -> None:
    driver = driven(case, simulated)
    fail(simulated, case, FaultKind.CAPACITY, "InsufficientDBInstanceCapacity")
    refusal = refusal_of(driver)
    assert refusal.because == "AWS has no capacity in eu-west-1 for any of: db.t3.small, db.m6g.large"
    assert refusal.hint == f"add to `fallback_classes`, or wait a little; drctl resume {RUN}"


@pytest.mark.parametrize("case", RESTORES)
@pytest.mark.parametrize("code", ["InstanceQuotaExceeded", "StorageQuotaExceeded"])
def test_a_quota_that_is_reached(case: Case, code: str, simulated: Simulated) -> None:
    """Which one it is, where, and that somebody can raise it; another class is not tried in vain."""
    driver = driven(case, simulated)
    fail(simulated, case, FaultKind.SERVER_ERROR, code)
    failure = failure_of(driver, simulated)
    assert failure.kind is FailureKind.QUOTA
    told = advice(failure, RUN)
    assert told.because.startswith(f"rds:{MAKING[case.kind]} in eu-west-1: {code}: ")
    assert "exceeding the allowed" in told.because
    assert told.hint == f"raise the quota in eu-west-1, then: drctl resume {RUN}"


@pytest.mark.parametrize("case", [*RESTORES, pytest.param(COPY, id="copy")])
def test_a_permission_that_is_missing(case: Case, simulated: Simulated) -> None:
    driver = driven(case, simulated)
    fail(simulated, case, FaultKind.DENIED)
    failure = failure_of(driver, simulated)
    assert failure.kind is FailureKind.AUTH
    told, call = advice(failure, RUN), f"rds:{MAKING[case.kind]}"
    assert told.because.startswith(f"{call} in eu-west-1: AccessDenied: User: ")
    assert told.hint == f"allow {call} to the role of this step, then: drctl resume {RUN}"


def test_the_key_of_a_snapshot_that_nobody_has_named_is_told_as_a_key_and_not_as_a_permission(
    simulated: Simulated,
) -> None:
    """AWS answers with a code of its own, which is no matter of IAM alone."""
    driver = driven(restoring.CASES[0], simulated, kms_key=None)
    disable_key(simulated)
    told = advice(failure_of(driver, simulated), RUN)
    assert "KMSKeyNotAccessibleFault: The specified KMS key" in told.because
    assert told.hint == (
        "see that the key is there in eu-west-1, enabled, and that the role of this step may use it, "
        f"then: drctl resume {RUN}"
    )
