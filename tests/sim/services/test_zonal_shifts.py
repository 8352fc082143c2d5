"""The simulated zonal shift takes traffic away from a zone, for as long as it lasts and no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sim.test_application import Platform, fetch
from tests.sim.test_application import platform as platform
from tests.sim.test_application import zone as zone
from tests.simulated import RECOVERY, Simulated

IDS = {"eu-west-1a": "euw1-az3", "eu-west-1b": "euw1-az1"}


class Zone:
    """The zone in which the only task of the application runs, and the shifts away from it."""

    def __init__(self, simulated: Simulated, platform: Platform) -> None:
        self.platform, self.arn = platform, platform.balancer["LoadBalancerArn"]
        self.arc = simulated.client("arc-zonal-shift", RECOVERY)
        platform.estate.update(desiredCount=1)
        platform.estate.wait()
        (task,) = platform.estate.tasks()
        self.id = IDS[task["availabilityZone"]]
        self.other = next(id for id in IDS.values() if id != self.id)

    def enable(self) -> None:
        attributes = [{"Key": "zonal_shift.config.enabled", "Value": "true"}]
        self.platform.estate.elb.modify_load_balancer_attributes(LoadBalancerArn=self.arn, Attributes=attributes)

    def leave(self, zone_id: str | None = None, span: str = "1h") -> Any:
        return self.arc.start_zonal_shift(
            resourceIdentifier=self.arn, awayFrom=zone_id or self.id, expiresIn=span, comment="a test"
        )

    def overrides(self) -> list[str]:
        told = self.platform.estate.elb.describe_target_health(TargetGroupArn=self.platform.group)
        return [one.get("AdministrativeOverride", {}).get("State", "") for one in told["TargetHealthDescriptions"]]


@pytest.fixture
def ill(simulated: Simulated, platform: Platform) -> Zone:
    made = Zone(simulated, platform)
    made.enable()
    return made


def refusal(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_targets_in_the_zone_get_no_requests_until_the_shift_expires(simulated: Simulated, ill: Zone) -> None:
    """They stay healthy all the while; what is elsewhere would go on serving."""
    assert fetch(simulated).status == 200
    ill.leave(ill.other)
    assert fetch(simulated).status == 200
    ill.arc.cancel_zonal_shift(zonalShiftId=ill.arc.list_zonal_shifts(status="ACTIVE")["items"][0]["zonalShiftId"])

    ill.leave(span="1h")
    assert fetch(simulated).status == 503
    assert ill.overrides() == ["zonal_shift_active"]
    assert ill.platform.estate.health(ill.platform.group) == ["healthy"]

    simulated.advance(timedelta(hours=1))
    assert fetch(simulated).status == 200
    assert ill.overrides() == [""]
    listed = ill.arc.list_zonal_shifts(resourceIdentifier=ill.arn)["items"]
    assert [one["status"] for one in listed] == ["CANCELED", "EXPIRED"]


def test_an_extended_shift_lasts_longer_and_a_cancelled_one_is_over(simulated: Simulated, ill: Zone) -> None:
    shift = ill.leave(span="10m")["zonalShiftId"]
    ill.arc.update_zonal_shift(zonalShiftId=shift, expiresIn="2h")
    simulated.advance(timedelta(hours=1))
    assert fetch(simulated).status == 503
    ill.arc.cancel_zonal_shift(zonalShiftId=shift)
    assert fetch(simulated).status == 200
    with pytest.raises(ClientError) as over:
        ill.arc.update_zonal_shift(zonalShiftId=shift, expiresIn="2h")
    assert refusal(over) == "ConflictException"


def test_a_load_balancer_is_shifted_away_from_one_zone_at_a_time(ill: Zone) -> None:
    ill.leave()
    with pytest.raises(ClientError) as second:
        ill.leave(ill.other)
    assert refusal(second) == "ConflictException"


def test_only_what_is_enabled_is_managed(simulated: Simulated, platform: Platform) -> None:
    zone = Zone(simulated, platform)
    assert zone.arc.list_managed_resources()["items"] == []
    with pytest.raises(ClientError) as refused:
        zone.leave()
    assert refusal(refused) == "ResourceNotFoundException"
    zone.enable()
    (managed,) = zone.arc.list_managed_resources()["items"]
    assert managed["appliedWeights"] == dict.fromkeys(IDS.values(), 1.0)


@pytest.mark.parametrize(("zone_id", "span"), [("euw1-az2", "1h"), (None, "73h")])
def test_a_shift_that_makes_no_sense_is_refused(ill: Zone, zone_id: str | None, span: str) -> None:
    """Away from a zone where nothing is, or for longer than three days."""
    with pytest.raises(ClientError) as refused:
        ill.leave(zone_id, span)
    assert refusal(refused) == "ValidationException"
