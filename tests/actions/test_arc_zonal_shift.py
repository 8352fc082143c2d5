"""arc.zonal_shift and arc.cancel_shift on the simulated AWS."""

from __future__ import annotations

from datetime import timedelta

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.model.decision import Change, Done
from drctl.model.past import ChangeState
from tests.actions.cases import arc_zonal_shift as case
from tests.actions.driving import Driver
from tests.actions.laws import FOREIGN_RUN, RUN, STEP
from tests.simulated import Simulated


def test_arc_is_told_the_zones_id_and_which_run_asks(simulated: Simulated) -> None:
    """A name is another zone in another account; the comment is all that tells whose a shift is."""
    case.plant(simulated)
    Driver(case.CASES[0], simulated).converge()
    (call,) = simulated.calls("arc-zonal-shift")
    assert call.params["awayFrom"] == "euw1-az1"
    assert call.params["comment"] == f"drctl {RUN}/{STEP}"
    assert call.params["expiresIn"] == "360m"


def test_a_shift_that_somebody_else_has_started_meanwhile_is_enough(simulated: Simulated) -> None:
    """AWS refuses the second one; the step looks, is done with the first, and undo leaves it."""
    case.plant(simulated)
    step = Driver(case.CASES[0], simulated)
    change, _ = step.look()
    assert isinstance(change, Change)
    case.plant_shift(simulated, f"drctl {FOREIGN_RUN}/{STEP}")

    step.act(change)

    assert step.past.changes[-1].state is ChangeState.FAILED
    assert isinstance(step.converge().decision, Done)
    assert step.converge(undo=True).changes == []


def test_a_shift_that_is_about_to_expire_is_extended_and_lasts(simulated: Simulated) -> None:
    """Six hours from the extension, not from the start."""
    case.plant_ending(simulated)
    done = Driver(case.CASES[1], simulated).converge()
    assert done.evidence is not None
    simulated.advance(timedelta(hours=5, minutes=50))
    assert case.weights(simulated) == {"euw1-az1": 0.0, "euw1-az3": 1.0}
    simulated.advance(timedelta(minutes=20))
    assert case.weights(simulated) == {"euw1-az1": 1.0, "euw1-az3": 1.0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"expires_in": "73h"},
        {"expires_in": "30s", "at_least": "0s"},
        {"expires_in": "90s", "at_least": "0s"},
        {"expires_in": "10m"},
        {"away_from": "euw1-az1"},
    ],
)
def test_spans_and_zones_that_arc_would_not_take_are_mistakes_in_the_runbook(wrong: dict[str, str]) -> None:
    """At most three days, in whole minutes, longer than `at_least`; a zone by its name."""
    catalogue = ActionCatalogue()
    assert catalogue.check("arc.zonal_shift", case.PARAMS) == ()
    assert catalogue.check("arc.zonal_shift", {**case.PARAMS, **wrong})
