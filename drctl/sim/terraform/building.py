"""Building what is missing of a place, by the same hands that plant an estate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from drctl.model.estate import Place
from drctl.model.infrastructure import Infrastructure
from drctl.sim.seed import (
    buckets,
    caches,
    containers,
    databases,
    load_balancers,
    messaging,
    network,
    settings,
    watching,
)
from drctl.sim.seed.ground import Spot

_I = Infrastructure
# Both groups of a database are planted at once, and each plants what the place has of it.
_PLANTERS: tuple[tuple[tuple[Infrastructure, ...], Callable[[Spot], None]], ...] = (
    ((_I.NETWORKS,), network.plant_networks),
    ((_I.DATABASE_SUBNET_GROUPS, _I.DATABASE_PARAMETER_GROUPS), databases.plant_database_groups),
    ((_I.CACHE_SUBNET_GROUPS,), caches.plant_cache_groups),
    ((_I.BUCKETS,), buckets.plant_buckets),
    ((_I.LOAD_BALANCERS,), load_balancers.plant_load_balancers),
    ((_I.PARAMETERS,), settings.plant_parameters),
    ((_I.QUEUES,), messaging.plant_queues),
    ((_I.LOG_GROUPS,), watching.plant_log_groups),
    ((_I.TOPICS,), messaging.plant_topics),
    ((_I.ALARMS,), watching.plant_alarms),
    ((_I.TASK_DEFINITIONS,), containers.plant_task_definitions),
)


def build(spot: Spot, missing: Place) -> None:
    """Afterwards everything of `missing` is in the place of `spot`, as it describes it.

    Raises botocore's ClientError where the simulated AWS refuses something: what was built before stays, as with
    Terraform.
    """
    only = replace(spot, place=missing)
    for sections, plant in _PLANTERS:
        if any(getattr(missing, section) for section in sections):
            plant(only)
    if missing.clusters:
        # A service names a task definition of the place, whether that was missing or not.
        whole = replace(missing, task_definitions=spot.place.task_definitions)
        containers.plant_services(replace(spot, place=whole))
