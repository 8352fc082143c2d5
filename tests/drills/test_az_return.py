"""The zone that was left is used again, by whoever may, and only where it was left by the run that is named."""

from __future__ import annotations

from drctl.testing.simulated import PRIMARY, client_of
from tests.drills.rehearsing import Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

LEFT_BY = "dr-the-day-before"


def leave_zone(url: str) -> None:
    """The load balancer has left a zone for six hours, as az-loss has it leave one."""
    zones = client_of(url, "ec2", PRIMARY).describe_availability_zones()["AvailabilityZones"]
    balancers = client_of(url, "elbv2", PRIMARY).describe_load_balancers(Names=["amply-prod"])["LoadBalancers"]
    client_of(url, "arc-zonal-shift", PRIMARY).start_zonal_shift(
        resourceIdentifier=balancers[0]["LoadBalancerArn"],
        awayFrom=next(zone["ZoneId"] for zone in zones if zone["ZoneName"] == f"{PRIMARY}a"),
        expiresIn="6h",
        comment=f"drctl {LEFT_BY}/leave-zone",
    )


def shifts(url: str) -> list[str]:
    listed = client_of(url, "arc-zonal-shift", PRIMARY).list_zonal_shifts(status="ACTIVE")["items"]
    return [shift["comment"] for shift in listed]


def test_the_zone_is_used_again(rehearse: Rehearsal) -> None:
    drilled = rehearse("az-return", inputs={"started_by": LEFT_BY}, before=leave_zone)
    assert drilled.document["verdict"] == "PASSED", drilled.reasons
    assert shifts(drilled.simulation.url) == []


def test_where_no_zone_was_left_nothing_is_given_back(rehearse: Rehearsal) -> None:
    assert rehearse("az-return").document["verdict"] == "PASSED"


def test_the_shift_of_another_run_is_left_alone_unless_it_is_named(rehearse: Rehearsal) -> None:
    drilled = rehearse("az-return", before=leave_zone)
    assert drilled.exit_code == 1
    assert LEFT_BY in drilled.reasons
    assert len(shifts(drilled.simulation.url)) == 1


def test_a_denied_permission_turns_it_red(rehearse: Rehearsal) -> None:
    drilled = rehearse("az-return", scenario="quiet-denied-shift", inputs={"started_by": LEFT_BY}, before=leave_zone)
    assert drilled.exit_code == 1
    assert "CancelZonalShift" in drilled.reasons
