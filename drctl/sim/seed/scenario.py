"""What a scenario says had gone wrong before the disaster: the estate as it really was when it struck.

It is planted instead of the one that is described; what breaks from then on is `drctl.sim.strike`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from drctl.model.estate import Estate, Place
from drctl.model.estate_services import Repository
from drctl.model.estate_stores import Bucket, Database, SnapshotSeries
from drctl.model.scenario import EstateChanges, Scenario
from drctl.sim.seed.unbuilt import without_unbuilt

T = TypeVar("T")


def estate_under(estate: Estate, scenario: Scenario) -> Estate:
    """What `estate` really was when the disaster struck: what had been copied to the recovery Region, and what not."""
    recovery, changes = estate.regions.recovery, scenario.estate
    places = {
        account: {region: _place_under(changes, recovery, region, place) for region, place in regions.items()}
        for account, regions in estate.places.items()
    }
    return without_unbuilt(replace(estate, places=places), changes)


def _place_under(changes: EstateChanges, recovery: str, region: str, place: Place) -> Place:
    databases = {name: _database_under(changes, recovery, name, its) for name, its in place.databases.items()}
    repositories = {name: _repository_under(changes, name, its) for name, its in place.repositories.items()}
    buckets = {name: _bucket_under(changes, name, its) for name, its in place.buckets.items()}
    secrets = {
        name: replace(its, replicate_to=tuple(to for to in its.replicate_to if to != recovery))
        if name in changes.missing_secrets
        else its
        for name, its in place.secrets.items()
    }
    place = replace(place, databases=databases, repositories=repositories, buckets=buckets, secrets=secrets)
    if region != recovery:
        return place
    return replace(
        place,
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

    return replace(database, snapshots=tuple(map(series_under, database.snapshots)))


def _repository_under(changes: EstateChanges, name: str, repository: Repository) -> Repository:
    missing = tuple(tag for tag in repository.tags if f"{name}:{tag}" in changes.missing_images)
    return replace(repository, not_replicated=(*repository.not_replicated, *missing))


def _bucket_under(changes: EstateChanges, name: str, bucket: Bucket) -> Bucket:
    if bucket.replication is None or name not in changes.replication_pending:
        return bucket
    return replace(bucket, replication=replace(bucket.replication, pending=changes.replication_pending[name]))


def _without(named: Mapping[str, T], missing: tuple[str, ...]) -> Mapping[str, T]:
    return {name: its for name, its in named.items() if name not in missing}
