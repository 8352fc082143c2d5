"""secrets.put, secrets.promote and secrets.check on the simulated AWS."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.model.decision import Change, Done, Refuse
from drctl.model.failure import FailureKind
from tests.actions.cases.secrets_check import NAME, plant_replicated
from tests.actions.cases.secrets_put import COPY, GENERATE, OTHER
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.simulated import PRIMARY, RECOVERY, Simulated

VALUE = "what-no-journal-may-hold"


def driver(simulated: Simulated, kind: str, **params: Any) -> Driver:
    return Driver(Case(kind=kind, params=params, live=Live(plant=lambda _: None)), simulated)


def plant_both(simulated: Simulated) -> None:
    simulated.client("secretsmanager", RECOVERY).create_secret(Name=NAME, SecretString="old")
    simulated.client("secretsmanager").create_secret(Name=OTHER, SecretString=VALUE)


def value(simulated: Simulated, stage: str = "AWSCURRENT") -> str:
    here = simulated.client("secretsmanager", RECOVERY)
    return str(here.get_secret_value(SecretId=NAME, VersionStage=stage)["SecretString"])


def test_no_value_is_in_anything_that_is_kept(simulated: Simulated) -> None:
    """Not in the decision, the past, the evidence, nor in what the simulation recorded."""
    plant_both(simulated)
    step = driver(simulated, "secrets.put", **COPY)
    change, _ = step.look()
    outcome = step.converge()
    assert value(simulated) == VALUE
    assert outcome.evidence is not None
    assert outcome.evidence.outputs["sha256"] == hashlib.sha256(VALUE.encode()).hexdigest()
    puts = simulated.calls("secretsmanager", "PutSecretValue")
    for kept in (change, outcome, step.past, puts):
        assert VALUE not in repr(kept)


def test_a_made_up_value_is_as_long_as_it_has_to_be(simulated: Simulated) -> None:
    plant_both(simulated)
    driver(simulated, "secrets.put", **GENERATE).converge()
    made = value(simulated)
    assert len(made) == 50
    assert made.isalnum()


def test_the_same_attempt_never_makes_two_values(simulated: Simulated) -> None:
    """Two workers of one step, both with the token of the step: the second is told that it was done already."""
    plant_both(simulated)
    first, second = (driver(simulated, "secrets.put", **GENERATE) for _ in range(2))
    late, _ = second.look()
    assert isinstance(late, Change)
    first.converge()
    made = value(simulated)

    second.act(late)

    assert second.past.changes[-1].failure_kind == FailureKind.ALREADY.value
    assert isinstance(second.look()[0], Done)
    assert value(simulated) == made


def test_the_value_before_can_be_taken_back(simulated: Simulated) -> None:
    plant_both(simulated)
    simulated.client("secretsmanager", RECOVERY).put_secret_value(SecretId=NAME, SecretString="mistaken")
    back = {"secret": NAME, "stage": "AWSPREVIOUS"}
    outcome = driver(simulated, "secrets.put", region=RECOVERY, secret=NAME, copy_from=back).converge()
    assert isinstance(outcome.decision, Done)
    assert value(simulated) == "old"


def test_undo_leaves_a_value_that_somebody_set_since(simulated: Simulated) -> None:
    plant_both(simulated)
    step = driver(simulated, "secrets.put", **COPY)
    step.converge()
    simulated.client("secretsmanager", RECOVERY).put_secret_value(SecretId=NAME, SecretString="third")
    assert isinstance(step.converge(undo=True).decision, Refuse)
    assert value(simulated) == "third"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        pytest.param({}, "either `copy_from` or `generate`", id="no value"),
        pytest.param({"copy_from": {"secret": NAME}}, "this secret itself", id="a copy of itself"),
        pytest.param({"value": "s3cr3t"}, "is not a parameter", id="a value in the runbook"),
    ],
)
def test_a_runbook_says_where_a_value_comes_from_and_never_holds_one(params: dict[str, Any], message: str) -> None:
    problems = ActionCatalogue().check("secrets.put", {"region": RECOVERY, "secret": NAME, **params})
    assert any(message in problem.message for problem in problems)


def test_a_replica_is_promoted_and_written_while_its_primary_is_gone(simulated: Simulated) -> None:
    plant_replicated(simulated)
    simulated.world.lose(PRIMARY)
    put = driver(simulated, "secrets.put", **GENERATE)
    assert isinstance(put.look()[0], Refuse)
    assert isinstance(driver(simulated, "secrets.promote", region=RECOVERY, secret=NAME).converge().decision, Done)
    assert isinstance(put.converge().decision, Done)


def test_a_check_tells_of_everything_that_is_wrong_at_once(simulated: Simulated) -> None:
    simulated.client("secretsmanager", RECOVERY).create_secret(Name=NAME, SecretString="x")
    simulated.client("secretsmanager", RECOVERY).delete_secret(SecretId=NAME)
    decision, _ = driver(simulated, "secrets.check", region=RECOVERY, secrets=[NAME, OTHER]).look()
    assert isinstance(decision, Refuse)
    assert NAME in decision.because
    assert OTHER in decision.because


def test_a_check_that_only_reads_the_recovery_region_works_while_the_primary_is_gone(simulated: Simulated) -> None:
    plant_replicated(simulated)
    simulated.world.lose(PRIMARY)
    assert isinstance(driver(simulated, "secrets.check", region=RECOVERY, secrets=[NAME]).look()[0], Done)
