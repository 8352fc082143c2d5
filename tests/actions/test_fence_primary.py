"""fence.primary: what proves a fence and what does not, and what is kept for the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.actions.fence.primary import FencePrimary, Seen
from drctl.model.decision import Change, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.failure import FailureKind
from drctl.model.past import Past
from drctl.ports.postgres import PostgresAnswer
from tests.actions.cases.fence_primary import APP, CASES, FENCED, OPEN, PARAMS, PASSWORD, WRITES, plant, revoked, rules
from tests.actions.driving import Driver
from tests.actions.laws import PAST
from tests.simulated import PRIMARY, Simulated

FENCE = FencePrimary()
BOUND = ActionCatalogue().bind("fence.primary", PARAMS)


def verify(answer: PostgresAnswer, past: Past = PAST, seen: Seen = FENCED) -> Evidence:
    context: Any = None
    return FENCE.verify(BOUND.params, replace(seen, answer=answer), past, context)


@pytest.mark.parametrize("failure", ["connect", "timeout"])
def test_no_connection_proves_it_and_says_whether_there_was_one_before(failure: str) -> None:
    silent = PostgresAnswer(failure=failure, detail="nobody")
    before = verify(silent, revoked(APP, took_writes=True))
    never = verify(silent, revoked(APP, took_writes=False))
    assert before.holds
    assert "a write went through before" in before.fact
    assert before.outputs == {"proof": "no-connection", "revoked": 1}
    assert never.holds
    assert "would prove little" in never.fact


def test_what_has_been_taken_away_ends_no_connection_and_the_evidence_says_so() -> None:
    """Security groups let a tracked connection go on; who reads the report must not think that it was cut."""
    silent = PostgresAnswer(failure="timeout", detail="nobody")
    assert "connections that were open before may still be" in verify(silent, revoked(APP)).fact
    assert "open before" not in verify(silent).fact, "there was no rule, so that there could be no connection"


def test_a_database_that_answers_and_takes_no_writes_is_fenced_too() -> None:
    evidence = verify(PostgresAnswer(writable=False, write_failure="default_transaction_read_only is on"))
    assert evidence.holds
    assert "takes no writes: default_transaction_read_only is on" in evidence.fact
    assert evidence.outputs["proof"] == "no-writes"


@pytest.mark.parametrize("failure", ["dns", "tls", "auth", "denied", "protocol", "query", "secret"])
def test_a_failure_that_only_concerns_us_proves_nothing(failure: str) -> None:
    """Whoever has the right name, certificate or password could still write."""
    assert not verify(PostgresAnswer(failure=failure, detail="no")).holds


def test_a_write_that_goes_through_is_no_fence_whatever_the_rules_say() -> None:
    evidence = verify(WRITES, seen=replace(FENCED, rules=(replace(APP, source="0.0.0.0/0"),)))
    assert not evidence.holds
    assert "still takes writes" in evidence.fact
    assert "still let in 0.0.0.0/0" in evidence.fact


def test_it_takes_two_looks() -> None:
    decision = FENCE.decide(BOUND.params, FENCED, PAST)
    assert isinstance(decision, Done)
    assert decision.looks == 2


def test_every_group_has_a_call_of_its_own_and_the_rules_are_kept_before_it() -> None:
    other = replace(APP, id="sgr-9", group="sg-db-2")
    decision = FENCE.decide(BOUND.params, replace(OPEN, rules=(APP, other)), PAST)
    assert isinstance(decision, Change)
    assert (decision.target, decision.detail) == ("sg-db", [APP])
    assert decision.undo == {"rules": [APP.plain()], "took_writes": True}

    both = revoked(APP, other)
    undo = FENCE.decide_undo(BOUND.params, FENCED, both)
    assert isinstance(undo, Change)
    assert (undo.target, undo.detail) == ("sg-db", [APP])
    rest = FENCE.decide_undo(BOUND.params, replace(FENCED, rules=(APP,)), both)
    assert isinstance(rest, Change)
    assert (rest.target, rest.detail) == ("sg-db-2", [other])


def test_only_the_applications_rules_at_the_databases_port_are_taken_away(simulated: Simulated) -> None:
    plant(simulated)
    outcome = Driver(CASES[0], simulated).converge()
    assert isinstance(outcome.decision, Done)
    assert outcome.evidence is not None
    assert "2 rules were taken away" in outcome.evidence.fact
    left = str(rules(simulated))
    assert "9187" in left
    assert "5432" not in left
    assert PASSWORD not in outcome.evidence.fact


def test_without_its_region_it_cannot_be_fenced_and_the_failure_says_so(simulated: Simulated) -> None:
    """Which a step that is `source_side` may meet."""
    plant(simulated)
    simulated.world.lose(PRIMARY)
    assert Driver(CASES[0], simulated).failure_of_look() in (FailureKind.UNREACHABLE, FailureKind.AMBIGUOUS)


def test_a_group_of_another_vpc_is_not_taken_for_the_applications(simulated: Simulated) -> None:
    plant(simulated)
    ec2 = simulated.client("ec2", PRIMARY)
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    ec2.create_security_group(GroupName="elsewhere", Description="elsewhere", VpcId=vpc)
    case = replace(CASES[0], params={**PARAMS, "applications": ["elsewhere"]})
    outcome = Driver(case, simulated).converge()
    assert isinstance(outcome.decision, Refuse)
    assert outcome.changes == []
