"""The simulated load balancer knows targets as the real one does: not healthy at once, and not gone at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from drctl.sim.services.load_balancers import ZONE_IDS, addresses_of, find_load_balancer
from drctl.sim.services.target_health import TargetHealth
from tests.sim.small_estate import SmallEstate
from tests.simulated import PRIMARY, RECOVERY, Simulated

TARGET = {"Id": "172.31.0.7", "Port": 8000}


@pytest.fixture
def estate(simulated: Simulated) -> SmallEstate:
    return SmallEstate(simulated)


def states(estate: SmallEstate, group: str) -> list[tuple[str, str | None]]:
    told = estate.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return [(one["TargetHealth"]["State"], one["TargetHealth"].get("Reason")) for one in told]


def test_a_target_is_initial_then_healthy_then_draining_then_gone(estate: SmallEstate) -> None:
    _, group = estate.balance()
    durations = estate.simulated.world.durations
    estate.elb.register_targets(TargetGroupArn=group, Targets=[TARGET])
    assert states(estate, group) == [("initial", "Elb.RegistrationInProgress")]
    estate.wait(durations["elb.target_healthy"])
    assert states(estate, group) == [("healthy", None)]

    estate.elb.deregister_targets(TargetGroupArn=group, Targets=[TARGET])
    assert states(estate, group) == [("draining", "Target.DeregistrationInProgress")]
    estate.wait(durations["elb.drain"])
    assert states(estate, group) == []


def test_a_target_that_comes_back_while_it_drains_starts_again(estate: SmallEstate) -> None:
    _, group = estate.balance()
    estate.elb.register_targets(TargetGroupArn=group, Targets=[TARGET])
    estate.wait()
    estate.elb.deregister_targets(TargetGroupArn=group, Targets=[TARGET])
    estate.elb.register_targets(TargetGroupArn=group, Targets=[TARGET])
    assert states(estate, group) == [("initial", "Elb.RegistrationInProgress")]
    estate.wait()
    assert states(estate, group) == [("healthy", None)]


def test_registering_a_healthy_target_again_changes_nothing(estate: SmallEstate) -> None:
    _, group = estate.balance()
    for _ in range(2):
        estate.elb.register_targets(TargetGroupArn=group, Targets=[TARGET])
        estate.wait()
    assert states(estate, group) == [("healthy", None)]


def test_a_target_that_nobody_registered_and_a_group_that_nobody_uses_are_unused(estate: SmallEstate) -> None:
    _, group = estate.balance()
    told = estate.elb.describe_target_health(TargetGroupArn=group, Targets=[TARGET])["TargetHealthDescriptions"]
    assert [one["TargetHealth"]["Reason"] for one in told] == ["Target.NotRegistered"]
    loose = estate.elb.create_target_group(Name="loose", Protocol="HTTP", Port=8000, VpcId=estate.vpc, TargetType="ip")
    arn = loose["TargetGroups"][0]["TargetGroupArn"]
    estate.elb.register_targets(TargetGroupArn=arn, Targets=[TARGET])
    estate.wait()
    assert states(estate, arn) == [("unused", "Target.NotInUse")]


def test_a_group_that_does_not_exist_is_not_found(estate: SmallEstate) -> None:
    _, group = estate.balance()
    with pytest.raises(ClientError) as error:
        estate.elb.describe_target_health(TargetGroupArn=group + "0")
    assert error.value.response["Error"]["Code"] == "TargetGroupNotFound"


def test_every_load_balancer_has_a_name_of_its_own_and_the_zone_of_its_region(simulated: Simulated) -> None:
    here, there = SmallEstate(simulated, RECOVERY).balance()[0], SmallEstate(simulated, PRIMARY).balance()[0]
    assert here["DNSName"] != there["DNSName"]
    assert (here["CanonicalHostedZoneId"], there["CanonicalHostedZoneId"]) == (ZONE_IDS[RECOVERY], ZONE_IDS[PRIMARY])
    listed = simulated.client("elbv2", RECOVERY).describe_load_balancers(Names=["amply-prod"])["LoadBalancers"][0]
    assert (listed["DNSName"], listed["CanonicalHostedZoneId"]) == (here["DNSName"], here["CanonicalHostedZoneId"])
    found = find_load_balancer("dualstack." + here["DNSName"].upper() + ".")
    assert found is not None
    assert found.region == RECOVERY
    assert addresses_of(here["DNSName"]) != addresses_of(there["DNSName"])


def test_the_name_of_a_load_balancer_is_taken_once(estate: SmallEstate) -> None:
    estate.balance()
    with pytest.raises(ClientError) as error:
        estate.elb.create_load_balancer(Name="amply-prod", Subnets=estate.subnets)
    assert error.value.response["Error"]["Code"] == "DuplicateLoadBalancerName"


def test_whoever_waits_for_a_target_is_told_once_it_is_healthy_and_once_it_is_gone(simulated: Simulated) -> None:
    targets = TargetHealth(simulated.world)
    group = f"arn:aws:elasticloadbalancing:{RECOVERY}:111111111111:targetgroup/amply-api/0"
    heard: list[str] = []
    targets.register(group, "10.0.0.1", 80, lambda: heard.append("healthy"))
    simulated.advance(timedelta(minutes=5))
    targets.deregister(group, "10.0.0.1", 80, lambda: heard.append("gone"))
    simulated.advance(timedelta(minutes=5))
    targets.deregister(group, "10.0.0.1", 80, lambda: heard.append("gone already"))
    assert heard == ["healthy", "gone", "gone already"]


@pytest.mark.parametrize(("used", "status"), [(True, "ISSUED"), (False, "EXPIRED")])
def test_a_certificate_is_renewed_while_a_listener_uses_it(estate: SmallEstate, used: bool, status: str) -> None:
    acm = estate.simulated.client("acm", RECOVERY)
    made = acm.request_certificate(DomainName="api.amply.example", ValidationMethod="DNS")["CertificateArn"]
    if used:
        balancer, group = estate.balance()
        estate.elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTPS",
            Port=443,
            Certificates=[{"CertificateArn": made}],
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )
    estate.simulated.advance(timedelta(days=400))
    told = acm.describe_certificate(CertificateArn=made)["Certificate"]
    assert told["Status"] == status
    assert (told["NotAfter"] > estate.simulated.world.now()) is used
