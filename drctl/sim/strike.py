"""The instant a scenario strikes: Regions go, faults come into force, and things turn out slow or broken."""

from __future__ import annotations

from dataclasses import replace

from drctl.model.estate import Estate
from drctl.model.scenario import Scenario, ZoneOfRegion
from drctl.sim.app import SimulatedAws
from drctl.sim.bucket_attacks import attack
from drctl.sim.durations import DEFAULTS
from drctl.sim.faults import FaultPlan
from drctl.sim.lost_zones import lose_zone
from drctl.sim.ringing_alarms import ring_later
from drctl.sim.services.ecs_services import Services
from drctl.sim.services.kms import disable_keys
from drctl.sim.services.rds_damage import Damage, Damages
from drctl.sim.services.replication_groups import ReplicationGroups
from drctl.sim.services.target_health import TargetHealth
from drctl.sim.terraform.played import PlayedTerraform


def strike(app: SimulatedAws, scenario: Scenario, estate: Estate | None) -> None:
    """Afterwards everything that `scenario` breaks is broken, and the time until somebody has decided is over.

    Raises KeyError, before anything is broken, for a lag that the simulated AWS does not have.
    """
    if unknown := sorted(set(scenario.durations) - set(DEFAULTS)):
        raise KeyError(f"no lag of the simulated AWS is called {', '.join(unknown)}")
    with app.lock:
        world = app.world
        world.durations = {**world.durations, **scenario.durations}
        world.broken["image"] = set(scenario.broken.images)
        world.broken["secret-replica"] = set(scenario.broken.secret_replicas)
        if estate is not None:
            disable_keys(estate, scenario.broken.keys)
            world.broken["secret"] = {"/".join(estate.regions.placed(name)) for name in scenario.broken.secrets}
        world.part(PlayedTerraform).configure(scenario.terraform)
        world.broken["command"] = set(scenario.broken.commands)
        world.broken["fargate"] = {_region(name, estate) for name in scenario.broken.fargate}
        world.part(TargetHealth).fail(scenario.broken.target_groups)
        world.broken["task"] = {
            task.id for service in world.part(Services).called(scenario.broken.stuck_services) for task in service.tasks
        }
        for name, its in scenario.damaged.databases.items():
            world.part(Damages).damage(name, Damage(world.now() - its.before_onset, its.answers))
        world.broken["role"] = set(scenario.broken.roles)
        attack(world, scenario.attacked)
        world.broken["mail"] = {_region(name, estate) for name in scenario.broken.mail}
        app.faults = FaultPlan.of(replace(fault, region=_region(fault.region, estate)) for fault in scenario.faults)
        for lost in scenario.lost_regions:
            world.lose(_region(lost.region, estate), lost.mode)
        for lost_zone in scenario.lost_zones:
            lose_zone(world, _zone(lost_zone, estate))
        world.full_zones |= {_zone(full, estate) for full in scenario.full_zones}
        if estate is not None:
            world.part(ReplicationGroups).ruin(estate.regions.primary, scenario.broken.caches)
        world.clock.advance_to(world.now() + scenario.declared_after)
        if estate is not None:
            ring_later(world, estate, scenario.broken.alarms)


def _region(name: str, estate: Estate | None) -> str:
    """The Region that `primary` and `recovery` stand for in an estate; every other name is a Region's own."""
    return name if estate is None else estate.regions.named(name)


def _zone(named: ZoneOfRegion, estate: Estate | None) -> str:
    """The name of the Availability Zone, such as eu-central-1a."""
    return f"{_region(named.region, estate)}{named.zone}"
