"""The whole clock as a drawing: marks, a row for each step, the critical path. Pure: places in percent of its width.

Percent, and not pixels: the drawing is as wide as the screen or the paper, and what is written in it keeps its size.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from drctl.model.instant import parse_instant
from drctl.report.html_pages import cut
from drctl.report.shape import RunDocument, StepSection
from drctl.report.timeline_axis import Axis, Tick, axis_of
from drctl.report.timeline_lanes import Lane, lanes_of
from drctl.report.wording import span

MOST = 40
"""Rows with a name. Of more steps, those that matter least share lanes below."""
PANEL = 20
"""Rows of one drawing: it is never cut by the end of a page."""
_NARROW = 300
"""The drawing on a phone of 360 pixels, in pixels, and what a character takes of them."""
_CHARACTER = 7.4
_PEOPLE = "approval"
_WAITING = "wait"
_WRONG = frozenset({"failed", "held"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A mark of the recovery: each on a line of its own, so that none hides another."""

    mark: str
    place: float
    after_half: bool
    """It is written to its left, where there is room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A step, from `start` on; `index` is its place in the document."""

    index: int
    id: str
    state: str
    look: str
    """`critical`, `plain`, `person`, `wait` or `wrong`."""
    critical: bool
    start: float
    width: float
    expected: float
    told: float
    """Where its name is written: at its bar, as far as there is room on a phone."""
    anchor: str
    """`start` or `end`: which end of the name is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """What a step of the critical path waited for: from the end of one row to the start of another, in one panel."""

    end: float
    start: float
    above: int | None
    """The row that ended, in this panel; None where it is in one before."""
    below: int | None
    """The row that began; None where it is in one after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    rows: Sequence[Row]
    joints: Sequence[Joint]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    flags: Sequence[Flag]
    ticks: Sequence[Tick]
    panels: Sequence[Panel]
    lanes: Sequence[Lane]
    """The steps without a row of their own."""
    in_lanes: int


def timeline_of(document: RunDocument) -> Timeline | None:
    """The drawing of that run; None where it has no instant yet that could be drawn."""
    instants = _instants(document)
    if not instants:
        return None
    axis = axis_of(min(instants), max(instants))
    path = {link["step"]: place for place, link in enumerate(document["critical_path"])}
    started = [(index, step) for index, step in enumerate(document["steps"]) if step["started_at"] is not None]
    last = parse_instant(document["last_event_at"])
    rows = sorted(
        (_row(index, step, axis, last, critical=step["id"] in path) for index, step in started),
        key=lambda row: (row.start, row.index),
    )
    shown = _that_matter(rows)
    others = [row for row in rows if row not in shown]
    return Timeline(
        flags=_flags(document, axis),
        ticks=axis.ticks,
        panels=_panels([row for row in rows if row in shown], path),
        lanes=lanes_of([(row.start, row.width) for row in others]),
        in_lanes=len(others),
    )


def _instants(document: RunDocument) -> list[datetime]:
    found = [*document["rto"]["marks"].values()]
    for step in document["steps"]:
        if step["started_at"] is not None:
            found += [step["started_at"], step["ended_at"] or document["last_event_at"]]
    return [parse_instant(at) for at in found]


def _row(index: int, step: StepSection, axis: Axis, last: datetime, *, critical: bool) -> Row:
    began = parse_instant(step["started_at"] or "")
    ended = parse_instant(step["ended_at"]) if step["ended_at"] is not None else max(last, began)
    start = axis.place(began)
    width = round(axis.place(ended) - start, 3)
    state = "" if step["state"] == "succeeded" else str(step["state"])
    told, anchor = _beside(start, width, f"{cut(step['id'])} {state} {span(step['duration_s'])}")
    return Row(
        index=index,
        id=step["id"],
        state=state,
        look=_look(step, critical=critical),
        critical=critical,
        start=start,
        width=width,
        expected=round(min(axis.share(timedelta(seconds=step["expected_s"])), 100 - start), 3),
        told=told,
        anchor=anchor,
    )


def _beside(start: float, width: float, words: str) -> tuple[float, str]:
    needs = len(words) * _CHARACTER / _NARROW * 100
    if start + needs <= 100:
        return start, "start"
    # Where its bar is in the middle, a little beside it: what has no room at all begins at the left.
    end = round(max(start + width, needs), 3)
    return (end, "end") if end <= 100 else (0.0, "start")


def _look(step: StepSection, *, critical: bool) -> str:
    if step["failure"] or step["state"] in _WRONG:
        return "wrong"
    if step["uses"] == _PEOPLE:
        return "person"
    if step["uses"] == _WAITING:
        return "wait"
    return "critical" if critical else "plain"


def _that_matter(rows: Sequence[Row]) -> frozenset[Row]:
    """All of them, or the critical path, what went wrong, and then what took longest."""
    by_weight = sorted(rows, key=lambda row: (not row.critical, row.look != "wrong", -row.width, row.index))
    return frozenset(by_weight[:MOST])


def _flags(document: RunDocument, axis: Axis) -> list[Flag]:
    places = {str(mark): axis.place(parse_instant(at)) for mark, at in document["rto"]["marks"].items()}
    return [Flag(mark=mark, place=place, after_half=place > 50) for mark, place in places.items()]


def _panels(rows: Sequence[Row], path: Mapping[str, int]) -> list[Panel]:
    chain = sorted((place for place, row in enumerate(rows) if row.id in path), key=lambda place: path[rows[place].id])
    pairs = list(itertools.pairwise(chain))
    return [_panel(rows, pairs, begin) for begin in range(0, len(rows), PANEL)]


def _panel(rows: Sequence[Row], pairs: Sequence[tuple[int, int]], begin: int) -> Panel:
    end = min(begin + PANEL, len(rows))
    joints = [
        Joint(
            end=round(rows[above].start + rows[above].width, 3),
            start=rows[below].start,
            above=above - begin if above >= begin else None,
            below=below - begin if below < end else None,
        )
        for above, below in pairs
        if above < end and below >= begin
    ]
    return Panel(rows=rows[begin:end], joints=joints)
