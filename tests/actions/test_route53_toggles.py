"""route53.toggle_health_check and route53.stop_switch on the simulated AWS, with somebody else about."""

from __future__ import annotations

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from drctl.actions.catalogue import ActionCatalogue
from drctl.aws.failures import classify
from drctl.model.decision import Change, Done, Refuse
from drctl.model.failure import FailureKind
from tests.actions.cases import route53_stop_switch as stop_switch
from tests.actions.cases import route53_toggle_health_check as toggle
from tests.actions.driving import Driver
from tests.actions.laws import FOREIGN_RUN
from tests.simulated import RECOVERY, SHARED_SERVICES, Simulated


def test_a_health_check_that_somebody_has_changed_meanwhile_is_not_overwritten(simulated: Simulated) -> None:
    """An edit elsewhere in it survives the second attempt."""
    toggle.plant(simulated)
    step = Driver(toggle.CASES[0], simulated)
    change, _ = step.look()
    assert isinstance(change, Change)
    route53 = simulated.client("route53", "us-east-1", SHARED_SERVICES)
    route53.update_health_check(HealthCheckId=toggle.ID, ResourcePath="/health/deep")

    with pytest.raises(ClientError) as refused:
        step.act(change)

    failure = classify(refused.value)
    assert failure is not None
    assert failure.kind is FailureKind.PRECONDITION
    assert isinstance(step.converge().decision, Done)
    config = route53.get_health_check(HealthCheckId=toggle.ID)["HealthCheck"]["HealthCheckConfig"]
    assert (config["ResourcePath"], config["Inverted"], config["Disabled"]) == ("/health/deep", True, True)


def test_what_a_health_check_counts_as_follows_from_its_switches() -> None:
    """Disabled is always healthy, and inverted turns that round too."""
    measured = toggle.MEASURED
    assert measured.counts_as == "what is measured"
    assert replace(measured, disabled=True).counts_as == "healthy"
    assert toggle.FAILED_OVER.counts_as == "unhealthy"


def test_a_toggle_that_asks_for_nothing_is_a_mistake_in_the_runbook() -> None:
    assert ActionCatalogue().check("route53.toggle_health_check", {"health_check": toggle.ID})
    assert ActionCatalogue().check("cloudfront.switch_origin", {"distribution": "E1"})


def test_two_runs_that_set_the_switch_at_once_set_it_once(simulated: Simulated) -> None:
    """The other one was first: its object stays, this run is done with it, and undo leaves it where it is."""
    stop_switch.plant(simulated)
    step = Driver(stop_switch.CASES[0], simulated)
    change, _ = step.look()
    assert isinstance(change, Change)
    s3 = simulated.client("s3", RECOVERY)
    s3.put_object(Bucket=stop_switch.BUCKET, Key=stop_switch.KEY, Body=FOREIGN_RUN.encode())
    theirs = stop_switch.objects(simulated)

    with pytest.raises(ClientError) as refused:
        step.act(change)

    failure = classify(refused.value)
    assert failure is not None
    assert failure.kind is FailureKind.PRECONDITION
    done = step.converge()
    assert isinstance(done.decision, Done)
    assert done.evidence is not None
    assert done.evidence.outputs["set_by"] == FOREIGN_RUN
    assert isinstance(step.converge(undo=True).decision, Done)
    assert stop_switch.objects(simulated) == theirs


def test_a_switch_that_somebody_has_set_again_since_is_not_cleared_by_undo(simulated: Simulated) -> None:
    """It is their decision now when the primary serves again."""
    stop_switch.plant(simulated)
    step = Driver(stop_switch.CASES[0], simulated)
    step.converge()
    s3 = simulated.client("s3", RECOVERY)
    s3.put_object(Bucket=stop_switch.BUCKET, Key=stop_switch.KEY, Body=FOREIGN_RUN.encode())
    assert isinstance(step.converge(undo=True).decision, Refuse)


def test_the_switch_works_while_the_primary_region_is_lost(simulated: Simulated) -> None:
    """Nothing on its way is outside of the recovery Region."""
    stop_switch.plant(simulated)
    for region in ("eu-central-1", "us-east-1"):
        simulated.world.lose(region)
    assert isinstance(Driver(stop_switch.CASES[0], simulated).converge().decision, Done)
