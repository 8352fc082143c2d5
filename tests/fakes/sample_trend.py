"""Finished runs for trends: minutes in, runs out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from drctl.model import events as e
from drctl.model.trend import TrendRun
from drctl.model.verdict import Verdict
from tests.fakes.sample_run import at, begun, minutes

STARTED = begun(simulated=False)[0]


def finished(
    day: int,
    rto: float | None = 60,
    *,
    verdict: Verdict = Verdict.PASSED,
    loss: float | None = 20,
    steps: dict[str, float] | None = None,
    **started: object,
) -> TrendRun:
    """A run of that day: its recovery time and loss in minutes, a third of the time before its first act."""
    assert isinstance(STARTED, e.RunStarted)
    began = at(day * 24 * 60)
    first = replace(STARTED, run=f"dr-staging-{began:%Y%m%d}-aaaa", at=began, scenario=None, **started)  # type: ignore[arg-type]
    return TrendRun(
        started=first,
        ended_at=began + minutes(rto or 5),
        verdict=verdict,
        rto=minutes(rto) if rto is not None else None,
        rto_exec=minutes(rto * 2 / 3) if rto is not None else None,
        rto_objective=timedelta(hours=2),
        loss=minutes(loss) if loss is not None else None,
        rpo_objective=timedelta(hours=1),
        steps={(id, "thing.make"): minutes(took) for id, took in (steps or {}).items()},
    )
