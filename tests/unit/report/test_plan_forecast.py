"""What `drctl plan` tells of time, before anything has begun."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from drctl.model import events as e
from drctl.model.foreseen import Foreseen, Outlook
from drctl.model.step_times import StepTimes
from drctl.report.plan_forecast import plan_forecast, plan_forecast_lines
from drctl.report.plan_text import plan_text
from tests.fakes.sample_run import ONSET, PLAN, at, minutes

KNOWN = e.HistoryRead(
    at=at(0),
    runs=4,
    times=tuple(
        StepTimes(step=id, uses=PLAN.step(id).uses, p50=minutes(p50), p90=minutes(p90), of=4, environment="production")
        for id, p50, p90 in (("restore-db", 22, 41), ("serve", 6, 6), ("find-point", 0, 0), ("switch-dns", 1, 1))
    ),
)


def test_a_plan_says_how_long_it_takes_and_until_when_to_declare() -> None:
    made = plan_forecast(PLAN, KNOWN, ONSET, at(30))
    # 22 + 6 + 1 measured, and 2 guessed for the last check.
    assert (made["p50_s"], made["p90_s"]) == (31 * 60, 50 * 60)
    assert made["decide_by"]["p50"] == "2026-11-14T07:11:00Z"
    assert plan_forecast_lines(made) == [
        "expected to take 31m (bad day 50m), 1 of 5 steps guessed, from 4 runs",
        "to meet 4h, declare by 07:11Z (bad day 06:52Z)",
    ]


def test_what_is_declared_at_the_last_instant_ends_with_the_objective() -> None:
    made = plan_forecast(PLAN, KNOWN, ONSET, at(30))
    assert ONSET + PLAN.objectives.rto - timedelta(seconds=made["p50_s"]) == at(240 - 31)


def test_without_an_onset_it_says_how_long_may_be_waited() -> None:
    made = plan_forecast(PLAN, None, None, at(0))
    assert plan_forecast_lines(made) == [
        "expected to take 30m, a guess",
        "to meet 4h, declare within 3h30m of the onset",
    ]


def test_an_objective_that_cannot_be_met_is_told_before_the_drill() -> None:
    short = replace(PLAN, objectives=replace(PLAN.objectives, rto=minutes(10)))
    told = plan_forecast_lines(plan_forecast(short, None, None, at(0)))[1]
    assert told == "10m cannot be met: it takes 20m more, however soon it is declared"
    late = plan_forecast_lines(plan_forecast(PLAN, None, ONSET, at(300)))[1]
    assert late == "to meet 4h, declare by 07:12Z; that is over"


def test_the_steps_of_a_plan_say_what_was_measured() -> None:
    foreseen = Foreseen(
        step="restore-db", uses="", title="", outlook=Outlook.CHANGES, says="restore it", expect=minutes(20)
    )
    found = {
        "simulated": False,
        "runbook": "orders-failover",
        "environment": "production",
        "mode": "recover",
        "steps": [foreseen.plain()],
        "forecast": plan_forecast(PLAN, KNOWN, None, at(0)),
    }
    text = plan_text(found, 100)
    assert "restore it (about 22m, on a bad day 41m)" in text
    assert "expected to take 31m (bad day 50m)" in text
