"""Whether planned work starts now. What has to wait is skipped, not queued: its next turn comes anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from drctl.model.blocked_window import Blocked, blocked
from drctl.model.environment import Environment
from drctl.model.events import Mode
from drctl.model.instant import format_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """A run of the environment that has not ended."""

    run: str
    runbook: str
    mode: Mode | None
    """None where its journal cannot be read."""
    driver: str | None
    """Who drives it; None where nobody does."""


class Obstacle(StrEnum):
    """What planned work gives way to, the gravest first."""

    INCIDENT = "incident"
    """A recovery is not finished, whether or not somebody drives it at the moment."""
    BUSY = "busy"
    """Somebody drives another run there."""
    WINDOW = "window"
    """Nothing planned is started in this window."""


@dataclass(frozen=True, slots=True)
class Start:
    """Nothing is in the way; or nothing but a window, `overridden` on purpose."""

    overridden: Blocked | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    obstacle: Obstacle
    reason: str
    until: datetime | None
    """When it ends, where that is known."""


def planned_work(
    environment: Environment, open_runs: Sequence[OpenRun], at: datetime, *, despite: bool
) -> Start | Skip:
    """Whether planned work starts in `environment` at that instant (aware).

    With `despite`, a window does not stop it; an incident and another runner do.
    """
    for run in open_runs:
        if run.mode is Mode.RECOVER:
            return Skip(Obstacle.INCIDENT, f"the recovery {run.run} ({run.runbook}) is not finished", None)
        if run.mode is None:
            return Skip(
                Obstacle.INCIDENT, f"{run.run} cannot be read, and may be a recovery that is not finished", None
            )
    for run in open_runs:
        if run.driver is not None:
            return Skip(Obstacle.BUSY, f"{run.driver} drives the {run.mode} {run.run} ({run.runbook})", None)
    window = blocked(environment.blocked_windows, at)
    if window is None or despite:
        return Start(window)
    return Skip(Obstacle.WINDOW, window_in_words(window), window.until)


def window_in_words(window: Blocked) -> str:
    """`change freeze, until 2027-01-06T23:00:00Z`."""
    until = f"until {format_instant(window.until)}" if window.until is not None else "with no end in sight"
    return f"{window.window.reason}, {until}"
