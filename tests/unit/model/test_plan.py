"""A plan finds its steps by their ids."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from drctl.model.plan import Objectives, Plan, PlannedStep


def test_a_step_is_found_by_its_id_also_in_a_copy() -> None:
    one, other = PlannedStep(id="a", uses="wait", params={}), PlannedStep(id="b", uses="wait", params={})
    plan = Plan(runbook="r", title="R", objectives=Objectives(timedelta(1), timedelta(1)), steps=(one,))
    assert plan.step("a") is one
    assert plan.ids == {"a"}
    with pytest.raises(KeyError):
        plan.step("b")
    copy = replace(plan, steps=(one, other))
    assert copy.step("b") is other
    assert replace(copy, steps=(one,)) == plan
