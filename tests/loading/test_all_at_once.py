"""One reading finds everything, and says it in lines that a person can follow to the place."""

from __future__ import annotations

import pytest

from drctl.errors import InputInvalid
from drctl.loading.problems import refuse
from drctl.loading.runbook import Surroundings
from drctl.model.problem import Problem
from tests.fakes.golden import assert_golden
from tests.fakes.runbook_texts import load

TEN_MISTAKES = """
scenaro: region-down
inputs:
  region: { type: region, default: ireland }
steps:
  - id: find
    uses: db.fnd
    with: { region: eu-west-1, source: x }
  - id: restore
    uses: db.restore
    needs: [find]
    expect: 20
    with:
      region: ${{ inputs.regoin }}
      instance: amply
      snapshot: newest
      multi_az: yes
      retention_day: 3
  - id: api
    uses: app.deploy
    needs: [restore]
    with: { region: eu-west-1, service: api, desired_count: "${{ steps.restore.endpoint }}" }
  - id: erase
    uses: store.erase
    needs: [erase]
    with: { name: old }
"""


def test_ten_mistakes_are_ten_problems() -> None:
    loaded = load(TEN_MISTAKES, surroundings=Surroundings(variables={}))
    assert loaded.plan is None
    with pytest.raises(InputInvalid) as refused:
        loaded.plan_or_refuse()
    error = refused.value
    assert len(error.context) == 10
    assert error.note == "nothing was changed"
    assert error.hint == "drctl actions"
    assert_golden("ten-mistakes.txt", "\n".join([error.what, "", *error.context, ""]))


def test_problems_of_several_files_are_counted_together() -> None:
    one, other = Problem("a.yaml", 1, 1, "x", "is wrong"), Problem("b.yaml", 2, 3, "y", "is too", "z")
    with pytest.raises(InputInvalid) as refused:
        refuse([one, other], "drctl schema")
    assert refused.value.what == "2 problems in 2 files"
    assert refused.value.context == ("a.yaml:1:1  x  is wrong", "b.yaml:2:3  y  is too; did you mean 'z'?")
    assert refused.value.hint == "drctl schema"
    with pytest.raises(InputInvalid, match=r"a\.yaml has 1 problem"):
        refuse([one])
