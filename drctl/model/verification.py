"""What became of a journal since it was written."""

from __future__ import annotations

from dataclasses import dataclass

from drctl.model.recorded import Recorded


@dataclass(frozen=True, slots=True)
class Damage:
    """The first thing in a journal that is not as it was written."""

    what: str
    event: int | None = None
    """The first event that is altered, missing or unreadable; None where it is the file and no event."""
    recorded_at: str | None = None
    """When that event was recorded, by what is left of it."""
    hint: str = ""
    """What an operator can do about it, where that is not the same for any damage."""


@dataclass(frozen=True, slots=True)
class Verification:
    """How much of a run's journal is whole: everything, where there is no damage."""

    run: str
    records: tuple[Recorded, ...]
    """The events from the first to the last before the damage."""
    damage: Damage | None = None

    @property
    def head_hash(self) -> str:
        """The hash of the last whole event; empty where there is none."""
        return self.records[-1].hash if self.records else ""
