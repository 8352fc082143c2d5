"""The planned part of an environment: when nothing is started, and what has to be drilled how often."""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

from drctl.loading.referee import Referee
from drctl.loading.shapes import GAP
from drctl.loading.yaml_source import Path
from drctl.model.blocked_window import BlockedWindow
from drctl.model.environment import Environment
from drctl.model.events import Mode

# `fromisoformat` takes more than people write, such as 2026W01 and 22:00:00.123.
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_DATE = re.compile(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}")
_RUNBOOK = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def check_plan(referee: Referee, environment: Environment) -> None:
    """Report what cannot be meant in `blocked_windows` and `drills`."""
    for index, window in enumerate(environment.blocked_windows):
        _check_window(referee, ("blocked_windows", index), window)
    if environment.drills and environment.modes and Mode.DRILL not in environment.modes:
        referee.wrong(("drills",), "nothing can be drilled here, as `modes` has no `drill`", at_key=True)
    seen: set[str] = set()
    for index, drill in enumerate(environment.drills):
        at: Path = ("drills", index)
        if drill.runbook != GAP and _RUNBOOK.fullmatch(drill.runbook) is None:
            referee.wrong((*at, "runbook"), f"expected the name of a runbook, got {drill.runbook!r}")
        elif drill.runbook != GAP and drill.runbook in seen:
            referee.wrong((*at, "runbook"), f"{drill.runbook!r} is here twice")
        seen.add(drill.runbook)
        if not drill.every:
            referee.wrong((*at, "every"), "expected a duration longer than nothing")


def _check_window(referee: Referee, at: Path, window: BlockedWindow) -> None:
    for index, day in enumerate(window.days):
        if day in window.days[:index]:
            referee.wrong((*at, "days", index), f"{str(day)!r} is here twice")
    edges = {"from": window.start, "to": window.end}
    for key, text in edges.items():
        if text != GAP and (why := _wrong_clock(text) if window.days else _wrong_date(text)):
            referee.wrong((*at, key), why)
    dates = [read for text in edges.values() if not window.days and (read := _date(text))]
    if len(dates) == 2 and dates[1] < dates[0]:
        referee.wrong((*at, "to"), f"is before the window begins, on {window.start}")
    if window.timezone != GAP and not _is_zone(window.timezone):
        referee.wrong((*at, "timezone"), f"expected a time zone such as Europe/Berlin, got {window.timezone!r}")
    if window.reason != GAP and not window.reason.strip():
        referee.wrong((*at, "reason"), "expected text, got nothing but blanks")


def _wrong_clock(text: str) -> str:
    return "" if _CLOCK.fullmatch(text) else f"expected a time of day such as 22:00, as there are days, got {text!r}"


def _wrong_date(text: str) -> str:
    if _date(text):
        return ""
    if _CLOCK.fullmatch(text):
        return f"expected a date such as 2026-12-20, got {text!r}; or name the `days` that it is for"
    return f"expected a date such as 2026-12-20, got {text!r}"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return False
    return True
