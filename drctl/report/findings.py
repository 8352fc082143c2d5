"""The list of findings over all runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drctl.model.finding_history import TrackedFinding
from drctl.report.plain_json import instant_or_none
from drctl.report.wording import printable


def findings_document(found: Sequence[TrackedFinding]) -> dict[str, Any]:
    """The list for scripts, newest run first."""
    return {"findings": [_entry(one) for one in found]}


def findings_text(found: Sequence[TrackedFinding]) -> str:
    """The list for people: one line for each finding, whatever the width, so that grep and cut work on it."""
    rows = [("run", "id", "severity", "due", "state", "owner", "what"), *(_cells(one) for one in found)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines) + "\n"


def state_of_finding(one: TrackedFinding) -> str:
    """`open`, `OVERDUE`, or `closed by` the run that did not find it again."""
    if one.closed_by is not None:
        return f"closed by {one.closed_by}"
    return "OVERDUE" if one.overdue else "open"


def _entry(one: TrackedFinding) -> dict[str, Any]:
    owned = one.owned
    return {
        "run": one.run.run,
        "id": owned.id,
        "runbook": one.run.runbook,
        "environment": one.run.environment,
        "mode": one.run.mode.value,
        "simulated": one.run.simulated,
        "found_at": instant_or_none(one.ended_at),
        "kind": owned.finding.kind.value,
        "severity": owned.finding.severity.value,
        "what": owned.finding.what,
        "step": owned.finding.step,
        "owner": owned.owner,
        "due": owned.due.isoformat() if owned.due is not None else None,
        "retest": owned.retest,
        "open": one.closed_by is None,
        "closed_by": one.closed_by,
        "overdue": one.overdue,
    }


def _cells(one: TrackedFinding) -> tuple[str, ...]:
    owned = one.owned
    due = owned.due.isoformat() if owned.due is not None else "-"
    what = f"{owned.finding.step}: {owned.finding.what}" if owned.finding.step else owned.finding.what
    cells = (one.run.run, owned.id, owned.finding.severity.value, due, state_of_finding(one), owned.owner or "-", what)
    return tuple(printable(cell) for cell in cells)
