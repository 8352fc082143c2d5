"""The list of drills that are late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drctl.model.duration import format_duration
from drctl.model.instant import format_instant
from drctl.model.overdue import Overdue
from drctl.report.plain_json import instant_or_none, seconds
from drctl.report.wording import date_and_time


def overdue_document(late: Sequence[Overdue]) -> dict[str, Any]:
    """The list for scripts. Null where there was never a drill that proved anything."""
    return {
        "overdue": [
            {
                "environment": drill.environment,
                "runbook": drill.runbook,
                "every_s": seconds(drill.every),
                "last_run": drill.last_run,
                "last_ended_at": instant_or_none(drill.last_ended_at),
                "overdue_since": instant_or_none(drill.overdue_since),
            }
            for drill in late
        ]
    }


def overdue_text(late: Sequence[Overdue]) -> str:
    """The list for people: one line for each drill, so that grep and cut work on it."""
    cells = [("environment", "runbook", "every", "overdue since", "last proof"), *(_cells(drill) for drill in late)]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells)
    return "\n".join(lines) + "\n"


def _cells(drill: Overdue) -> tuple[str, ...]:
    since = date_and_time(format_instant(drill.overdue_since)) if drill.overdue_since else "never drilled"
    return (drill.environment, drill.runbook, format_duration(drill.every), since, drill.last_run or "-")
