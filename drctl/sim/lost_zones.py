"""What an Availability Zone takes with it when it is lost.

Tasks of ECS end, and are started elsewhere. A database or a cache whose primary is in the zone cannot be reached
until somebody fails it over, and a load balancer still hands out the address that it has there: that AWS moves them
by itself is what a runbook for the loss of a zone does not rely on.
"""

from __future__ import annotations

from typing import Any

from drctl.sim.overlay import World
from drctl.sim.services.ecs_rollout import Rollout
from drctl.sim.services.rds_failovers import serving_zone
from drctl.sim.services.replication_groups import ReplicationGroup


def lose_zone(world: World, zone: str) -> None:
    """Have nothing that is in `zone`, such as eu-central-1a, answer any more."""
    world.lost_zones.add(zone)
    world.part(Rollout).lose_zone(zone)


def lost_zone_of_instance(world: World, instance: Any) -> str | None:
    """The lost zone that moto's RDS instance is served from; None where it can be reached."""
    zone = serving_zone(instance)
    return zone if zone in world.lost_zones else None


def lost_zone_of_group(world: World, group: ReplicationGroup) -> str | None:
    """The lost zone that the primary of `group` is in; None where it can be reached."""
    zone = group.zone(group.primary)
    return zone if zone in world.lost_zones else None
