"""How a runbook's recoveries change from run to run: the newest against the median of those before it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from drctl.model.events import RunStarted
from drctl.model.history import attempts_in
from drctl.model.outcome import outcome
from drctl.model.plan import Plan
from drctl.model.run import Run
from drctl.model.step_times import nearest_rank
from drctl.model.verdict import Verdict

_NO_BASELINE = frozenset({Verdict.FAILED, Verdict.ABORTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendRun:
    """One finished run as a trend sees it. What was not measured is None, never zero."""

    started: RunStarted
    ended_at: datetime
    verdict: Verdict
    rto: timedelta | None
    rto_exec: timedelta | None
    rto_objective: timedelta
    loss: timedelta | None
    """The worst one of all stores."""
    rpo_objective: timedelta | None
    steps: Mapping[tuple[str, str], timedelta] = field(default_factory=dict)
    """How long each step took that succeeded, by its id and action."""

    @property
    def headroom(self) -> timedelta | None:
        """What was left of the objective; below zero where it was missed."""
        return None if self.rto is None else self.rto_objective - self.rto

    @property
    def sets_baseline(self) -> bool:
        """Whether others are compared with it: not with one that failed or was aborted."""
        return self.verdict not in _NO_BASELINE

    def like(self, other: TrendRun) -> bool:
        """Whether the two did the same in the same way: one mode, one scenario, approved by people or by a policy."""
        return _way(self.started) == _way(other.started)


def _way(started: RunStarted) -> tuple[object, ...]:
    return (started.simulated, started.environment, started.mode, started.scenario, started.approve)


def trend_run(run: Run, plan: Plan) -> TrendRun | None:
    """`run` as a trend sees it; None where it has not finished."""
    if run.started is None or run.verdict is None or run.ended_at is None:
        return None
    measured = outcome(run, plan)
    return TrendRun(
        started=run.started,
        ended_at=run.ended_at,
        verdict=run.verdict,
        rto=measured.rto.total,
        rto_exec=measured.rto.exec,
        rto_objective=measured.rto.objective,
        loss=measured.rpo.actual,
        rpo_objective=measured.rpo.objective,
        steps={(one.step, one.uses): one.took for one in attempts_in(run, plan)},
    )


class Measure(StrEnum):
    """What is compared."""

    RTO = "rto"
    RTO_EXEC = "rto-exec"
    LOSS = "loss"
    STEP = "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure of the newest run against the median of those before it."""

    measure: Measure
    step: str | None
    before: timedelta | None
    """The median; None where none of them has it."""
    now: timedelta
    of: int
    """Of how many runs."""

    @property
    def name(self) -> str:
        """As it is named on the command line: `rto`, `rto-exec`, `loss`, or the step's id."""
        return self.step if self.step is not None else str(self.measure)

    @property
    def change(self) -> timedelta | None:
        return None if self.before is None else self.now - self.before

    @property
    def percent(self) -> float | None:
        """Of the median; None where that is zero or not known."""
        if self.before is None or self.before <= timedelta(0):
            return None
        return (self.now - self.before) / self.before * 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Runs that are comparable, oldest first, and what the newest of them has changed."""

    runs: tuple[TrendRun, ...]
    newest: TrendRun | None
    """The one that is compared; None where the newest was aborted, or there is none."""
    baseline: tuple[TrendRun, ...]
    """What it is compared with."""
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """From when on a change is a regression."""

    most_percent: float
    floor: timedelta = timedelta(seconds=5)
    """Changes up to it never count: a second that has become two is no regression of 100 %."""
    ignored: frozenset[str] = frozenset()
    """Names of changes that do not count."""

    def stops(self, change: Change) -> bool:
        """Whether that change is a regression."""
        if change.before is None or change.name in self.ignored:
            return False
        grown = change.now - change.before
        return grown > self.floor and grown > change.before * (self.most_percent / 100)


def trend_of(runs: Sequence[TrendRun]) -> Trend:
    """The trend of `runs`, which are of one runbook in one environment, in any order."""
    ordered = sorted(runs, key=lambda run: run.started.at)
    newest = ordered[-1] if ordered and ordered[-1].verdict is not Verdict.ABORTED else None
    baseline = tuple(run for run in ordered[:-1] if newest is not None and run.sets_baseline and run.like(newest))
    changes = () if newest is None or not baseline else _changes(newest, baseline)
    return Trend(runs=tuple(ordered), newest=newest, baseline=baseline, changes=changes)


def regressions(trend: Trend, gate: Gate) -> tuple[Change, ...]:
    """The changes of `trend` that `gate` stops, the objectives first, then the steps in the plan's order."""
    return tuple(change for change in trend.changes if gate.stops(change))


def _changes(newest: TrendRun, baseline: Sequence[TrendRun]) -> tuple[Change, ...]:
    found = [
        _change(Measure.RTO, None, newest, baseline, lambda run: run.rto),
        _change(Measure.RTO_EXEC, None, newest, baseline, lambda run: run.rto_exec),
        _change(Measure.LOSS, None, newest, baseline, lambda run: run.loss),
    ]
    for step in newest.steps:
        found.append(_change(Measure.STEP, step[0], newest, baseline, lambda run, step=step: run.steps.get(step)))  # type: ignore[misc]
    return tuple(change for change in found if change is not None)


def _change(
    measure: Measure,
    step: str | None,
    newest: TrendRun,
    baseline: Sequence[TrendRun],
    figure: Callable[[TrendRun], timedelta | None],
) -> Change | None:
    now = figure(newest)
    if now is None:
        return None
    before = sorted(value for run in baseline if (value := figure(run)) is not None)
    return Change(
        measure=measure, step=step, before=nearest_rank(before, 50) if before else None, now=now, of=len(before)
    )
