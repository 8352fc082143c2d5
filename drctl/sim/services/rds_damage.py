"""Rows that a bad deploy has damaged: in the database itself, and in every copy whose data is newer than that.

Replication copies damage within seconds, so that a replica is no remedy; a copy of before is clean, and stays so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from drctl.sim.overlay import World
from drctl.sim.services.rds_contents import contents_of, newest_data


@dataclass(frozen=True, slots=True)
class Damage:
    since: datetime
    answers: Mapping[str, bool | int | float | str]
    """SQL of a query → what it answers where the damage is."""


@dataclass(slots=True)
class Damages:
    """Every damage of a world."""

    world: World
    _of: dict[str, Damage] = field(default_factory=dict)
    """The name of a database in the estate → what happened to its rows."""

    def reset(self) -> None:
        """Nothing is damaged any more."""
        self._of.clear()

    def damage(self, database: str, damage: Damage) -> None:
        """From `damage.since` on, what is written to `database` is damaged."""
        self._of[database] = damage

    def state(self) -> Mapping[str, Any]:
        return {"damaged": {name: one.since.isoformat() for name, one in self._of.items()}} if self._of else {}

    def in_instance(self, instance: Any) -> Damage | None:
        """The damage that moto's instance holds; None where its data is of before, or nothing happened to it."""
        damage = self._of.get(contents_of(instance).origin)
        return damage if damage is not None and newest_data(instance, self.world) >= damage.since else None
