"""A trend for scripts: spans in seconds, instants as RFC 3339, what was not measured as null."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from drctl.model.duration import format_duration
from drctl.model.events import Mode
from drctl.model.instant import format_instant
from drctl.model.trend import Change, Gate, Measure, Trend, TrendRun, regressions
from drctl.report.document import SIMULATED
from drctl.report.plain_json import seconds, seconds_or_none
from drctl.report.wording import counted

_NAMES = {
    Measure.RTO: "The recovery time, RTO(total),",
    Measure.RTO_EXEC: "The recovery time from the first act, RTO(exec),",
    Measure.LOSS: "The worst loss of data",
}


def trend_document(
    trend: Trend, *, runbook: str, environment: str, simulated: bool, mode: Mode | None, unread: int, gate: Gate | None
) -> dict[str, Any]:
    """Everything that the text and the page say of `trend`; with `gate`, also what it stops."""
    stopped = regressions(trend, gate) if gate is not None else ()
    return {
        "schema_version": 1,
        "runbook": runbook,
        "environment": environment,
        "simulated": simulated,
        "notice": SIMULATED if simulated else None,
        "mode": mode,
        "runs": [_run(run, trend) for run in trend.runs],
        "compared": trend.newest.started.run if trend.newest is not None else None,
        "with": [run.started.run for run in trend.baseline],
        "nothing_to_compare": _nothing(trend),
        "changes": [_change(change, change in stopped) for change in trend.changes],
        "max_regression_percent": gate.most_percent if gate is not None else None,
        "floor_s": seconds(gate.floor) if gate is not None else None,
        "ignored": sorted(gate.ignored) if gate is not None else [],
        "regressions": [said_of(change) for change in stopped],
        "unread": unread,
    }


def _run(run: TrendRun, trend: Trend) -> dict[str, Any]:
    return {
        "run": run.started.run,
        "started_at": format_instant(run.started.at),
        "ended_at": format_instant(run.ended_at),
        "mode": run.started.mode,
        "scenario": run.started.scenario,
        "verdict": run.verdict,
        "rto_s": seconds_or_none(run.rto),
        "rto_exec_s": seconds_or_none(run.rto_exec),
        "rto_objective_s": seconds(run.rto_objective),
        "headroom_s": seconds_or_none(run.headroom),
        "loss_s": seconds_or_none(run.loss),
        "rpo_objective_s": seconds_or_none(run.rpo_objective),
        "baseline": run in trend.baseline,
    }


def _change(change: Change, stopped: bool) -> dict[str, Any]:
    return {
        "what": change.measure,
        "step": change.step,
        "before_s": seconds_or_none(change.before),
        "now_s": seconds(change.now),
        "change_s": seconds_or_none(change.change),
        "change_percent": round(change.percent, 1) if change.percent is not None else None,
        "of": change.of,
        "regressed": stopped,
    }


def _nothing(trend: Trend) -> str | None:
    """Why nothing is compared; None where something is."""
    if not trend.runs:
        return "no run has finished yet"
    if trend.newest is None:
        return (
            f"the newest run, {trend.runs[-1].started.run}, was aborted: it tells nothing of how long a recovery takes"
        )
    if not trend.baseline:
        return (
            f"there is no earlier run that {trend.newest.started.run} can be compared with: one that neither failed "
            "nor was aborted, in the same mode and scenario, approved in the same way"
        )
    return None


def said_of(change: Change) -> str:
    """A regression as a sentence."""
    what = f"Step {change.step}" if change.step is not None else _NAMES[change.measure]
    before, grown = change.before or timedelta(0), change.change or timedelta(0)
    percent = f" (+{change.percent:.1f} %)" if change.percent is not None else ""
    return (
        f"{what} grew to {format_duration(change.now)}: {format_duration(grown)}{percent} more than "
        f"{format_duration(before)}, the median of {counted(change.of, 'run')} before."
    )


SPARKS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float | None]) -> str:
    """One character for each value, higher where it is larger; a dot where there is none."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    return "".join("·" if value is None else SPARKS[_height(value, low, high)] for value in values)


def _height(value: float, low: float, high: float) -> int:
    return 0 if high <= low else round((value - low) / (high - low) * (len(SPARKS) - 1))
