"""A simulated AWS, put together from its parts and brought to the instant at which a run starts."""

from __future__ import annotations

from datetime import datetime

from drctl.model.estate import Estate
from drctl.model.scenario import Scenario
from drctl.sim.app import SimulatedAws
from drctl.sim.application import Application
from drctl.sim.clock import SimClock
from drctl.sim.durations import DEFAULTS
from drctl.sim.overlay import World
from drctl.sim.services.catalogue import overlays
from drctl.sim.strike import strike


def build(world: World) -> SimulatedAws:
    """The simulated AWS of `world`: every overlay, and the application in front of them. Nothing is in it yet."""
    all_overlays = overlays(world)
    return SimulatedAws(world, all_overlays, Application(world, all_overlays))


def prepare(estate: Estate | None, scenario: Scenario | None, onset: datetime) -> SimulatedAws:
    """A simulated AWS that has `estate` in it, struck by `scenario` at `onset`; it is the time of the declaration.

    Raises InputInvalid where the simulated AWS refuses something of the estate, and KeyError for a lag in the
    scenario that it does not have.
    """
    app = planted(estate, scenario, onset)
    if scenario is not None:
        strike(app, scenario, estate)
    return app


def planted(estate: Estate | None, scenario: Scenario | None, onset: datetime) -> SimulatedAws:
    """A simulated AWS that has `estate` in it as it was when `scenario` is about to strike, at `onset`.

    Raises InputInvalid where the simulated AWS refuses something of the estate.
    """
    from drctl.sim.seed.plant import plant
    from drctl.sim.seed.scenario import estate_under
    from drctl.sim.terraform.played import PlayedTerraform

    app = build(
        World(
            clock=SimClock(onset),
            durations=DEFAULTS,
            accounts=dict(estate.accounts) if estate is not None else {},
            default_account=estate.account_id(None) if estate is not None else None,
        )
    )
    if estate is not None:
        ground = plant(estate_under(estate, scenario) if scenario is not None else estate, app, onset)
        # What was never built is described all the same.
        app.world.part(PlayedTerraform).describe(estate, ground)
    return app
