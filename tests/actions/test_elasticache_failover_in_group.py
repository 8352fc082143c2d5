"""elasticache.failover_in_group on the simulated AWS: once, and with everything else as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from drctl.model.decision import Change, Done, Refuse
from drctl.model.values import Json
from tests.actions.cases.elasticache_failover_in_group import FIRST, NAME, PARAMS, SECOND, plant
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.simulated import PRIMARY, Simulated


def step(simulated: Simulated, **changed: Json) -> Driver:
    plant(simulated)
    given = {key: value for key, value in {**PARAMS, **changed}.items() if value is not None}
    return Driver(Case(kind="elasticache.failover_in_group", params=given, live=Live(plant=plant)), simulated)


def group(simulated: Simulated) -> dict[str, Any]:
    client = simulated.client("elasticache", PRIMARY)
    told: dict[str, Any] = client.describe_replication_groups(ReplicationGroupId=NAME)["ReplicationGroups"][0]
    return told


def primary(simulated: Simulated) -> str:
    members = group(simulated)["NodeGroups"][0]["NodeGroupMembers"]
    return str(next(one["CacheClusterId"] for one in members if one["CurrentRole"] == "primary"))


def failover_of(simulated: Simulated) -> list[str]:
    told = group(simulated)
    return [told[key] for key in ("AutomaticFailover", "MultiAZ", "Status")]


def test_it_ends_only_when_the_old_primary_has_been_replaced(simulated: Simulated) -> None:
    """Until then one node is all there is, and nothing could be failed over to."""
    failover, began = step(simulated), simulated.now()
    outcome = failover.converge()
    durations = simulated.world.durations
    assert isinstance(outcome.decision, Done)
    assert simulated.now() - began >= durations["elasticache.failover"] + durations["elasticache.recover"]
    assert primary(simulated) == SECOND
    assert outcome.evidence is not None
    assert outcome.evidence.outputs == {"primary": SECOND, "zone": "eu-central-1b"}


def test_a_group_that_has_failed_over_by_itself_is_left_alone(simulated: Simulated) -> None:
    """The goal is a zone, not a call."""
    failover = step(simulated, away_from="eu-central-1c")
    assert isinstance(failover.converge().decision, Done)
    assert simulated.calls("elasticache", "TestFailover") == []
    assert primary(simulated) == FIRST


def test_without_a_zone_a_second_run_of_the_step_moves_nothing_back(simulated: Simulated) -> None:
    """Its journal says what was the primary before; without it, the events say that there was a failover."""
    failover = step(simulated, away_from=None)
    failover.converge()
    simulated.advance(timedelta(minutes=20))
    failover.forget()
    assert isinstance(failover.converge().decision, Done)
    assert len(simulated.calls("elasticache", "TestFailover")) == 1


def test_the_test_is_sent_as_a_flip(simulated: Simulated) -> None:
    """Sent again it would move the primary back into the zone that is lost."""
    decision, _ = step(simulated).look()
    assert isinstance(decision, Change)
    assert decision.flip
    assert decision.undo == {"primary": FIRST}


def test_promoting_by_hand_leaves_automatic_failover_as_it_was(simulated: Simulated) -> None:
    """It has to be off for the promotion, and nobody remembers to switch it on again."""
    promotion = step(simulated, method="promote")
    before = failover_of(simulated)
    outcome = promotion.converge()
    assert isinstance(outcome.decision, Done)
    assert failover_of(simulated) == before
    assert primary(simulated) == SECOND


def test_undo_switches_automatic_failover_on_again_where_a_crash_left_it_off(simulated: Simulated) -> None:
    """And does not move the primary."""
    promotion = step(simulated, method="promote")
    before = failover_of(simulated)
    decision, _ = promotion.look()
    assert isinstance(decision, Change)
    promotion.act(decision, lose_answer=True)
    simulated.advance(timedelta(minutes=10))
    assert failover_of(simulated) != before
    assert promotion.converge(undo=True).changes == ["resume-failover"]
    simulated.advance(timedelta(minutes=10))
    assert failover_of(simulated) == before
    assert primary(simulated) == FIRST


@pytest.mark.parametrize("method", ["test", "promote"])
def test_a_group_with_failover_off_is_promoted_by_hand_only(simulated: Simulated, method: str) -> None:
    """There is nothing to test; and what was off stays off."""
    failover = step(simulated, method=method)
    simulated.client("elasticache", PRIMARY).modify_replication_group(
        ReplicationGroupId=NAME, AutomaticFailoverEnabled=False, MultiAZEnabled=False, ApplyImmediately=True
    )
    simulated.advance(timedelta(minutes=10))
    outcome = failover.converge()
    assert isinstance(outcome.decision, Refuse if method == "test" else Done)
    assert outcome.changes == ([] if method == "test" else ["promote"])
    assert group(simulated)["AutomaticFailover"] == "disabled"
