"""An estate → a simulated AWS that has stood for as long as the estate remembers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from botocore.exceptions import ClientError, ParamValidationError

from drctl.errors import InputInvalid
from drctl.model.estate import Estate
from drctl.sim.app import SimulatedAws
from drctl.sim.clock import SimClock
from drctl.sim.played_applications import PlayedApplications
from drctl.sim.seed import (
    aurora,
    buckets,
    caches,
    containers,
    databases,
    edge,
    functions,
    history,
    keys,
    load_balancers,
    messaging,
    network,
    roles,
    settings,
    watching,
)
from drctl.sim.seed.ground import Ground, Spot
from drctl.sim.services.queue_consumers import QueueConsumers
from drctl.sim.web.played_web import PlayedWeb

T = TypeVar("T")
Section = tuple[str, Callable[[Spot], None]]

_A_MOMENT = timedelta(seconds=1)
"""How long everything takes in the past: an estate is planted settled, whatever a scenario slows down later."""
_A_WHILE = timedelta(minutes=10)

# What needs nothing but what stands above it. Each is one section of a place.
_FIRST: tuple[Section, ...] = (
    ("networks", network.plant_networks),
    ("database groups", databases.plant_database_groups),
    ("databases", databases.plant_databases),
    ("cache_subnet_groups", caches.plant_cache_groups),
    ("caches", caches.plant_caches),
    ("buckets", buckets.plant_buckets),
    ("load_balancers", load_balancers.plant_load_balancers),
    ("repositories", containers.plant_images),
    ("secrets", settings.plant_secrets),
    ("parameters", settings.plant_parameters),
    ("queues", messaging.plant_queues),
    ("mail_identities", messaging.plant_mail),
    ("log_groups", watching.plant_log_groups),
    ("topics", messaging.plant_topics),
    ("alarms", watching.plant_alarms),
    ("dashboards", watching.plant_dashboards),
    ("functions", functions.plant_functions),
)
# What needs databases and caches that are up.
_THEN: tuple[Section, ...] = (
    ("databases", databases.note_database_addresses),
    ("databases", databases.describe_databases),
    ("caches", caches.note_cache_addresses),
    ("caches", caches.fill_caches),
)
_WORKLOADS: tuple[Section, ...] = (
    ("task_definitions", containers.plant_task_definitions),
    ("clusters", containers.plant_services),
    ("buckets", buckets.plant_objects),
)
_LAST: tuple[Section, ...] = (
    ("buckets", buckets.hold_back),
    ("queues", messaging.plant_messages),
    ("caches", caches.keep_snapshots),
)


def plant(estate: Estate, app: SimulatedAws, present: datetime) -> Ground:
    """Afterwards everything that `estate` describes is there and settled, and it is `present` in the world of `app`.

    `app` has nothing in it yet; its clock is replaced, its past goes back as far as the estate's, and its record
    of calls is empty. The ground that is returned knows what everything became. Raises InputInvalid where the
    simulated AWS refuses something.
    """
    with app.lock:
        world, usual = app.world, app.world.durations
        world.clock = SimClock(history.begin_of_history(estate, present))
        world.durations = dict.fromkeys(usual, _A_MOMENT)
        ground = Ground(estate, world, app)
        try:
            _build(ground)
            _plant("snapshots", lambda ground: history.relive(ground, present), ground)
        finally:
            world.durations = usual
        world.clock.advance_to(present)
        # What is under way when the present begins takes as long as it usually does.
        _each(ground, _LAST)
        world.part(PlayedApplications).play(estate)
        world.part(PlayedWeb).play(estate)
        world.part(QueueConsumers).play(estate)
        app.calls.calls.clear()
        return ground


def _build(ground: Ground) -> None:
    """Everything but its history is there, and has settled."""
    _plant("account_aliases", settings.plant_aliases, ground)
    _plant("roles", roles.plant_roles, ground)
    _plant("keys", keys.plant_keys, ground)
    _each(ground, _FIRST)
    _plant("global_databases", aurora.plant_global_databases, ground)
    _pass_a_while(ground)
    _each(ground, (("databases", databases.plant_replicas),))
    _plant("global_datastores", caches.plant_global_datastores, ground)
    _plant("global_databases", aurora.plant_secondaries, ground)
    _pass_a_while(ground)
    _plant("global_datastores", caches.plant_followers, ground)
    _plant("buckets", buckets.plant_replication, ground)
    _pass_a_while(ground)
    _plant("global_databases", aurora.settle_clusters, ground)
    _each(ground, _THEN)
    _each(ground, _WORKLOADS)
    _plant("distributions", edge.plant_distributions, ground)
    _plant("zones", edge.plant_zones, ground)


def _pass_a_while(ground: Ground) -> None:
    ground.world.clock.advance_to(ground.world.now() + _A_WHILE)


def _each(ground: Ground, sections: tuple[Section, ...]) -> None:
    for section, plants in sections:
        for spot in ground.spots():
            _plant(f"places.{spot.account}.{spot.region}.{section}", plants, spot)


def _plant(where: str, plants: Callable[[T], None], into: T) -> None:
    try:
        plants(into)
    except (ClientError, ParamValidationError) as error:
        # The file is well formed, and still AWS would not take it: a class that does not exist, a name too long.
        raise InputInvalid("the estate cannot be planted", context=[f"{where}: {error}"]) from error
