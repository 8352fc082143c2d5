"""s3.mrap_failover on the simulated AWS."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from drctl.actions.catalogue import ActionCatalogue
from drctl.model.decision import Done, Refuse
from tests.actions.cases.s3_mrap_failover import AWAY, HOME, PARAMS, PLANTED, plant, routes, submit
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.simulated import PRIMARY, PRODUCTION, RECOVERY, Simulated


@pytest.fixture
def step(simulated: Simulated) -> Driver:
    plant(simulated)
    return Driver(Case(kind="s3.mrap_failover", params=PLANTED, live=Live(plant=lambda _: None)), simulated)


def test_the_lost_region_is_not_needed(step: Driver, simulated: Simulated) -> None:
    simulated.world.lose(PRIMARY)
    assert isinstance(step.converge().decision, Done)
    assert {call.region for call in step.calls} == {RECOVERY}
    assert routes(simulated) == {HOME: 0, AWAY: 100}


def test_done_is_said_only_when_the_routes_are_in_force(step: Driver, simulated: Simulated) -> None:
    """The call may take two minutes to have its effect, whatever S3 tells before."""
    begun = simulated.now()
    step.converge()
    assert simulated.now() - begun >= timedelta(minutes=2)
    assert len(simulated.calls("s3control", "SubmitMultiRegionAccessPointRoutes")) == 2, "the planted one and ours"


def test_undo_leaves_routes_alone_that_somebody_has_changed(step: Driver, simulated: Simulated) -> None:
    step.converge()
    submit(simulated, {HOME: 100, AWAY: 100})
    undone = step.converge(undo=True)
    assert isinstance(undone.decision, Refuse)
    assert undone.changes == []


def test_a_region_that_does_not_take_the_call_is_told_before_a_run() -> None:
    assert ActionCatalogue().check("s3.mrap_failover", {**PARAMS, "region": PRIMARY})
    assert ActionCatalogue().check("s3.mrap_failover", {**PARAMS, "active": []})


def test_the_simulated_access_point_never_has_no_active_bucket(step: Driver, simulated: Simulated) -> None:
    with pytest.raises(ClientError, match="At least one Region must be active"):
        submit(simulated, {HOME: 0})
    assert routes(simulated) == {HOME: 100, AWAY: 0}


def test_the_simulated_failover_controls_are_served_in_five_regions(step: Driver, simulated: Simulated) -> None:
    with pytest.raises(ClientError, match="not served"):
        simulated.client("s3control", PRIMARY).get_multi_region_access_point_routes(
            AccountId=PRODUCTION, Mrap=PLANTED["access_point"]
        )
