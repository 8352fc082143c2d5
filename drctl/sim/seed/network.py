"""VPCs with their subnets, ways out and security groups."""

from __future__ import annotations

from typing import Any

from drctl.model.estate_network import Network
from drctl.sim.seed.ground import Spot

_EVERYWHERE = "0.0.0.0/0"


def plant_networks(spot: Spot) -> None:
    """Every network of the place is there, and so are its subnets and security groups by their names."""
    for name, network in spot.place.networks.items():
        vpc = _plant_vpc(spot, name, network)
        _plant_subnets(spot, network, vpc)
        _plant_ways_out(spot, name, network, vpc)
        _plant_groups(spot, network, vpc)


def _plant_vpc(spot: Spot, name: str, network: Network) -> str:
    ec2 = spot.client("ec2")
    vpc = str(ec2.create_vpc(CidrBlock=network.cidr, TagSpecifications=_named("vpc", name))["Vpc"]["VpcId"])
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    spot.note("vpc", name, vpc)
    return vpc


def _plant_subnets(spot: Spot, network: Network, vpc: str) -> None:
    for name, subnet in network.subnets.items():
        made = spot.client("ec2").create_subnet(
            VpcId=vpc,
            CidrBlock=subnet.cidr,
            AvailabilityZone=f"{spot.region}{subnet.zone}",
            TagSpecifications=_named("subnet", name, tier=subnet.tier),
        )
        spot.note("subnet", name, made["Subnet"]["SubnetId"])
        spot.note("vpc of subnet", name, vpc)


def _plant_ways_out(spot: Spot, name: str, network: Network, vpc: str) -> None:
    """Public subnets reach the Internet, private ones through the NAT gateway of their zone; isolated ones nothing."""
    public = {subnet.zone: key for key, subnet in network.subnets.items() if subnet.tier == "public"}
    if not public:
        return
    ec2 = spot.client("ec2")
    gateway = ec2.create_internet_gateway(TagSpecifications=_named("internet-gateway", name))
    gateway_id = gateway["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=vpc)
    for zone, subnet in public.items():
        _route(spot, vpc, f"{name}-public-{zone}", [subnet], GatewayId=gateway_id)
        private = [key for key, its in network.subnets.items() if its.tier == "private" and its.zone == zone]
        if private and network.nat:
            address = ec2.allocate_address(Domain="vpc")["AllocationId"]
            nat = ec2.create_nat_gateway(SubnetId=spot.made("subnet", subnet), AllocationId=address)
            nat_id = nat["NatGateway"]["NatGatewayId"]
            _route(spot, vpc, f"{name}-private-{zone}", private, NatGatewayId=nat_id)


def _route(spot: Spot, vpc: str, name: str, subnets: list[str], **target: str) -> None:
    ec2 = spot.client("ec2")
    table = ec2.create_route_table(VpcId=vpc, TagSpecifications=_named("route-table", name))
    table_id = table["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table_id, DestinationCidrBlock=_EVERYWHERE, **target)
    for subnet in subnets:
        ec2.associate_route_table(RouteTableId=table_id, SubnetId=spot.made("subnet", subnet))


def _plant_groups(spot: Spot, network: Network, vpc: str) -> None:
    ec2 = spot.client("ec2")
    for name, group in network.security_groups.items():
        made = ec2.create_security_group(GroupName=name, Description=group.description or name, VpcId=vpc)
        spot.note("security group", name, made["GroupId"])
    # After all of them are there, because their rules name one another.
    for name, group in network.security_groups.items():
        group_id = spot.made("security group", name)
        inbound = [_permission(spot, rule.protocol, rule.port, rule.source) for rule in group.inbound]
        outbound = [_permission(spot, rule.protocol, rule.port, rule.target) for rule in group.outbound]
        if inbound:
            ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=inbound)
        if outbound:
            everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": _EVERYWHERE}]}]
            ec2.revoke_security_group_egress(GroupId=group_id, IpPermissions=everything)
            ec2.authorize_security_group_egress(GroupId=group_id, IpPermissions=outbound)


def _permission(spot: Spot, protocol: str, port: int, peer: str) -> dict[str, Any]:
    permission: dict[str, Any] = {"IpProtocol": protocol, "FromPort": port, "ToPort": port}
    if "/" in peer:
        return {**permission, "IpRanges": [{"CidrIp": peer}]}
    return {**permission, "UserIdGroupPairs": [{"GroupId": spot.made("security group", peer)}]}


def _named(kind: str, name: str, **tags: str) -> list[dict[str, Any]]:
    pairs = {"Name": name, **tags}
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in pairs.items()]}]
