"""Whatever happens to a run, in whatever order, the laws of the engine hold.

    DRCTL_FUZZ=thorough python -m pytest -n0 tests/faults/test_engine_states.py

makes up other scripts each time, and many more of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from drctl.engine import scheduler
from tests.fakes.scripts import Script, scripts
from tests.fakes.trial import Trial
from tests.faults.engine_laws import check
from tests.faults.tally import tally

THOROUGH = os.environ.get("DRCTL_FUZZ") == "thorough"
SCRIPTS = int(os.environ.get("DRCTL_FUZZ_SCRIPTS", "5000")) if THOROUGH else 60
"""How many stories are made up; the same ones each time, unless thoroughly."""


@pytest.fixture(autouse=True)
def no_wall() -> Iterator[None]:
    """Nothing here takes any time of the wall, so that the engine need not wait for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scheduler, "_BREATH", 0.0)
        patch.setattr(scheduler, "_ASKING", 0.0)
        yield


def test_whatever_happens_the_laws_of_the_engine_hold() -> None:
    told = 0

    @settings(
        max_examples=SCRIPTS,
        deadline=None,
        derandomize=not THOROUGH,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(script=scripts())
    def holds(script: Script) -> None:
        nonlocal told
        trial = Trial(script)
        trial.act_out()
        check(trial, every=1 if THOROUGH else 9)
        told += 1

    holds()
    if not THOROUGH:
        tally(
            fault="anything at all, one thing after the other, while an engine drives a run",
            how="made-up plans and scripts: failures, lost answers, kills, lost leases, orders, other people's changes",
            injected=told,
        )
