"""What is special about recovering a cache, beyond the laws."""

from __future__ import annotations

from dataclasses import replace

import pytest

from drctl.actions.elasticache.failover import Failover
from drctl.model.decision import Change, Done, Refuse
from drctl.model.failure import FailureKind
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.faults import FaultPlan
from tests.actions.cases import elasticache_failover as cache
from tests.actions.driving import Driver
from tests.actions.laws import Sight
from tests.simulated import PRIMARY, RECOVERY, Simulated

FRESH, GLOBAL = cache.CASES


@pytest.mark.parametrize(
    ("sight", "name"),
    [
        pytest.param(cache.store(), "failover", id="healthy"),
        pytest.param(cache.store(status="modifying"), "failover", id="while something else is modified"),
        pytest.param(
            cache.store(status="modifying", before=replace(cache.past("failover", cache.MADE), elapsed=cache.LATE)),
            "disassociate",
            id="when the failover does not end",
        ),
        pytest.param(
            cache.store(before=cache.past("failover", cache.REFUSED, FailureKind.STATE)), "failover", id="refused"
        ),
        pytest.param(
            cache.store(before=cache.past("failover", cache.REFUSED, FailureKind.STATE, cache.LATE)),
            "disassociate",
            id="when AWS refuses it for ten minutes",
        ),
    ],
)
def test_a_member_is_promoted_and_torn_off_only_when_that_does_not_end(sight: Sight, name: str) -> None:
    """Torn off, it no longer keeps the old primary from writing."""
    decision = Failover().decide(GLOBAL.bound.params, sight.seen, sight.past)
    assert isinstance(decision, Change)
    assert decision.name == name


def test_where_aws_refuses_the_failover_outright_the_member_goes_on_alone(simulated: Simulated) -> None:
    """The primary's Region is gone, and AWS says that the datastore is in the wrong state."""
    cache.plant_global(simulated)
    refused = Fault(
        service="elasticache",
        operation="FailoverGlobalReplicationGroup",
        kind=FaultKind.SERVER_ERROR,
        code="InvalidGlobalReplicationGroupState",
        times=None,
    )
    simulated.app.faults = FaultPlan.of([refused])
    outcome = Driver(GLOBAL, simulated).converge()
    assert isinstance(outcome.decision, Done)
    assert outcome.changes == ["disassociate"]
    assert outcome.evidence is not None
    assert outcome.evidence.outputs["mode"] == "torn-off"


def test_only_a_promotion_is_irreversible() -> None:
    """It needs an approval before it; a fresh group can be deleted again."""
    spec = Failover.spec
    assert spec.is_irreversible(cache.GLOBAL)
    assert not spec.is_irreversible(cache.PARAMS)
    assert not spec.is_irreversible({**cache.PARAMS, "global_datastore": None})


def test_a_group_that_may_be_ours_or_somebody_elses_is_not_deleted() -> None:
    """Our create is in doubt, and a group that failed to start never tells its tags."""
    sight = cache.unreadable("create-failed", cache.past("create", cache.LOST))
    assert isinstance(Failover().decide_undo(FRESH.bound.params, sight.seen, sight.past), Refuse)
    ours = replace(sight, past=cache.past("create", cache.MADE))
    assert isinstance(Failover().decide_undo(FRESH.bound.params, ours.seen, ours.past), Change)


@pytest.mark.parametrize(
    "sight",
    [
        pytest.param(cache.store("PRIMARY", before=cache.past("failover", cache.MADE)), id="it is the primary"),
        pytest.param(cache.store("PRIMARY", before=cache.past("failover", cache.LOST)), id="it may have been us"),
        pytest.param(cache.outside(cache.past("disassociate", cache.MADE)), id="it was torn off"),
    ],
)
def test_a_promotion_is_not_undone(sight: Sight) -> None:
    """Going back would lose the writes since; it takes a runbook, and a person."""
    decision = Failover().decide_undo(GLOBAL.bound.params, sight.seen, sight.past)
    assert isinstance(decision, Refuse)
    assert decision.hint


def test_after_a_promotion_the_recovery_region_is_the_primary(simulated: Simulated) -> None:
    """With the old Region gone or not, no call goes there."""
    assert GLOBAL.live is not None
    GLOBAL.live.plant(simulated)
    driver = Driver(GLOBAL, simulated)
    simulated.world.lost_regions.add(PRIMARY)
    outcome = driver.converge()
    assert isinstance(outcome.decision, Done)
    assert outcome.evidence is not None
    assert outcome.evidence.outputs["mode"] == "global-failover"
    assert {call.region for call in driver.calls} == {RECOVERY}


def test_a_fresh_group_is_made_as_it_was_asked_for(simulated: Simulated) -> None:
    """Encrypted, in two zones, and with an owner that a later look can read."""
    assert FRESH.live is not None
    FRESH.live.plant(simulated)
    driver = Driver(FRESH, simulated)
    outcome = driver.converge()
    assert outcome.evidence is not None
    assert outcome.evidence.outputs["mode"] == "fresh"
    (call,) = simulated.calls("elasticache", "CreateReplicationGroup")
    assert call.params["AtRestEncryptionEnabled"] is True
    assert call.params["TransitEncryptionEnabled"] is True
    assert call.params["MultiAZEnabled"] is True
    assert str(call.params["KmsKeyId"]).startswith("arn:aws:kms:eu-west-1:")
    assert {"Key": "drctl:run-id", "Value": "dr-test-1"} in call.params["Tags"]
