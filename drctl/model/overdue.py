"""Which drills are late: how old the last proof of each may be, against how old it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from drctl.model.environment import Environment
from drctl.model.events import Mode
from drctl.model.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """As much of a run that is kept as tells whether it counts; without a verdict and an end until it has ended."""

    run: str
    runbook: str
    environment: str
    mode: str
    simulated: bool
    verdict: str | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """A drill that is late. Where it has never proved anything, there is no last run, and nobody can say since when."""

    environment: str
    runbook: str
    every: timedelta
    last_run: str | None
    last_ended_at: datetime | None
    overdue_since: datetime | None


def overdue(environment: Environment, runs: Sequence[PastRun], now: datetime) -> tuple[Overdue, ...]:
    """The drills of `environment` that are late, in the order in which it names them.

    Only a finished drill in that environment that met its objectives is proof; one that failed, was aborted, skipped or
    simulated is none. Its age is counted from its end.
    """
    late = []
    for drill in environment.drills:
        last = max(
            ((run.ended_at, run.run) for run in runs if _proves(run, environment.name, drill.runbook) and run.ended_at),
            default=None,
        )
        due = None if last is None else last[0] + drill.every
        if due is None or due < now:
            late.append(
                Overdue(
                    environment=environment.name,
                    runbook=drill.runbook,
                    every=drill.every,
                    last_run=last[1] if last else None,
                    last_ended_at=last[0] if last else None,
                    overdue_since=due,
                )
            )
    return tuple(late)


def _proves(run: PastRun, environment: str, runbook: str) -> bool:
    return (
        (run.environment, run.runbook) == (environment, runbook)
        and run.mode == Mode.DRILL
        and not run.simulated
        and run.verdict is not None
        and Verdict(run.verdict).objectives_met
    )
