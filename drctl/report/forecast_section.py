"""The forecast as a section of the run document."""

from __future__ import annotations

from datetime import datetime

from drctl.model.forecast import DecideBy, Eats, Forecast, chain_of, forecast
from drctl.model.history import counted_of
from drctl.model.instant import format_instant
from drctl.model.plan import Plan
from drctl.model.run import Run, RunState
from drctl.model.step_times import StepTimes
from drctl.report.forecast_shape import (
    DecideBySection,
    EatsSection,
    ForecastChainSection,
    ForecastMarkSection,
    ForecastPathSection,
    ForecastSection,
    ForecastSourceSection,
    ForecastStepSection,
)
from drctl.report.plain_json import instant_or_none, seconds, seconds_or_none


def forecast_section(run: Run, plan: Plan, now: datetime) -> ForecastSection:
    """How `run` is expected to go on, as seen at `now`; of one that has ended, only what it was expected to take."""
    made = forecast(run, plan, now)
    before = chain_of(plan, made.times)
    ended = run.state is RunState.FINISHED
    return ForecastSection(
        at=format_instant(made.at),
        source=_source(run, made),
        before=ForecastChainSection(p50_s=seconds(before.p50), p90_s=seconds(before.p90), steps=list(before.steps)),
        expected_finish_p50=None if ended else instant_or_none(made.finish_p50),
        expected_finish_p90=None if ended else instant_or_none(made.finish_p90),
        headroom_p50_s=None if ended else seconds_or_none(made.headroom_p50),
        headroom_p90_s=None if ended else seconds_or_none(made.headroom_p90),
        marks={
            mark: ForecastMarkSection(p50=format_instant(p50), p90=format_instant(p90))
            for mark, (p50, p90) in made.marks.items()
        },
        decide_by=None if ended or made.decide_by is None else _decide_by(made.decide_by),
        eats=None if made.eats is None else _eats(made.eats),
        path=_path(made, ended=ended),
        steps=[_step(made.times[step.id]) for step in plan.steps],
    )


def _source(run: Run, made: Forecast) -> ForecastSourceSection:
    known, guesses = counted_of(tuple(made.times.values()))
    read = run.history
    return ForecastSourceSection(
        runs=read.runs if read is not None else 0,
        unread=read.unread if read is not None else 0,
        measured=known,
        guesses=guesses,
    )


def _decide_by(decision: DecideBy) -> DecideBySection:
    return DecideBySection(
        what=decision.what,
        step=decision.step,
        p50=format_instant(decision.p50),
        p90=format_instant(decision.p90),
    )


def _eats(eats: Eats) -> EatsSection:
    return EatsSection(step=eats.step, over_s=seconds(eats.over), remaining_s=seconds(eats.remaining))


def _path(made: Forecast, *, ended: bool) -> list[ForecastPathSection]:
    return [
        ForecastPathSection(
            step=one.step,
            begins=format_instant(one.begins),
            ends=format_instant(one.ends),
            ended=one.ended,
            expected_s=seconds(made.times[one.step].p50),
        )
        for one in made.path
        if one.ended or not ended
    ]


def _step(times: StepTimes) -> ForecastStepSection:
    return ForecastStepSection(
        id=times.step,
        p50_s=seconds(times.p50),
        p90_s=seconds(times.p90),
        of=times.of,
        guess=times.guess,
        environment=times.environment,
    )
