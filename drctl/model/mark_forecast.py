"""When each mark of the clock that a run has not reached is expected. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from drctl.model.run import Run
from drctl.model.schedule import Order, Slot, instant_after, latest
from drctl.model.timing import Mark


def marks_to_come(
    run: Run, order: Order, p50: Mapping[str, Slot], p90: Mapping[str, Slot], now: datetime
) -> dict[Mark, tuple[datetime, datetime]]:
    """Each mark that is to come, at p50 and p90."""
    found = {}
    for mark in Mark:
        coming = [id for id in marking(order, mark) if not p50[id].ended]
        if coming:
            found[mark] = (instant_after(now, latest(p50, coming)), instant_after(now, latest(p90, coming)))
    if (sustained := _sustained(run, order, p50, p90, now)) is not None:
        found[Mark.SUSTAINED] = sustained
    return found


def marking(order: Order, mark: Mark) -> list[str]:
    """The steps that reach that mark."""
    return [id for id in order.ids if order.steps[id].marks is mark]


def _sustained(
    run: Run, order: Order, p50: Mapping[str, Slot], p90: Mapping[str, Slot], now: datetime
) -> tuple[datetime, datetime] | None:
    """The end of the sustain window, which begins once every step has ended and the service is verified."""
    wanted, window = order.plan.sustain, run.sustain
    if window is not None:
        return (max(window.until, now), max(window.until, now)) if window.held is None else None
    if wanted is None or not (Mark.VERIFIED in run.marks or marking(order, Mark.VERIFIED)):
        return None
    begins = (max(instant_after(now, latest(slots, order.ids)), now) for slots in (p50, p90))
    likely, late = (instant_after(instant, wanted.lasts) for instant in begins)
    return likely, late
