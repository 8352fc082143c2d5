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
from tests.loading.shipped import find_scenario
from tests.simulated import START, Simulated
from tests.simulated import simulated as simulated

SMALL = """
estate: small
accounts: { production: "111111111111", staging: "222222222222" }
default_account: production
regions: { primary: eu-central-1, recovery: eu-west-1 }
zones:
  amply.example:
    records: [{ name: api.amply.example, alias: { load_balancer: amply-prod, region: eu-west-1 } }]
places:
  production:
    eu-west-1:
      networks:
        amply-prod:
          cidr: 10.1.0.0/16
          subnets:
            public-a: { cidr: 10.1.1.0/24, zone: a, tier: public }
            public-b: { cidr: 10.1.2.0/24, zone: b, tier: public }
          security_groups:
            amply-alb: { inbound: [{ port: 443, from: 0.0.0.0/0 }] }
      database_subnet_groups: { amply-prod-db: [public-a, public-b] }
      database_parameter_groups: { amply-prod-postgres16: { family: postgres16 } }
      cache_subnet_groups: { amply-prod-redis: [public-a, public-b] }
      buckets: { amply-prod: {} }
      load_balancers:
        amply-prod:
          subnets: [public-a, public-b]
          security_groups: [amply-alb]
          target_groups: { amply-api: { port: 8000 } }
          listeners: [{ port: 443, certificate: api.amply.example, forward: amply-api }]
      repositories: { amply-api: { tags: ["1"] } }
      task_definitions:
        amply-api: { containers: { api: { image: "amply-api:1", port: 8000 } } }
      clusters:
        amply-prod:
          services:
            amply-api:
              task: amply-api
              count: 0
              subnets: [public-a, public-b]
              security_groups: [amply-alb]
              target_group: amply-api
      parameters: { /amply/mode: standby }
      queues: { amply-celery: { dead_letter: amply-celery-dlq }, amply-mail: {} }
      log_groups: { /ecs/amply-api: {} }
      topics: { amply-alarms: {} }
      alarms:
        amply-5xx: { metric: AWS/ApplicationELB/HTTPCode_Target_5XX_Count, threshold: 20, topic: amply-alarms }
"""


@pytest.fixture(scope="session")
def small() -> Estate:
    """One of everything that an infrastructure tool builds, in the recovery Region."""
    estate, problems = load_estate(SMALL, "small.yaml")
    assert estate is not None, problems
    return estate


@pytest.fixture
def lacking(simulated: Simulated, small: Estate) -> Iterator[Callable[[str], Simulation]]:
    """A world planted with `small`, in whose recovery Region these sections were never built."""

    def world(kinds: str) -> Simulation:
        simulated.renew()
        text = f"scenario: test\nestate: {{ unbuilt: {{ recovery: [{kinds}] }} }}\n"
        scenario, problems = load_scenario(text, "test.yaml", find=find_scenario, estate=small)
        assert scenario is not None, problems
        ground = plant(estate_under(small, scenario), simulated.app, START)
        simulated.world.part(PlayedTerraform).describe(small, ground)
        simulated.app.control = Control(simulated.app, Identity("world-1", START, 1), threading.Event())
        return Simulation(simulated.url, "world-1", START)

    yield world
    simulated.renew()
