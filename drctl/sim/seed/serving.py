"""A recovery Region that serves already, as a scenario may say: after a failover, or because both always serve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from drctl.model.estate import Estate, Place
from drctl.model.estate_services import Cluster, Container


def with_recovery_serving(estate: Estate) -> Estate:
    """The estate with as many tasks in the recovery Region as in the primary one, on data stores of its own.

    A database or cache of the primary Region's is there too, under the same name, with no history. Tasks are told of
    what is in their own Region, and of the replicas of the buckets.
    """
    regions = estate.regions
    places = dict(estate.places)
    for account, its in estate.places.items():
        primary, recovery = its.get(regions.primary), its.get(regions.recovery)
        if primary is not None and recovery is not None and recovery.clusters:
            serving = _serving(primary, recovery, regions.primary, regions.recovery)
            places[account] = {**its, regions.recovery: serving}
    return replace(estate, places=places)


def _serving(primary: Place, recovery: Place, lost: str, here: str) -> Place:
    databases = {
        name: replace(database, snapshots=(), backups_replicated_to=None)
        for name, database in primary.databases.items()
        if database.replica_of is None
    }
    words = {lost: here, **_replicas(primary)}
    definitions = {
        name: replace(
            definition, containers={one: _told(its, words, lost) for one, its in definition.containers.items()}
        )
        for name, definition in recovery.task_definitions.items()
    }
    clusters = {name: _scaled(cluster, primary.clusters.get(name)) for name, cluster in recovery.clusters.items()}
    return replace(
        recovery,
        databases={**recovery.databases, **databases},
        caches={**recovery.caches, **primary.caches},
        task_definitions=definitions,
        clusters=clusters,
    )


def _replicas(primary: Place) -> Mapping[str, str]:
    return {name: bucket.replication.to for name, bucket in primary.buckets.items() if bucket.replication is not None}


def _told(container: Container, words: Mapping[str, str], lost: str) -> Container:
    environment = {
        name: words.get(value, value.replace(f"${{{{ {lost}.", "${{ ")) for name, value in container.environment.items()
    }
    return replace(container, environment=environment)


def _scaled(cluster: Cluster, like: Cluster | None) -> Cluster:
    others = like.services if like is not None else {}
    services = {
        name: replace(service, count=others[name].count, autoscaling=others[name].autoscaling)
        if name in others
        else service
        for name, service in cluster.services.items()
    }
    return replace(cluster, services=services)
