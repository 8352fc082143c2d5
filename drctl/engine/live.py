"""A step while it is being driven, and what to do with it next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from drctl.model.decision import Change
from drctl.model.events import Event
from drctl.model.plan import PlannedStep
from drctl.ports.action import ActionSpec, BoundStep


class Goal(Enum):
    RECOVER = "recover"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A step that is being driven towards its goal. Everything here can be lost: the journal has what matters."""

    step: PlannedStep
    spec: ActionSpec
    bound: BoundStep
    goal: Goal
    begun: datetime
    """When this epoch began, or the undo of the step."""
    resumed: datetime | None = None
    """When the run was taken up again: its deadline counts from there, or a run that was paused overnight
    would be held at once."""
    good_looks: int = 0
    failures: int = 0
    """Calls in a row that were throttled, broken or refused for now."""
    unread_since: datetime | None = None
    """Since when the world could not be looked at."""
    waiting_for: str = ""

    @property
    def counted_from(self) -> datetime:
        """What the step's deadline is counted from."""
        return self.resumed or self.begun


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What follows from a tick: events to record, and then one of: look later, act now, start over later, or nothing.

    Nothing is dispatched before the events are durable.
    """

    live: Live | None
    events: tuple[Event, ...] = ()
    look_at: datetime | None = None
    act: Change | None = None
    restart_at: datetime | None = None
