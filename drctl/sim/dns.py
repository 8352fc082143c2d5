"""Names, resolved as the name servers of the simulated Route 53 answer them.

Of records with a routing policy, one that is healthy is answered; where none is, Route 53 answers as if all were.
Of other policies than failover and weighted, the first healthy record by its identifier is answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from drctl.sim.overlay import World
from drctl.sim.record_health import RecordHealth
from drctl.sim.services.hosted_zones import HostedZones, Zone
from drctl.sim.services.load_balancers import addresses_of, balancer_at, find_load_balancer, plain, region_of
from drctl.sim.services.record_sets import RecordSet, absolute, values_of, within

_LONGEST_CHAIN = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """What a name server says: the code, and the values under the type that was asked for."""

    code: str
    values: tuple[str, ...] = ()
    ttl: int = 60
    """That of an alias is 60 s ("Route 53 Developer Guide, Choosing between alias and non-alias records")."""


class Dns:
    """The name servers of every public zone."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._zones = world.part(HostedZones)
        self.health = RecordHealth(world, self.destination)

    def destination(self, host: str) -> str | None:
        """Where the connections to `host` go: the name of a load balancer, an address, or a name outside of
        every zone. None where the name does not exist."""
        name = host
        for _ in range(_LONGEST_CHAIN):
            zones = list(self._zones.authoritative(name))
            if not zones:
                known = find_load_balancer(name)
                return known.dns_name if known is not None else _outside(name)
            record = self._first(zones, name)
            if record is None:
                return None
            if "AliasTarget" in record:
                name = plain(record["AliasTarget"]["DNSName"])
            elif record["Type"] == "CNAME":
                name = plain(values_of(record)[0])
            else:
                balancer = balancer_at(values_of(record)[0])
                return balancer.dns_name if balancer is not None else values_of(record)[0]
        return None

    def ask(self, zone: Zone, name: str, type_: str) -> Answer:
        """What the zone's name servers answer to one question."""
        record = self._choose(zone, name, type_)
        if record is None and type_ != "CNAME":
            record = self._choose(zone, name, "CNAME")
        if record is None:
            exists = any(key[0] == found for key in zone.served for found in _forms(name))
            return Answer("NOERROR" if exists else "NXDOMAIN")
        if "AliasTarget" not in record:
            return Answer("NOERROR", tuple(values_of(record)), int(record.get("TTL", 60)))
        target = record["AliasTarget"]["DNSName"]
        if within(target, zone.name) and absolute(target) != absolute(name):
            return self.ask(zone, target, type_)
        gone = region_of(target) is not None and find_load_balancer(target) is None
        return Answer("NOERROR", () if gone or type_ != "A" else tuple(addresses_of(target)))

    def _first(self, zones: Sequence[Zone], name: str) -> RecordSet | None:
        """The record of `name` in the closest zone; two accounts may both have one of that name."""
        for zone in zones:
            if zone.name != zones[0].name:
                return None
            record = self._choose(zone, name, "A") or self._choose(zone, name, "CNAME")
            if record is not None:
                return record
        return None

    def _choose(self, zone: Zone, name: str, type_: str) -> RecordSet | None:
        """The record set that answers: the exact name's before the wildcard's, one of several by their policy."""
        for form in _forms(name):
            found = [record for key, record in sorted(zone.served.items()) if key[:2] == (form, type_)]
            if found:
                return self._by_policy(zone, found)
        return None

    def _by_policy(self, zone: Zone, records: Sequence[RecordSet]) -> RecordSet:
        if len(records) == 1 and "Weight" not in records[0]:
            return records[0]
        healthy = [record for record in records if self.health.is_healthy(zone, record)]
        if "Weight" in records[0]:
            # A record without weight is answered once all that have some are unhealthy.
            candidates = [record for record in healthy if record["Weight"]] or healthy or records
            weights = [int(record["Weight"]) for record in candidates]
            # Zero everywhere means that all are equally likely ("Route 53 Developer Guide, Weighted routing").
            return self._world.random.choices(candidates, weights if any(weights) else None)[0]
        primary = [record for record in healthy or records if record.get("Failover") == "PRIMARY"]
        return (primary or healthy or records)[0]


def _forms(name: str) -> list[str]:
    """The names under which a record may answer for `name`: itself, then the wildcards above it, closest first."""
    labels = absolute(name).split(".")
    return [absolute(name), *(".".join((r"\052", *labels[depth:])) for depth in range(1, len(labels) - 1))]


def _outside(name: str) -> str | None:
    # A load balancer's name that no load balancer has is gone; any other name is somebody else's business.
    return None if plain(name).endswith(".amazonaws.com") else plain(name)
