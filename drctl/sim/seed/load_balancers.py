"""Application Load Balancers with their target groups, listeners and certificates."""

from __future__ import annotations

from typing import Any

from drctl.model.estate_network import Listener, LoadBalancer
from drctl.sim.seed.ground import Spot


def plant_load_balancers(spot: Spot) -> None:
    """Every load balancer of the place is there and listens."""
    elb = spot.client("elbv2")
    for name, balancer in spot.place.load_balancers.items():
        made = elb.create_load_balancer(
            Name=name,
            Subnets=spot.all_made("subnet", balancer.subnets),
            SecurityGroups=spot.all_made("security group", balancer.security_groups),
            Scheme="internal" if balancer.internal else "internet-facing",
            Type="application",
        )["LoadBalancers"][0]
        for kind, field in (("arn", "LoadBalancerArn"), ("dns", "DNSName"), ("zone", "CanonicalHostedZoneId")):
            spot.note(f"load balancer {kind}", name, made[field])
        if balancer.zonal_shift:
            attributes = [{"Key": "zonal_shift.config.enabled", "Value": "true"}]
            elb.modify_load_balancer_attributes(LoadBalancerArn=made["LoadBalancerArn"], Attributes=attributes)
        _plant_target_groups(spot, balancer)
        for listener in balancer.listeners:
            elb.create_listener(**_listener(spot, name, listener))


def _plant_target_groups(spot: Spot, balancer: LoadBalancer) -> None:
    vpc = spot.made("vpc of subnet", balancer.subnets[0])
    for name, group in balancer.target_groups.items():
        made = spot.client("elbv2").create_target_group(
            Name=name,
            Protocol=group.protocol,
            Port=group.port,
            VpcId=vpc,
            TargetType="ip",
            HealthCheckPath=group.health_path,
        )["TargetGroups"][0]
        spot.note("target group", name, made["TargetGroupArn"])


def _listener(spot: Spot, balancer: str, listener: Listener) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "LoadBalancerArn": spot.made("load balancer arn", balancer),
        "Protocol": listener.protocol,
        "Port": listener.port,
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": spot.made("target group", listener.forward)}],
    }
    if listener.certificate is not None:
        certificate = spot.client("acm").request_certificate(DomainName=listener.certificate, ValidationMethod="DNS")
        wanted["Certificates"] = [{"CertificateArn": certificate["CertificateArn"]}]
    return wanted
