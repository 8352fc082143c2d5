"""Where a Fargate task runs: its subnet, and the private address it gets there."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from drctl.sim.moto_resources import resources
from drctl.sim.services.ecs_service import Service
from drctl.sim.services.ecs_services import Services

_FIRST_HOST = 10
"""AWS keeps the first addresses of a subnet for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    subnet: str
    zone: str
    ip: str


def place(services: Services, service: Service) -> Place:
    """The place of the next task of `service`: its subnets take turns, and an address comes back only in the end."""
    network = service.settings.get("networkConfiguration") or {}
    subnets = (network.get("awsvpcConfiguration") or {}).get("subnets") or []
    return place_in(services, service.account, service.region, subnets, len(service.tasks))


def place_in(services: Services, account: str, region: str, subnets: Sequence[str], turn: int) -> Place:
    """The place of the task number `turn`, counted from 0, of those that take turns in `subnets`."""
    if not subnets:
        return Place(subnet="", zone=f"{region}a", ip=f"169.254.172.{_FIRST_HOST + services.next_host('') % 200}")
    known = [resources("ec2", account, region).get_subnet(subnet) for subnet in subnets]
    # Without any zone that answers, one is chosen all the same, and the task does not start.
    usable = [subnet for subnet in known if not services.is_lost(subnet.availability_zone)] or known
    subnet = usable[turn % len(usable)]
    block = ipaddress.ip_network(subnet.cidr_block)
    host = _FIRST_HOST + services.next_host(subnet.id) % (block.num_addresses - _FIRST_HOST - 1)
    return Place(subnet=subnet.id, zone=subnet.availability_zone, ip=str(block[host]))
