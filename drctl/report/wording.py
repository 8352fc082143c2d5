"""Spans and instants as the reports show them."""

from __future__ import annotations

from datetime import timedelta

from drctl.model.duration import format_duration
from drctl.model.instant import parse_instant
from drctl.model.plan import Objectives
from drctl.report.shape import CostSection, RtoSection, RunDocument
from drctl.report.shape_clock import MarkAmendmentSection

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


def spent_in_words(rto: RtoSection) -> str:
    """What the recovery time was spent on, in one sentence; empty while that is not known."""
    if rto["actual_s"] is None:
        return ""
    parts = f"{span(rto['human_s'])} people, {span(rto['aws_s'])} AWS, {span(rto['tool_s'])} the tool"
    return f"the {span(rto['actual_s'])} were spent on: {parts}"


def amended_in_words(amendment: MarkAmendmentSection) -> str:
    """Who has given or corrected a mark, from what to what, and why."""
    after = date_and_time(amendment["after"])
    what = (
        f"amended from {date_and_time(amendment['before'])} to {after}" if amendment["before"] else f"given as {after}"
    )
    late = ", after the verdict was recorded" if amendment["after_end"] else ""
    return f"{amendment['mark']} was {what} by {amendment['by']}{late}: {amendment['why']}"


def sustained_in_words(document: RunDocument) -> str:
    """What was proven after the service was verified; empty where it never was and nothing was to be proven."""
    window = document["sustain"]
    if window is None:
        if document["rto"]["actual_s"] is None:
            return ""
        return f"no sustain window: nothing was proven after {document['rto']['counted_to']}"
    asked = f"{span(window['for_s'])}, looked at every {span(window['every_s'])}"
    if window["held"] is not None:
        return f"{'sustained' if window['held'] else 'NOT SUSTAINED'}: {window['because']}"
    begun = f"since {date_and_time(window['from'])}" if window["from"] else "not begun"
    return f"sustain window of {asked}: {begun}"


def reassessed_in_words(document: RunDocument) -> str:
    """What the verdict would be by what was amended after it was recorded; empty where nothing was."""
    now = document["reassessed"]
    if now is None:
        return ""
    same = "would be the same" if now["verdict"] == document["verdict"] else f"would be {now['verdict']}"
    why = " ".join(reason.rstrip(".") + "." for reason in now["reasons"])
    return f"By what was amended since, the verdict {same}. {why}".strip()


def counted(count: int, noun: str) -> str:
    """`1 step`, `2 steps`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
