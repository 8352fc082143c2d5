"""What is special about moving the writer of a global database, beyond the laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from drctl.actions.aurora.global_failover import GlobalFailover
from drctl.actions.aurora.global_switchover import GlobalSwitchover
from drctl.model.decision import Change, Done, Refuse, Wait
from drctl.model.run import StepState
from drctl.model.scenario import Fault, FaultKind
from tests.actions.aurora_planting import CLUSTER, plant_global_database, writers
from tests.actions.cases import aurora_global as moving
from tests.actions.driving import Driver
from tests.actions.laws import PAST
from tests.faults.one_step import OneStep
from tests.simulated import PRIMARY, RECOVERY, Simulated

FAILOVER, LIMITED, SWITCHOVER = moving.CASES
MOVED = [(PRIMARY, False), (RECOVERY, True)]


def test_a_failover_from_a_lost_region_tells_what_is_lost(simulated: Simulated) -> None:
    """The lag grows with the clock; what is in the secondary does not get older by that. Nothing asks the Region that
    is gone."""
    plant_global_database(simulated)
    lost_at = simulated.now()
    simulated.world.lose(PRIMARY)
    simulated.advance(timedelta(minutes=20))
    driver = Driver(FAILOVER, simulated)
    evidence = driver.converge().evidence
    assert evidence is not None
    assert evidence.recovery_point is not None
    assert timedelta(0) <= lost_at - evidence.recovery_point.at < timedelta(seconds=30)
    assert evidence.recovery_point.method == "Aurora AuroraGlobalDBRPOLag"
    assert "may be lost" in evidence.fact
    assert {call.region for call in driver.calls} == {RECOVERY}
    assert writers(simulated) == MOVED


def test_the_new_writer_is_told_by_its_own_endpoint_and_by_the_one_that_follows_the_writer(
    simulated: Simulated,
) -> None:
    plant_global_database(simulated)
    evidence = Driver(SWITCHOVER, simulated).converge().evidence
    assert evidence is not None
    assert str(evidence.outputs["endpoint"]).startswith(f"{CLUSTER}.cluster-")
    assert RECOVERY in str(evidence.outputs["endpoint"])
    assert ".global-" in str(evidence.outputs["global_endpoint"])
    assert evidence.recovery_point is None, "nothing is lost, and nobody says up to when"


def test_a_failover_that_aws_failed_to_begin_is_asked_for_again(simulated: Simulated) -> None:
    """Four errors in a row are none of the two tries that it has: nothing of it was ever under way."""
    step = OneStep(FAILOVER, simulated)
    step.strike(Fault(service="rds", operation="FailoverGlobalCluster", kind=FaultKind.SERVER_ERROR, times=4))
    assert step.drive().state is StepState.SUCCEEDED
    assert writers(simulated) == MOVED


def test_a_failover_beyond_the_limit_says_how_much_would_be_lost() -> None:
    """Since it is the operator who decides to lose that much."""
    onset = moving.AT - timedelta(minutes=7)
    sight = moving.there(replace(PAST, onset=onset), lag=moving.FAR)
    decision = GlobalFailover().decide(LIMITED.bound.params, sight.seen, sight.past)
    assert isinstance(decision, Refuse)
    assert decision.because == (
        f"{CLUSTER} has the data up to 2026-11-23T04:51:00Z, so that 2m would be lost, more than 1m"
    )


def test_an_outage_does_not_count_as_loss(simulated: Simulated) -> None:
    """Twenty minutes after a Region was lost, its secondary is that far behind, and lacks a second of data."""
    plant_global_database(simulated)
    onset = simulated.now()
    simulated.world.lose(PRIMARY)
    simulated.advance(timedelta(minutes=20))
    driver = Driver(replace(LIMITED, live=FAILOVER.live), simulated)
    driver.past = replace(driver.past, onset=onset)
    assert driver.converge().changes == ["fail-over"]


def test_a_failover_accepts_the_loss_and_a_switchover_never_does(simulated: Simulated) -> None:
    plant_global_database(simulated)
    Driver(FAILOVER, simulated).converge()
    (call,) = simulated.calls("rds", "FailoverGlobalCluster")
    assert call.params["AllowDataLoss"] is True
    assert "Switchover" not in call.params


def test_going_back_waits_for_the_old_primary_to_have_everything() -> None:
    """Until then it would lose what was written since."""
    sight = moving.here(moving.moved("fail-over"), former="pending-resync")
    decision = GlobalFailover().decide_undo(FAILOVER.bound.params, sight.seen, sight.past)
    assert isinstance(decision, Wait)


def test_a_writer_that_somebody_moved_since_is_left_alone() -> None:
    third = replace(moving.HERE, arn=moving.THIRD, writer=True)
    members = (replace(moving.THERE, writer=False), moving.HERE, third)
    sight = moving.here(moving.moved("switch-over"), members=members)
    decision = GlobalSwitchover().decide_undo(SWITCHOVER.bound.params, sight.seen, sight.past)
    assert isinstance(decision, Refuse)


def test_a_former_writer_that_was_taken_out_cannot_be_gone_back_to() -> None:
    sight = moving.here(moving.moved("switch-over"), members=(replace(moving.HERE, writer=True),))
    decision = GlobalSwitchover().decide_undo(SWITCHOVER.bound.params, sight.seen, sight.past)
    assert isinstance(decision, Refuse)


def test_a_writer_without_an_endpoint_is_not_there_yet() -> None:
    seen = replace(moving.here().seen, cluster=replace(moving.TARGET, endpoint=None))
    assert not GlobalSwitchover().verify(SWITCHOVER.bound.params, seen, PAST, None).holds  # type: ignore[arg-type]


def test_without_a_measurement_an_rpo_is_not_made_up() -> None:
    sight = moving.here()
    assert isinstance(GlobalFailover().decide(FAILOVER.bound.params, sight.seen, sight.past), Done)
    evidence = GlobalFailover().verify(FAILOVER.bound.params, sight.seen, sight.past, None)  # type: ignore[arg-type]
    assert evidence.recovery_point is None
    assert "nobody knows what is lost" in evidence.fact
    begun = GlobalFailover().decide(FAILOVER.bound.params, moving.there(lag=None).seen, PAST)
    assert isinstance(begun, Change)
    assert begun.undo["current_to"] is None
