"""DNS as the world has it: the name servers of its zones, and one resolver that everybody who is asked turns to.

A resolver keeps nothing: a change is seen as soon as it is INSYNC, and the TTL that is told is the record's.
"""

from __future__ import annotations

import ipaddress

from drctl.ports.dns import DnsAnswer, DnsQuestion
from drctl.sim.dns import Dns
from drctl.sim.overlay import World
from drctl.sim.services.hosted_zones import HostedZones, Zone
from drctl.sim.services.load_balancers import addresses_of, find_load_balancer, plain

_LONGEST_CHAIN = 8
_BALANCER_TTL = 60


class NameServers:
    def __init__(self, world: World) -> None:
        self._dns = Dns(world)
        self._zones = world.part(HostedZones)

    def ask(self, question: DnsQuestion) -> DnsAnswer:
        if question.recursive:
            return self._resolve(question)
        zone = self._zone_of(question)
        if zone is None:
            known = question.server is not None and self._serves_any(question.server)
            told = f"{question.server} is no name server of {question.name}"
            return DnsAnswer(code="REFUSED") if known else DnsAnswer(failure="timeout", detail=told)
        return self._in_zone(zone, question.name, question)

    def _resolve(self, question: DnsQuestion) -> DnsAnswer:
        name = question.name
        aliases: list[str] = []
        ttls: list[int] = []
        for _ in range(_LONGEST_CHAIN):
            zone = next(iter(self._zones.authoritative(name)), None)
            answer = self._in_zone(zone, name, question) if zone is not None else _outside(name, question)
            ttls += [answer.ttl] if answer.ttl is not None else []
            aliases += answer.aliases
            if answer.values or not answer.aliases:
                return DnsAnswer(
                    code=answer.code, values=answer.values, aliases=tuple(aliases), ttl=min(ttls, default=None)
                )
            name = answer.aliases[-1]
        return DnsAnswer(code="SERVFAIL", aliases=tuple(aliases))

    def _in_zone(self, zone: Zone, name: str, question: DnsQuestion) -> DnsAnswer:
        found = self._dns.ask(zone, name, question.type)
        values = tuple(sorted(_plain(value) for value in found.values))
        ttl = found.ttl if values else None
        if values and self._is_alias(zone, name, question.type, values):
            return DnsAnswer(code=found.code, aliases=values[:1], ttl=ttl, authoritative=True)
        return DnsAnswer(code=found.code, values=values, ttl=ttl, authoritative=True)

    def _is_alias(self, zone: Zone, name: str, type_: str, values: tuple[str, ...]) -> bool:
        if type_ in ("A", "AAAA"):
            return not all(_is_address(value) for value in values)
        return type_ != "CNAME" and bool(self._dns.ask(zone, name, "CNAME").values)

    def _zone_of(self, question: DnsQuestion) -> Zone | None:
        """The zone of the name, if the server that is asked is one of its own."""
        for zone in self._zones.authoritative(question.name):
            if question.server is not None and self._serves(zone, question.server):
                return zone
        return None

    def _serves_any(self, server: str) -> bool:
        return any(self._serves(zone, server) for zone in self._zones.every())

    def _serves(self, zone: Zone, server: str) -> bool:
        return _plain(server) in (_plain(value) for value in self._dns.ask(zone, zone.name, "NS").values)


def _outside(name: str, question: DnsQuestion) -> DnsAnswer:
    if find_load_balancer(name) is None:
        return DnsAnswer(code="NXDOMAIN")
    values = tuple(addresses_of(plain(name))) if question.type == "A" else ()
    return DnsAnswer(code="NOERROR", values=values, ttl=_BALANCER_TTL if values else None)


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _plain(value: str) -> str:
    return value if value.startswith('"') else value.rstrip(".").lower()
