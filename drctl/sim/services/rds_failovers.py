"""A Multi-AZ instance that fails over: its events, its standby taking over, and the zones that are told later.

Sources: Amazon RDS User Guide, "Failing over a Multi-AZ DB instance" and "Rebooting a DB instance"; the messages
are those of "Amazon RDS event categories and event messages".
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from drctl.sim.moto_mends import APPLY_STATUS
from drctl.sim.overlay import World
from drctl.sim.services.rds_events import FAILOVER, tell
from drctl.sim.services.stages import walk

STARTED = "Multi-AZ instance failover started."
COMPLETED = "Multi-AZ instance failover completed"
ABANDONED = "Abandoning user requested failover since a failover recently occurred on the database instance."
_RECENT = timedelta(minutes=10)
_LAST = "drctl_failed_over_at"
_FROM = "drctl_served_from"


def serving_zone(instance: Any) -> str:
    """The zone that serves moto's `instance` now, which RDS tells some minutes after a failover only."""
    return str(getattr(instance, _FROM, None) or instance.availability_zone)


class Failovers:
    def __init__(self, world: World) -> None:
        self._world = world

    def begin(self, instance: Any) -> None:
        """Have the standby take over, unless it has done so a moment ago."""
        now, last = self._world.now(), getattr(instance, _LAST, None)
        if last is not None and now - last < _RECENT:
            tell(instance, FAILOVER, ABANDONED, now)
            return
        tell(instance, FAILOVER, STARTED, now)

        def swap() -> None:
            here, there = instance.availability_zone, instance.secondary_availability_zone
            instance.availability_zone, instance.secondary_availability_zone = there, here
            setattr(instance, _FROM, None)

        def taken_over() -> None:
            setattr(instance, _LAST, self._world.now())
            setattr(instance, _FROM, instance.secondary_availability_zone)
            setattr(instance, APPLY_STATUS, "in-sync")
            tell(instance, FAILOVER, COMPLETED, self._world.now())
            self._world.after("rds.failover_shown", swap)

        walk(self._world, instance, [("rebooting", "rds.failover")], "available", taken_over)
