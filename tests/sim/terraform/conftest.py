"""Worlds in which something was never built."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from drctl.loading.estate import load_estate
from drctl.loading.scenario import load_scenario
from drctl.model.estate import Estate
from drctl.sim.control import Control, Identity
from drctl.sim.control_client import Simulation
from drctl.sim.seed.plant import plant
from drctl.sim.seed.scenario import estate_under
from drctl.sim.terraform.played import PlayedTerraform
from tests.loading.shipped import AMPLY, find_scenario
from tests.simulated import START, Simulated
from tests.simulated import simulated as simulated


@pytest.fixture(scope="session")
def amply() -> Estate:
    """The estate that comes with drctl, as it is described."""
    estate, problems = load_estate(AMPLY.read_text(), "amply.yaml")
    assert estate is not None, problems
    return estate


@pytest.fixture
def lacking(simulated: Simulated, amply: Estate) -> Iterator[Callable[[str], Simulation]]:
    """A world planted with `amply`, in whose recovery Region these sections were never built."""

    def world(kinds: str) -> Simulation:
        text = f"scenario: test\nestate: {{ unbuilt: {{ recovery: [{kinds}] }} }}\n"
        scenario, problems = load_scenario(text, "test.yaml", find=find_scenario, estate=amply)
        assert scenario is not None, problems
        ground = plant(estate_under(amply, scenario), simulated.app, START)
        simulated.world.part(PlayedTerraform).describe(amply, ground)
        simulated.app.control = Control(simulated.app, Identity("world-1", START, 1), threading.Event())
        return Simulation(simulated.url, "world-1", START)

    yield world
    simulated.renew()
