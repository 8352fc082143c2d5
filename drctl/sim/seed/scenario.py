"""What a scenario says had gone wrong before the disaster: the estate as it really was when it struck.

It is planted instead of the one that is described; what breaks from then on is `drctl.sim.strike`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from drctl.model.estate import Estate, Place
from drctl.model.estate_network import Network
from drctl.model.estate_services import Repository
from drctl.model.estate_stores import Bucket, Cache, Database, SnapshotSeries
from drctl.model.scenario import EstateChanges, Scenario
from drctl.sim.seed.names import zone_under
from drctl.sim.seed.serving import with_recovery_serving
from drctl.sim.seed.unbuilt import without_unbuilt

T = TypeVar("T")
Store = TypeVar("Store", Database, Cache)


def estate_under(estate: Estate, scenario: Scenario) -> Estate:
    """What `estate` really was when the disaster struck: what had been copied to the recovery Region, and what not."""
    changes = scenario.estate
    if changes.recovery_serves:
        estate = with_recovery_serving(estate)
    places = {
        account: {region: _place_under(estate, changes, region, place) for region, place in regions.items()}
        for account, regions in estate.places.items()
    }
    zones = {name: zone_under(changes, estate, zone) for name, zone in estate.zones.items()}
    return without_unbuilt(replace(estate, places=places, zones=zones), changes)


def _place_under(estate: Estate, changes: EstateChanges, region: str, place: Place) -> Place:
    recovery = estate.regions.recovery
    databases = {name: _database_under(changes, recovery, name, its) for name, its in place.databases.items()}
    repositories = {name: _repository_under(changes, name, its) for name, its in place.repositories.items()}
    buckets = {name: _bucket_under(changes, name, its) for name, its in place.buckets.items()}
    secrets = {
        name: replace(its, replicate_to=tuple(to for to in its.replicate_to if to != recovery))
        if name in changes.missing_secrets
        else its
        for name, its in place.secrets.items()
    }
    caches = {
        name: replace(its, replicas=0) if name in changes.single_zone else its for name, its in place.caches.items()
    }
    balancers = {
        name: replace(its, zonal_shift=its.zonal_shift and name not in changes.unshiftable)
        for name, its in place.load_balancers.items()
    }
    place = replace(place, databases=databases, repositories=repositories, buckets=buckets, secrets=secrets)
    place = replace(place, caches=caches, load_balancers=balancers)
    missing = tuple(group for at, group in map(estate.regions.placed, changes.missing_security_groups) if at == region)
    place = replace(
        place,
        networks={name: _network_under(missing, its) for name, its in place.networks.items()},
        databases={name: _members_under(missing, its) for name, its in place.databases.items()},
        caches={name: _members_under(missing, its) for name, its in place.caches.items()},
    )
    if region != recovery:
        return place
    return replace(
        place,
        databases=_without(place.databases, changes.missing_databases),
        secrets=_without(place.secrets, changes.missing_secrets),
        parameters=_without(place.parameters, changes.missing_parameters),
        repositories={
            name: replace(its, tags=tuple(tag for tag in its.tags if f"{name}:{tag}" not in changes.missing_images))
            for name, its in place.repositories.items()
        },
    )


def _database_under(changes: EstateChanges, recovery: str, name: str, database: Database) -> Database:
    def series_under(series: SnapshotSeries) -> SnapshotSeries:
        if series.copied_to != recovery:
            return series
        if name in changes.missing_snapshots:
            return replace(series, copied_to=None)
        stale = changes.snapshots_stale
        if stale is None or series.newest >= stale:
            return series
        return replace(series, newest=stale, keep=max(series.keep, stale))

    multi_az = database.multi_az and name not in changes.single_zone
    return replace(database, multi_az=multi_az, snapshots=tuple(map(series_under, database.snapshots)))


def _repository_under(changes: EstateChanges, name: str, repository: Repository) -> Repository:
    missing = tuple(tag for tag in repository.tags if f"{name}:{tag}" in changes.missing_images)
    return replace(repository, not_replicated=(*repository.not_replicated, *missing))


def _bucket_under(changes: EstateChanges, name: str, bucket: Bucket) -> Bucket:
    if bucket.replication is None or name not in changes.replication_pending:
        return bucket
    return replace(bucket, replication=replace(bucket.replication, pending=changes.replication_pending[name]))


def _network_under(missing: tuple[str, ...], network: Network) -> Network:
    """The network without the groups that are missing, and without the rules that lead to them."""
    groups = {
        name: replace(
            group,
            inbound=tuple(rule for rule in group.inbound if rule.source not in missing),
            outbound=tuple(rule for rule in group.outbound if rule.target not in missing),
        )
        for name, group in _without(network.security_groups, missing).items()
    }
    return replace(network, security_groups=groups)


def _members_under(missing: tuple[str, ...], store: Store) -> Store:
    groups = tuple(group for group in store.security_groups if group not in missing)
    return replace(store, security_groups=groups)


def _without(named: Mapping[str, T], missing: tuple[str, ...]) -> Mapping[str, T]:
    return {name: its for name, its in named.items() if name not in missing}
