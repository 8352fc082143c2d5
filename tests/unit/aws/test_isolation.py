"""A way from a drill's network to production is found, and a network that may not be looked at is no isolation."""

from __future__ import annotations

from typing import Any

import pytest

from drctl.aws.isolation import NetworkUse, network_breaches
from drctl.model.isolation import Isolation
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.faults import FaultPlan
from tests.fakes.aws import simulated_access
from tests.simulated import PRODUCTION, RECOVERY, SHARED_SERVICES, Simulated

OTHER = "999999999999"
NO_PEERING = Isolation(production_accounts=(OTHER,), no_peering=True)
INSIDE = Isolation(egress_only=("10.0.0.0/8",))


def found(simulated: Simulated, isolation: Isolation, *uses: NetworkUse, own: str = PRODUCTION) -> list[str]:
    access = simulated_access(simulated)
    return list(network_breaches(access, isolation, ("production",), (own,), (RECOVERY,), uses))


def vpc(ec2: Any) -> str:
    return str(ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])


def test_a_network_of_its_own_is_isolated(simulated: Simulated) -> None:
    assert found(simulated, NO_PEERING) == []


@pytest.mark.parametrize(("owner", "count"), [(OTHER, 1), (SHARED_SERVICES, 0)])
def test_a_peering_counts_where_it_leads_to_production(simulated: Simulated, owner: str, count: int) -> None:
    ec2, theirs = simulated.client("ec2", RECOVERY), simulated.client("ec2", RECOVERY, owner)
    peer = ec2.create_vpc_peering_connection(VpcId=vpc(ec2), PeerVpcId=vpc(theirs), PeerOwnerId=owner)
    breaches = found(simulated, NO_PEERING)
    assert len(breaches) == count
    assert all(peer["VpcPeeringConnection"]["VpcPeeringConnectionId"] in one for one in breaches)


@pytest.mark.parametrize(("own", "count"), [(PRODUCTION, 0), (SHARED_SERVICES, 1)])
def test_a_transit_gateway_that_is_not_the_environments_own_may_lead_anywhere(
    simulated: Simulated, own: str, count: int
) -> None:
    ec2 = simulated.client("ec2", RECOVERY)
    where = vpc(ec2)
    subnet = ec2.create_subnet(VpcId=where, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    ec2.create_transit_gateway_vpc_attachment(TransitGatewayId=gateway, VpcId=where, SubnetIds=[subnet])
    assert len(found(simulated, NO_PEERING, own=own)) == count


@pytest.mark.parametrize(
    ("block", "count"), [("10.1.0.0/16", 0), ("10.0.0.0/8", 0), ("0.0.0.0/0", 1), ("203.0.113.0/24", 1)]
)
def test_a_security_group_lets_out_to_the_allowed_blocks_alone(simulated: Simulated, block: str, count: int) -> None:
    ec2 = simulated.client("ec2", RECOVERY)
    group = ec2.create_security_group(GroupName="drill", Description="-", VpcId=vpc(ec2))["GroupId"]
    everywhere = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[everywhere])
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": block}]}
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[rule])
    for name in (group, "drill"):
        breaches = found(simulated, INSIDE, NetworkUse("restore", "production", RECOVERY, (name,)))
        assert len(breaches) == count
        assert all(f"lets out to {block}" in one for one in breaches)


@pytest.mark.parametrize("operation", ["DescribeVpcPeeringConnections", "DescribeTransitGatewayAttachments"])
def test_a_network_that_may_not_be_looked_at_is_not_isolated(simulated: Simulated, operation: str) -> None:
    simulated.app.faults = FaultPlan.of([Fault(service="ec2", operation=operation, kind=FaultKind.DENIED, times=None)])
    (breach,) = found(simulated, NO_PEERING)
    assert breach.startswith("production eu-west-1: its network could not be looked at: ")
