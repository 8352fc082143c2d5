"""What a scenario says was never built, taken out of the estate before it is planted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from drctl.model.estate import Estate, Place
from drctl.model.estate_edge import Record, Zone
from drctl.model.infrastructure import Infrastructure
from drctl.model.scenario import EstateChanges


def without_unbuilt(estate: Estate, changes: EstateChanges) -> Estate:
    """The estate without the sections of its places that were never built, and without records that point to them."""
    if not changes.unbuilt:
        return estate
    unbuilt = {estate.regions.named(name): kinds for name, kinds in changes.unbuilt.items()}
    places = {
        account: {region: _without(place, unbuilt.get(region, ())) for region, place in regions.items()}
        for account, regions in estate.places.items()
    }
    gone = {region for region, kinds in unbuilt.items() if Infrastructure.LOAD_BALANCERS in kinds}
    zones = {name: _zone(zone, gone, estate.regions.primary) for name, zone in estate.zones.items()}
    return replace(estate, places=places, zones=zones)


def _without(place: Place, kinds: Collection[Infrastructure]) -> Place:
    nothing: dict[str, Any] = {kind.value: {} for kind in kinds}
    return replace(place, **nothing)


def _zone(zone: Zone, gone: Collection[str], usual: str) -> Zone:
    def stands(record: Record) -> bool:
        alias = record.alias
        return alias is None or alias.load_balancer is None or (alias.region or usual) not in gone

    return replace(zone, records=tuple(filter(stands, zone.records)))
