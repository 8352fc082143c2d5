"""Spans and instants as the reports show them."""

from __future__ import annotations

from datetime import timedelta

from drctl.model.duration import format_duration
from drctl.model.instant import parse_instant
from drctl.model.plan import Objectives
from drctl.report.shape import CostSection

UNKNOWN = "not known"


def span(seconds: float | None) -> str:
    """`4320` as `1h12m`; what nobody knows as `not known`, never as zero."""
    return UNKNOWN if seconds is None else format_duration(timedelta(seconds=seconds))


def met(value: bool | None) -> str:
    return UNKNOWN if value is None else ("met" if value else "MISSED")


def date_and_time(instant: str) -> str:
    """RFC 3339 as `2026-01-14 03:42:00Z`, to the second."""
    return f"{parse_instant(instant):%Y-%m-%d %H:%M:%SZ}"


def time_of_day(instant: str | None) -> str:
    return "" if instant is None else f"{parse_instant(instant):%H:%M:%S}"


def since(instant: str, start: str) -> str:
    """How long after `start` it is, with its sign."""
    passed = parse_instant(instant) - parse_instant(start)
    return f"{'' if passed < timedelta(0) else '+'}{format_duration(passed)}"


def printable(text: str) -> str:
    """`text` on one line: what AWS or a file says must neither break a table nor steer the terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def objectives_in_words(objectives: Objectives, between: str = ", ") -> str:
    """`RTO 4h, RPO 1h`; of a runbook that recovers no data, the RTO alone."""
    words = [f"RTO {format_duration(objectives.rto)}"]
    if objectives.rpo is not None:
        words.append(f"RPO {format_duration(objectives.rpo)}")
    return between.join(words)


def cost_in_words(cost: CostSection) -> str:
    """The cost in one sentence: the sum, its dearest parts, and all that is not in it."""
    dearest = ", ".join(f"{part['usd']:.2f} for {part['what']}" for part in cost["parts"][:3])
    of_which = f", of which {dearest}" if dearest else ""
    missing = f"; no price for {', '.join(cost['no_price_for'])}" if cost["no_price_for"] else ""
    about = f"cost: about {cost['usd']:.2f} USD{of_which}; list prices of {cost['prices_of']}"
    return f"{about}{missing}; not counted: {cost['not_counted']}"


def counted(count: int, noun: str) -> str:
    """`1 step`, `2 steps`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
