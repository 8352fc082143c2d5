"""A drill is late when the last one that proved something is older than allowed, and nothing else counts as proof."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from drctl.model.environment import Environment, EnvironmentAccount, PlannedDrill
from drctl.model.events import Mode
from drctl.model.overdue import PastRun, overdue
from drctl.model.verdict import Verdict

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
STAGING = Environment(
    name="staging",
    accounts={"main": EnvironmentAccount(id="111111111111")},
    default_account="main",
    regions=("eu-west-1",),
    modes=(Mode.DRILL,),
    drills=(PlannedDrill(runbook="staging-drill", every=WEEK),),
)
PROOF = PastRun(
    run="dr-staging-20261125-aaaa",
    runbook="staging-drill",
    environment="staging",
    mode=Mode.DRILL,
    simulated=False,
    verdict=Verdict.PASSED,
    ended_at=NOW - timedelta(days=2),
)


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.PASSED_WITH_EXCEPTIONS])
def test_a_drill_that_met_its_objectives_lately_is_not_late(verdict: Verdict) -> None:
    assert overdue(STAGING, [replace(PROOF, verdict=verdict)], NOW) == ()


def test_a_proof_counts_until_its_age_is_what_is_allowed_and_not_a_moment_longer() -> None:
    assert PROOF.ended_at is not None
    assert overdue(STAGING, [PROOF], PROOF.ended_at + WEEK) == ()
    (late,) = overdue(STAGING, [PROOF], PROOF.ended_at + WEEK + timedelta(seconds=1))
    assert (late.last_run, late.overdue_since) == (PROOF.run, PROOF.ended_at + WEEK)


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(replace(PROOF, verdict=Verdict.FAILED), id="failed"),
        pytest.param(replace(PROOF, verdict=Verdict.NOT_PROVEN), id="not proven"),
        pytest.param(replace(PROOF, verdict=Verdict.ABORTED), id="aborted"),
        pytest.param(replace(PROOF, verdict=None, ended_at=None), id="not ended"),
        pytest.param(replace(PROOF, runbook="queue-drain"), id="another runbook"),
        pytest.param(replace(PROOF, environment="production"), id="another environment"),
        pytest.param(replace(PROOF, simulated=True), id="simulated"),
        pytest.param(replace(PROOF, mode=Mode.RECOVER), id="no drill"),
    ],
)
def test_nothing_else_is_proof(run: PastRun) -> None:
    (late,) = overdue(STAGING, [run], NOW)
    assert (late.last_run, late.last_ended_at, late.overdue_since) == (None, None, None)


def test_a_newer_failure_takes_nothing_from_an_older_proof_and_the_newest_proof_counts() -> None:
    older = replace(PROOF, run="older", ended_at=NOW - timedelta(days=20))
    failed = replace(PROOF, run="failed", verdict=Verdict.FAILED, ended_at=NOW - timedelta(days=1))
    assert overdue(STAGING, [failed, PROOF, older], NOW) == ()
    (late,) = overdue(STAGING, [failed, older], NOW)
    assert (late.last_run, late.overdue_since) == ("older", NOW - timedelta(days=13))
