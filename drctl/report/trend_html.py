"""A trend as one HTML page, made from its document: its curve, its runs, and what the newest one has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from drctl import __version__
from drctl.report.html_pages import render_page
from drctl.report.trend_text import percent, signed
from drctl.report.wording import counted, date_and_time, span

WIDTH, HEIGHT = 720, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 24, 34
_STEPS_S = (1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14400, 43200, 86400, 604800)
_NAMES = {"rto": "RTO(total)", "rto-exec": "RTO(exec)", "loss": "Worst loss"}
_SIGNS = {"FAILED": "✕", "ABORTED": "✕", "NOT PROVEN": "?", "PASSED WITH EXCEPTIONS": "!"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One run: a bar from the first act on, and above it what went before that."""

    x: float
    width: float
    y: float
    height: float
    exec_y: float
    exec_height: float
    sign: str
    about: str
    day: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The recovery times of all runs, in units of its own: `WIDTH` by `HEIGHT`."""

    bars: Sequence[Bar]
    ticks: Sequence[tuple[float, str]]
    goal: float | None
    """Where the objective is; None where it is far above."""
    objective: str
    about: str


def trend_html(document: dict[str, Any]) -> str:
    """The page: without script, and without anything that would have to be fetched."""
    return render_page(
        "trend.html.j2",
        {
            "document": document,
            "chart": _chart(document["runs"]),
            "names": _NAMES,
            "span": span,
            "signed": signed,
            "percent": percent,
            "instant": date_and_time,
            "counted": counted,
            "share": _share,
            "longest": max((max(one["before_s"] or 0, one["now_s"]) for one in document["changes"]), default=0),
            "version": __version__,
            "width": WIDTH,
            "height": HEIGHT,
            "left": _LEFT,
            "right": WIDTH - _RIGHT,
            "floor": HEIGHT - _BOTTOM,
        },
    )


def _chart(runs: Sequence[dict[str, Any]]) -> Chart:
    totals = [run["rto_s"] for run in runs if run["rto_s"] is not None]
    objective = runs[-1]["rto_objective_s"] if runs else 0
    highest = max(totals, default=0)
    # An objective of hours would press the minutes that are measured flat.
    shown = objective <= highest * 3
    top = max(highest, objective if shown else 0, 1) * 1.08
    room = (WIDTH - _LEFT - _RIGHT) / max(len(runs), 1)
    bars = [_bar(run, place, room, top, every=-(-len(runs) // 8)) for place, run in enumerate(runs)]
    about = f"Recovery times of {counted(len(runs), 'run')}, oldest first"
    if totals:
        about += f": from {span(min(totals))} to {span(max(totals))}, the newest known {span(totals[-1])}"
    return Chart(
        bars=bars,
        ticks=[(_y(seconds, top), span(seconds)) for seconds in _ticks(top)],
        goal=_y(objective, top) if shown and objective else None,
        objective=span(objective),
        about=about,
    )


def _bar(run: dict[str, Any], place: int, room: float, top: float, *, every: int) -> Bar:
    total, act = run["rto_s"] or 0, min(run["rto_exec_s"] or 0, run["rto_s"] or 0)
    width = min(room * 0.62, 54)
    known = (
        f"{span(run['rto_s'])}, {span(run['rto_exec_s'])} from the first act" if total else "recovery time not known"
    )
    floor = HEIGHT - _BOTTOM
    return Bar(
        x=_LEFT + place * room + (room - width) / 2,
        width=width,
        y=_y(total, top),
        height=floor - _y(total, top),
        exec_y=_y(act, top),
        exec_height=floor - _y(act, top),
        sign=_SIGNS.get(run["verdict"], ""),
        about=f"{run['run']}, {date_and_time(run['started_at'])}: {run['verdict']}, {known}",
        day=run["started_at"][:10] if place % every == 0 else "",
    )


def _y(seconds: float, top: float) -> float:
    floor = HEIGHT - _BOTTOM
    return floor - seconds / top * (floor - _TOP)


def _ticks(top: float) -> list[int]:
    step = next((step for step in _STEPS_S if top / step <= 5), _STEPS_S[-1])
    step *= max(round(top / step / 5), 1)
    return list(range(0, int(top) + 1, step))


def _share(value: float | None, of: float, width: float) -> float:
    """The part of `width` that `value` is of `of`."""
    return 0 if not value or not of else max(value / of * width, 1)
