"""Alarms that begin to ring in the middle of a recovery, because a scenario says so."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import timedelta

from drctl.model.estate import Estate
from drctl.sim.moto_resources import resources
from drctl.sim.overlay import World

REASON = "Threshold Crossed: 3 datapoints were greater than the threshold"


def ring_later(world: World, estate: Estate, alarms: Mapping[str, timedelta]) -> None:
    """Have each alarm ring that long from now, and go on ringing."""
    for named, after in alarms.items():
        region, name = estate.regions.placed(named)
        world.clock.after(after, functools.partial(_ring, estate, region, name))


def _ring(estate: Estate, region: str, name: str) -> None:
    for account in estate.accounts.values():
        alarm = resources("cloudwatch", account, region).alarms.get(name)
        if alarm is not None:
            alarm.update_state(REASON, "{}", "ALARM")
