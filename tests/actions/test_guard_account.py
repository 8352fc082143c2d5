"""Pitfalls of `guard.account`: the id decides, and an alias that cannot be read does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from drctl.actions.guard.account import Params
from drctl.actions.parameters import check_params
from drctl.model.decision import Done, Refuse
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.faults import FaultPlan
from tests.actions.cases.guard_account import CASES, MARKER, OURS, plant
from tests.actions.driving import Driver
from tests.simulated import PRIMARY, PRODUCTION, RECOVERY, SHARED_SERVICES, Simulated

CASE = CASES[0]


def test_where_iam_gives_no_answer_the_id_has_decided(simulated: Simulated) -> None:
    """IAM is in us-east-1: its loss must not stop a failover in Europe, and is told."""
    plant(simulated)
    silent = Fault(service="iam", operation="ListAccountAliases", kind=FaultKind.RESET, times=None)
    simulated.app.faults = FaultPlan.of([silent])
    decision, evidence = Driver(CASE, simulated).look()
    simulated.app.faults = FaultPlan()
    assert isinstance(decision, Done)
    assert evidence is not None
    assert "alias could not be read" in evidence.warning


def test_the_credentials_of_another_account_are_refused(simulated: Simulated) -> None:
    plant(simulated)
    case = replace(CASE, params={"regions": [PRIMARY], "account_id": SHARED_SERVICES})
    decision, _ = Driver(case, simulated).look()
    assert isinstance(decision, Refuse)
    assert decision.because == (
        f"these credentials are for account {PRODUCTION} in {PRIMARY}, and not for {SHARED_SERVICES}"
    )


def test_the_alias_of_another_account_is_refused(simulated: Simulated) -> None:
    plant(simulated)
    simulated.client("iam", "us-east-1").create_account_alias(AccountAlias="amply-staging")
    decision, _ = Driver(CASE, simulated).look()
    assert isinstance(decision, Refuse)
    assert "calls itself amply-staging, and not amply-production" in decision.because


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        ("staging", f"/drctl/environment in {RECOVERY} says that this is staging, and not production"),
        (None, f"there is no parameter /drctl/environment in {RECOVERY}, which would say what environment it is"),
    ],
)
def test_every_region_has_to_be_of_the_environment(simulated: Simulated, marker: str | None, told: str) -> None:
    """Where two environments look alike, the id of a shared account does not tell them apart."""
    plant(simulated)
    ssm = simulated.client("ssm", RECOVERY)
    if marker is None:
        ssm.delete_parameter(Name=MARKER)
    else:
        ssm.put_parameter(Name=MARKER, Value=marker, Type="String", Overwrite=True)
    decision, _ = Driver(CASE, simulated).look()
    assert isinstance(decision, Refuse)
    assert decision.because == told


def test_a_marker_that_may_not_be_read_is_not_an_absent_one(simulated: Simulated) -> None:
    plant(simulated)
    simulated.app.faults = FaultPlan.of([Fault(service="ssm", operation="GetParameter", kind=FaultKind.DENIED)])
    with pytest.raises(ClientError, match="AccessDenied"):
        Driver(CASE, simulated).look()


def test_a_role_is_read_from_the_arn_of_its_session() -> None:
    assert OURS.role == "drctl-recovery"
    assert replace(OURS, arn=f"arn:aws:iam::{PRODUCTION}:user/assumed-role/x").role is None
    assert replace(OURS, arn=f"arn:aws:iam::{PRODUCTION}:root").role is None


def test_an_account_id_has_twelve_digits() -> None:
    (problem,) = check_params(Params, {"regions": [PRIMARY], "account_id": "1234"})
    assert problem.path == ("account_id",)
