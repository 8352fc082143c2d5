"""Failover and weighted records follow health checks, so that whatever moves traffic at AWS moves it in a drill."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from drctl.sim.services.routing_controls import RoutingControls
from tests.sim.small_estate import SmallEstate
from tests.sim.test_application import HOST, Platform
from tests.sim.test_application import platform as platform
from tests.sim.test_application import zone as zone
from tests.simulated import PRIMARY, RECOVERY, SHARED_SERVICES, Simulated

NAME = "failover.amply.example"
CENTRAL, WEST = "192.0.2.1", "192.0.2.2"
NOTICED = timedelta(seconds=90)


class Names:
    """A zone with two records of one name, and the checks that they follow."""

    def __init__(self, simulated: Simulated) -> None:
        self.simulated = simulated
        self.route53 = simulated.client("route53", "us-east-1", SHARED_SERVICES)
        made = self.route53.create_hosted_zone(Name="amply.example", CallerReference="names")
        self.zone = made["HostedZone"]["Id"]

    def check(self, **config: Any) -> str:
        reference = f"check-{config}"
        made = self.route53.create_health_check(CallerReference=reference, HealthCheckConfig=config)
        return str(made["HealthCheck"]["Id"])

    def put(self, *records: dict[str, Any]) -> None:
        changes = [{"Action": "UPSERT", "ResourceRecordSet": {"Name": NAME, "Type": "A", **one}} for one in records]
        self.route53.change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch={"Changes": changes})
        self.simulated.advance(timedelta(minutes=5))

    def fail_over(self, primary: str, secondary: str | None = None) -> None:
        """A failover pair with these health checks."""
        self.put(
            {**plain(CENTRAL, primary), "SetIdentifier": "central", "Failover": "PRIMARY"},
            {**plain(WEST, secondary), "SetIdentifier": "west", "Failover": "SECONDARY"},
        )

    def weigh(self, *records: tuple[str, int, str | None]) -> None:
        self.put(*({**plain(to, check), "SetIdentifier": to, "Weight": weight} for to, weight, check in records))

    def answer(self) -> str:
        told = self.route53.test_dns_answer(HostedZoneId=self.zone, RecordName=NAME, RecordType="A")
        return ", ".join(told["RecordData"])


def plain(address: str, check: str | None) -> dict[str, Any]:
    record: dict[str, Any] = {"TTL": 60, "ResourceRecords": [{"Value": address}]}
    return {**record, "HealthCheckId": check} if check else record


@pytest.fixture
def names(simulated: Simulated) -> Names:
    return Names(simulated)


def controlled(names: Names) -> tuple[str, str]:
    """A check that follows a routing control, and the control's ARN."""
    controls = names.simulated.world.part(RoutingControls)
    cluster = controls.add_cluster(SHARED_SERVICES, f"c{len(controls.clusters)}")
    arn = controls.add_control(controls.default_panel(cluster), "control").arn
    return names.check(Type="RECOVERY_CONTROL", RoutingControlArn=arn), arn


def turn(names: Names, arn: str, state: str) -> None:
    names.simulated.client("route53-recovery-cluster", "us-east-1").update_routing_control_state(
        RoutingControlArn=arn, RoutingControlState=state
    )


def test_a_failover_pair_follows_a_routing_control(names: Names) -> None:
    check, control = controlled(names)
    names.fail_over(check)
    assert names.answer() == WEST
    turn(names, control, "On")
    assert names.answer() == CENTRAL
    assert names.route53.get_health_check(HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"][
        "RoutingControlArn"
    ] == (control)


def test_with_both_unhealthy_the_primary_is_answered(names: Names) -> None:
    (first, _), (second, _) = controlled(names), controlled(names)
    names.fail_over(first, second)
    assert names.answer() == CENTRAL


def test_a_toggled_check_moves_traffic(names: Names) -> None:
    """Disabled counts as healthy whatever is measured, and inverted turns that round."""
    check, _ = controlled(names)
    names.fail_over(check)
    for switches, expected in (
        ({"Disabled": True}, CENTRAL),
        ({"Disabled": True, "Inverted": True}, WEST),
        ({"Disabled": False, "Inverted": True}, CENTRAL),
        ({"Disabled": False, "Inverted": False}, WEST),
    ):
        names.route53.update_health_check(HealthCheckId=check, **switches)
        assert names.answer() == expected, switches


@pytest.mark.parametrize("host", ["switches.s3.eu-west-1.amazonaws.com", "s3.eu-west-1.amazonaws.com"])
def test_the_stop_switch_moves_traffic_once_checkers_have_seen_it_and_back(names: Names, host: str) -> None:
    """Three looks, thirty seconds apart; and with the Region of the switch lost, the primary goes on serving."""
    s3 = names.simulated.client("s3", RECOVERY)
    s3.create_bucket(Bucket="switches", CreateBucketConfiguration={"LocationConstraint": RECOVERY})
    s3.put_bucket_versioning(Bucket="switches", VersioningConfiguration={"Status": "Enabled"})
    path = "/failover/api" if host.startswith("switches") else "/switches/failover/api"
    names.fail_over(names.check(Type="HTTPS", FullyQualifiedDomainName=host, ResourcePath=path, Inverted=True))
    assert names.answer() == CENTRAL

    s3.put_object(Bucket="switches", Key="failover/api", Body=b"run")
    names.simulated.advance(NOTICED - timedelta(seconds=1))
    assert names.answer() == CENTRAL
    names.simulated.advance(timedelta(seconds=1))
    assert names.answer() == WEST

    names.simulated.world.lose(RECOVERY)
    names.simulated.advance(NOTICED)
    assert names.answer() == CENTRAL
    names.simulated.world.heal(RECOVERY)
    assert names.answer() == WEST

    s3.delete_object(Bucket="switches", Key="failover/api")
    assert names.answer() == WEST
    names.simulated.advance(NOTICED)
    assert names.answer() == CENTRAL


def test_a_check_follows_its_alarm_and_others_count_together(names: Names) -> None:
    """Of two children one is enough here."""
    cloudwatch = names.simulated.client("cloudwatch", RECOVERY)
    cloudwatch.put_metric_alarm(
        AlarmName="failover", Namespace="drctl", MetricName="Failover", ComparisonOperator="GreaterThanThreshold",
        Threshold=0, Statistic="Maximum", Period=60, EvaluationPeriods=1,
    )  # fmt: skip
    alarm = names.check(
        Type="CLOUDWATCH_METRIC",
        AlarmIdentifier={"Region": RECOVERY, "Name": "failover"},
        InsufficientDataHealthStatus="Unhealthy",
    )
    control, arn = controlled(names)
    names.fail_over(names.check(Type="CALCULATED", ChildHealthChecks=[alarm, control], HealthThreshold=1))

    def tell(state: str) -> None:
        cloudwatch.set_alarm_state(AlarmName="failover", StateValue=state, StateReason="a test")

    tell("OK")
    assert names.answer() == CENTRAL
    for state in ("ALARM", "INSUFFICIENT_DATA"):
        tell(state)
        assert names.answer() == WEST
    turn(names, arn, "On")
    assert names.answer() == CENTRAL


def test_weights_count_among_the_healthy_and_zero_only_when_nothing_else_is(names: Names) -> None:
    """A record of weight zero is answered once all others are unhealthy; with none healthy, weights decide again."""
    (first, control), (second, other) = controlled(names), controlled(names)
    names.weigh((CENTRAL, 100, first), (WEST, 0, second))
    turn(names, control, "On")
    assert {names.answer() for _ in range(10)} == {CENTRAL}
    turn(names, control, "Off")
    turn(names, other, "On")
    assert {names.answer() for _ in range(10)} == {WEST}
    turn(names, other, "Off")
    assert {names.answer() for _ in range(10)} == {CENTRAL}


def test_an_alias_that_evaluates_its_target_follows_the_load_balancers_targets(names: Names) -> None:
    """Without a healthy target, or in a lost Region, the load balancer is unhealthy."""
    estate = SmallEstate(names.simulated, PRIMARY)
    balancer, group = estate.balance()
    target = {
        "HostedZoneId": balancer["CanonicalHostedZoneId"], "DNSName": balancer["DNSName"],
        "EvaluateTargetHealth": True,
    }  # fmt: skip
    names.put(
        {"AliasTarget": target, "SetIdentifier": "central", "Failover": "PRIMARY"},
        {**plain(WEST, None), "SetIdentifier": "west", "Failover": "SECONDARY"},
    )
    assert names.answer() == WEST
    estate.elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "172.31.0.7", "Port": 8000}])
    estate.wait()
    assert names.answer() != WEST
    names.simulated.world.lose(PRIMARY)
    assert names.answer() == WEST


def test_a_check_that_depends_on_itself_counts_as_healthy(names: Names) -> None:
    """A question goes round in no circle."""
    check = names.check(Type="HTTPS", FullyQualifiedDomainName=NAME, ResourcePath="/")
    names.fail_over(check)
    assert names.answer() == CENTRAL


def test_a_check_of_an_application_asks_it(platform: Platform, zone: str, simulated: Simulated) -> None:
    """Down, it fails the check; and a lost Region does after three looks."""
    route53 = simulated.client("route53", "us-east-1", SHARED_SERVICES)
    config = {
        "Type": "HTTP", "FullyQualifiedDomainName": HOST, "ResourcePath": "/health/deep", "Port": 80,
    }  # fmt: skip
    made = route53.create_health_check(CallerReference="deep", HealthCheckConfig=config)
    check = made["HealthCheck"]["Id"]

    def seen() -> set[str]:
        told = route53.get_health_check_status(HealthCheckId=check)["HealthCheckObservations"]
        return {one["StatusReport"]["Status"].split(":")[0] for one in told}

    assert seen() == {"Success"}
    platform.reconfigure(REDIS_HOST="nowhere")
    assert seen() == {"Failure"}
    platform.reconfigure()
    simulated.world.lose(RECOVERY)
    assert seen() == {"Success"}
    simulated.advance(NOTICED)
    assert seen() == {"Failure"}
