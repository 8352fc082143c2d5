"""Checks of what a scenario says was never built: nothing that is left may stand on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from drctl.loading.referee import Referee
from drctl.loading.yaml_source import Path
from drctl.model.estate import Estate, Place
from drctl.model.infrastructure import STANDS_ON, Infrastructure
from drctl.model.scenario import Scenario


def check_unbuilt(referee: Referee, scenario: Scenario, estate: Estate) -> None:
    """Whether the estate without it can be: every Region is one of the estate's, and nothing is left in the air."""
    recovery, missing = estate.regions.recovery, scenario.estate.missing_databases
    for named, kinds in scenario.estate.unbuilt.items():
        at: Path = ("estate", "unbuilt", named)
        referee.refer(at, named, "Region of the estate", ("primary", "recovery", *estate.regions.every))
        region = estate.regions.named(named)
        places = [
            _place_without(place, missing) if region == recovery else place
            for _, its, place in estate.each_place()
            if its == region
        ]
        for index, kind in enumerate(kinds):
            if not any(getattr(place, kind) for place in places):
                referee.wrong((*at, index), f"the estate has no {kind} in {region}")
            for what in (*_left(places, kind, kinds), *_from_elsewhere(estate, region, kind)):
                referee.wrong((*at, index), f"the {what} of the estate cannot be there without the {kind} in {region}")


def _place_without(place: Place, databases: Collection[str]) -> Place:
    """The place without the databases of those names."""
    return replace(place, databases={name: its for name, its in place.databases.items() if name not in databases})


def _left(places: Collection[Place], kind: Infrastructure, unbuilt: Collection[Infrastructure]) -> Iterator[str]:
    """The sections that stand on `kind`, and are there."""
    for section, needs in STANDS_ON.items():
        if kind in needs and section not in unbuilt and any(getattr(place, section) for place in places):
            yield section


def _from_elsewhere(estate: Estate, region: str, kind: Infrastructure) -> Iterator[str]:
    """What stands on `kind` in `region` without being there itself. Records of zones do, too: they are left out."""
    origins = [origin for its in estate.distributions.values() for origin in its.origins.values()]
    served = {origin.region or estate.regions.primary for origin in origins if origin.load_balancer}
    if kind is Infrastructure.LOAD_BALANCERS and region in served:
        yield "distributions"
    if kind is Infrastructure.BUCKETS:
        here = {name for _, its, place in estate.each_place() if its == region for name in place.buckets}
        if any(origin.bucket in here for origin in origins):
            yield "distributions"
        if any(_replicates_to(place, here) for _, _, place in estate.each_place()):
            yield "replication"


def _replicates_to(place: Place, buckets: Collection[str]) -> bool:
    named: Mapping[str, str] = {name: its.replication.to for name, its in place.buckets.items() if its.replication}
    return any(to in buckets for to in named.values())
