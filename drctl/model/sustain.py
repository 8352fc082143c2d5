"""The sustain window: for how long after `verified` the checks have stayed green."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from drctl.model import events as e


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody looked although it was due."""

    begun: datetime
    ended: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SustainWindow:
    """One window as recorded so far."""

    checks: tuple[str, ...]
    lasts: timedelta
    every: timedelta
    begun_at: datetime
    until: datetime
    looked_at: datetime
    """When the newest look was; the beginning, until there is one."""
    looks: int = 0
    last_green: Mapping[str, datetime] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    ended_at: datetime | None = None
    held: bool | None = None
    """None until it has ended."""
    because: str = ""


def begun_window(event: e.SustainBegan) -> SustainWindow:
    """The window as it begins."""
    return SustainWindow(
        checks=event.checks,
        lasts=event.lasts,
        every=event.every,
        begun_at=event.at,
        until=event.at + event.lasts,
        looked_at=event.at,
    )


def window_after(window: SustainWindow, event: e.SustainLooked | e.SustainEnded) -> SustainWindow:
    """The window after one more event of it."""
    if isinstance(event, e.SustainEnded):
        return replace(window, ended_at=event.at, held=event.held, because=event.because)
    # One look more than a cadence late was no look in time; a call that took its time is no gap.
    missed = event.at - window.looked_at > 2 * window.every
    gaps = (*window.gaps, Gap(window.looked_at, event.at)) if missed else window.gaps
    green = {**window.last_green, event.check: event.at} if event.green else window.last_green
    return replace(window, looked_at=event.at, looks=window.looks + 1, gaps=gaps, last_green=green)
