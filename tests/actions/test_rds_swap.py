"""What is special about two instances that swap their names, beyond the laws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.actions.rds.swap_identifiers import SwapIdentifiers
from drctl.model.decision import Change, Done, Refuse
from tests.actions.cases import rds_swap_identifiers as swapping
from tests.actions.driving import POLL, Driver
from tests.actions.laws import FOREIGN_RUN, PAST
from tests.simulated import PRIMARY, Simulated

(SWAP,) = swapping.CASES


def instance(simulated: Simulated, name: str) -> Any:
    return simulated.client("rds", PRIMARY).describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def test_applications_find_the_verified_instance_where_the_damaged_one_was(simulated: Simulated) -> None:
    """The endpoint is the same to the letter; behind it is another instance, and the damaged one is kept protected."""
    swapping.plant(simulated)
    damaged, verified = instance(simulated, "amply-prod"), instance(simulated, "amply-prod-restored")
    outcome = Driver(SWAP, simulated).converge()
    assert outcome.evidence is not None
    assert outcome.evidence.outputs == {
        "endpoint": damaged["Endpoint"]["Address"],
        "port": damaged["Endpoint"]["Port"],
        "resource_id": verified["DbiResourceId"],
        "kept": "amply-prod-damaged",
    }
    kept = instance(simulated, "amply-prod-damaged")
    assert kept["DbiResourceId"] == damaged["DbiResourceId"]
    assert kept["DeletionProtection"] is True


@pytest.mark.parametrize("journal_lost", [False, True], ids=["with its journal", "with its journal lost"])
def test_a_crash_between_the_renames_has_one_answer(simulated: Simulated, journal_lost: bool) -> None:
    """Nobody answers under the name meanwhile; whoever goes on gives it to the candidate, and renames nothing else."""
    swapping.plant(simulated)
    driver = Driver(SWAP, simulated)
    decision, _ = driver.look()
    assert isinstance(decision, Change)
    driver.act(decision, lose_answer=True)
    simulated.advance(20 * POLL)
    if journal_lost:
        driver.forget()
    assert driver.converge().changes == ["take-over"]
    assert driver.converge().changes == []


def test_a_rename_that_was_asked_for_twice_is_made_once(simulated: Simulated) -> None:
    """The second call finds the name gone, which is no failure."""
    swapping.plant(simulated)
    driver = Driver(SWAP, simulated)
    decision, _ = driver.look()
    assert isinstance(decision, Change)
    driver.act(decision)
    simulated.advance(20 * POLL)
    driver.act(decision)
    assert driver.converge().changes == ["take-over"]


def test_a_candidate_that_was_named_by_its_id_may_be_of_anybodys_making() -> None:
    params = replace(SWAP.bound.params, candidate_id="db-VERIFIED")
    sight = swapping.before(candidate=replace(swapping.VERIFIED, owner=FOREIGN_RUN))
    assert isinstance(SwapIdentifiers().decide(params, sight.seen, PAST), Change)
    assert isinstance(SwapIdentifiers().decide(params, swapping.after().seen, PAST), Done)


def test_an_instance_with_another_id_than_the_verified_one_takes_no_ones_place() -> None:
    """Not even one that this run has made, such as an earlier attempt."""
    params = replace(SWAP.bound.params, candidate_id="db-ANOTHER")
    for sight in (swapping.before(), swapping.between(PAST), swapping.after(PAST)):
        assert isinstance(SwapIdentifiers().decide(params, sight.seen, PAST), Refuse)


def test_the_three_names_are_different() -> None:
    (problem,) = ActionCatalogue().check("rds.swap_identifiers", {**swapping.PARAMS, "old_name": "amply-prod"})
    assert "three different names" in problem.message


def test_a_missing_copy_of_the_old_instance_is_told() -> None:
    evidence = SwapIdentifiers().verify(SWAP.bound.params, swapping.after(old=None).seen, PAST, None)  # type: ignore[arg-type]
    assert evidence.outputs["kept"] == ""
    assert "nothing is there of what it was before" in evidence.fact
    unprotected = swapping.after(old=replace(swapping.SET_ASIDE, deletion_protection=False)).seen
    evidence = SwapIdentifiers().verify(SWAP.bound.params, unprotected, PAST, None)  # type: ignore[arg-type]
    assert evidence.fact.endswith("kept as amply-prod-damaged, not protected")
