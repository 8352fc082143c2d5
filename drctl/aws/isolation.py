"""What keeps the networks of a drill away from production. Only looks; what it may not look at is no isolation."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from drctl.model.isolation import Isolation
from drctl.ports.aws import AwsAccess, AwsClients

_OPEN = ("active", "pending-acceptance", "provisioning", "initiating-request")
"""States in which a peering carries traffic, or will as soon as somebody accepts it (Amazon VPC Peering Guide)."""
_GONE = frozenset({"deleted", "deleting", "failed", "failing", "rejected", "rejecting"})


@dataclass(frozen=True, slots=True)
class NetworkUse:
    """What one step puts into a network."""

    step: str
    account: str
    """By the environment's name for it."""
    region: str
    groups: tuple[str, ...] = ()
    """Security groups by id or name."""
    cluster: str = ""
    service: str = ""
    """An ECS service, whose own groups count."""


def network_breaches(
    access: AwsAccess,
    isolation: Isolation,
    accounts: Sequence[str],
    own: Collection[str],
    regions: Sequence[str],
    uses: Sequence[NetworkUse],
) -> Iterator[str]:
    """What of the networks breaks the isolation. `own` are the ids of all of the environment's accounts."""
    if isolation.no_peering:
        for name in accounts:
            for region in regions:
                clients = access.for_account(name)
                yield from _looked(access, f"{name} {region}", partial(_ways, clients, region, isolation, own))
    if isolation.egress_only is not None:
        for use in uses:
            clients = access.for_account(use.account)
            yield from _looked(access, use.step, partial(_exits, clients, use, isolation.egress_only))


def _looked(access: AwsAccess, where: str, look: Callable[[], Iterator[str]]) -> Sequence[str]:
    try:
        return tuple(look())
    except Exception as error:
        if (failure := access.classify(error)) is None:
            raise
        return (f"{where}: its network could not be looked at: {failure}",)


def _ways(clients: AwsClients, region: str, isolation: Isolation, own: Collection[str]) -> Iterator[str]:
    """The ways from this account to production."""
    ec2, production = clients.client("ec2", region), isolation.production_accounts
    filters = [{"Name": "status-code", "Values": list(_OPEN)}]
    for page in ec2.get_paginator("describe_vpc_peering_connections").paginate(Filters=filters):
        for raw in page["VpcPeeringConnections"]:
            owners = {raw.get(side, {}).get("OwnerId") for side in ("AccepterVpcInfo", "RequesterVpcInfo")}
            for owner in sorted(owners & set(production)):
                yield f"{region}: {raw['VpcPeeringConnectionId']} leads to production's account {owner}"
    for page in ec2.get_paginator("describe_transit_gateway_attachments").paginate():
        for raw in page["TransitGatewayAttachments"]:
            if raw.get("State") in _GONE:
                continue
            owner, resource = raw.get("TransitGatewayOwnerId"), raw.get("ResourceOwnerId")
            if owner in production or resource in production:
                yield f"{region}: {raw['TransitGatewayAttachmentId']} leads to production"
            elif owner is not None and owner not in own:
                yield (
                    f"{region}: {raw['TransitGatewayAttachmentId']} leads to a transit gateway of account {owner}, "
                    "behind which production may be"
                )


def _exits(clients: AwsClients, use: NetworkUse, allowed: Sequence[str]) -> Iterator[str]:
    """What the security groups of a step let out to, and may not."""
    ec2 = clients.client("ec2", use.region)
    blocks = [ipaddress.ip_network(block) for block in allowed]
    for group in _groups(ec2, (*use.groups, *_of_service(clients, use))):
        for rule in group.get("IpPermissionsEgress", ()):
            ranges = [one["CidrIp"] for one in rule.get("IpRanges", ())]
            for block in (*ranges, *(one["CidrIpv6"] for one in rule.get("Ipv6Ranges", ()))):
                if not any(_within(ipaddress.ip_network(block, strict=False), one) for one in blocks):
                    name = f"{group.get('GroupName', '')} ({group['GroupId']})"
                    yield f"{use.step}: security group {name} lets out to {block}"


def _of_service(clients: AwsClients, use: NetworkUse) -> Sequence[str]:
    if not use.service:
        return ()
    ecs = clients.client("ecs", use.region)
    found = ecs.describe_services(cluster=use.cluster, services=[use.service])["services"]
    return [
        group
        for raw in found
        for group in raw.get("networkConfiguration", {}).get("awsvpcConfiguration", {}).get("securityGroups", ())
    ]


def _groups(ec2: Any, wanted: Sequence[str]) -> Iterator[Any]:
    ids = [one for one in wanted if one.startswith("sg-")]
    names = [one for one in wanted if not one.startswith("sg-")]
    for key, values in (("group-id", ids), ("group-name", names)):
        if values:
            for page in ec2.get_paginator("describe_security_groups").paginate(
                Filters=[{"Name": key, "Values": values}]
            ):
                yield from page["SecurityGroups"]


def _within(
    block: ipaddress.IPv4Network | ipaddress.IPv6Network, outer: ipaddress.IPv4Network | ipaddress.IPv6Network
) -> bool:
    if isinstance(block, ipaddress.IPv4Network) and isinstance(outer, ipaddress.IPv4Network):
        return block.subnet_of(outer)
    if isinstance(block, ipaddress.IPv6Network) and isinstance(outer, ipaddress.IPv6Network):
        return block.subnet_of(outer)
    return False
