"""The world of a run that has begun, found again by what event 1 says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from drctl.bootstrap import preflight, simulated
from drctl.bootstrap.environment_world import EnvironmentSettings, EnvironmentWorld, MfaCode
from drctl.bootstrap.requests import SIMULATED
from drctl.bootstrap.simulated import SimulatedSettings, SimulatedWorld
from drctl.bootstrap.world import RunWorld
from drctl.errors import InputInvalid
from drctl.model.events import RunStarted
from drctl.model.plan import Plan


def reach(
    first: RunStarted, plan: Plan, last_at: datetime | None, *, speed: str | None, mfa_code: MfaCode | None
) -> RunWorld:
    """The world that the run began in, for going on in it.

    Raises SimulationGone where it has ended, JournalCorrupt where the settings are not whole, and GuardRefused where
    these credentials are no longer the ones that it takes.
    """
    if first.environment == SIMULATED:
        settings = SimulatedSettings.read(first.settings)
        if speed is not None:
            settings = replace(settings, speed=speed)
        return SimulatedWorld.of(simulated.attach(settings), settings)
    if speed is not None:
        raise InputInvalid(f"time cannot be sped up in {first.environment}", hint="leave --speed out")
    known = EnvironmentSettings.read(first.settings)
    environment = known.described()
    world = EnvironmentWorld(environment, known, mfa_code=mfa_code, not_before=last_at)
    preflight.confirm(world.access(first.run), environment, preflight.accounts_of(plan, environment))
    return world


def present(first: RunStarted, last_at: datetime | None) -> datetime:
    """The present instant of the run's world. Raises SimulationGone where that has ended."""
    if first.environment == SIMULATED:
        return simulated.attach(SimulatedSettings.read(first.settings)).clock()
    known = EnvironmentSettings.read(first.settings)
    return EnvironmentWorld(known.described(), known, not_before=last_at).clock.now()
