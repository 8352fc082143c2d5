"""One reading finds everything, and says it in lines that a person can follow to the place."""

from __future__ import annotations

import pytest

from drctl.errors import InputInvalid
from drctl.loading.problems import refuse
from drctl.loading.runbook import Surroundings
from drctl.model.problem import Problem
from tests.fakes.golden import assert_golden
from tests.fakes.runbook_texts import load, problems_in

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


def test_a_mistake_in_the_yaml_hides_no_other() -> None:
    assert problems_in("""\
steps:
  - { id: a, uses: wait, uses: wait, with: { duration: 5 } }
  - { id: b, uses: !mine wait, with: { duration: 1s }, nedds: [a] }
""") == [
        "6:26 steps[0].uses the key 'uses' is here twice",
        "6:56 steps[0].with.duration expected a duration such as 45s, 20m or 1h30m, got 5",
        "7:20 steps[1].uses the tag '!mine' is not part of this language",
        "7:56 steps[1].nedds unknown key 'nedds' -> needs",
    ]


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("5", "6:5 steps[0] expected a mapping, got the number 5"),
        ("", "6:4 steps[0] expected a mapping, got nothing"),
        ("{ id: a, uses: wait, with: [1s] }", "6:32 steps[0].with expected a mapping, got a list"),
        (
            "{ id: a, uses: wait, with: { duration: 1s }, store: 5 }",
            "6:57 steps[0].store expected a mapping, got the number 5",
        ),
    ],
)
def test_of_what_is_no_mapping_nothing_is_told_to_be_missing(step: str, problem: str) -> None:
    """One mistake is one problem, whatever would have been read next."""
    assert problems_in(f"steps:\n  - {step}\n") == [problem]


def test_every_mistake_in_one_text_is_told() -> None:
    name = "${{ foo.bar }}-${{ inputs.x }}-${{ inputs }}-${{"
    told = problems_in(f"steps:\n  - {{ id: a, uses: db.find, with: {{ region: eu-west-1, source: '{name}' }} }}\n")
    assert [problem.partition(" ")[2].removeprefix("steps[0].with.source ") for problem in told] == [
        "`${{` without its `}}`; write `$${{` where the text itself is meant",
        "`inputs` is not a reference; expected ${{ inputs.NAME }}",
        "a reference begins with inputs, env, steps or item, not 'foo'",
        "there is no input 'x'",
    ]


def test_problems_of_several_files_are_counted_together() -> None:
    one, other = Problem("a.yaml", 1, 1, "x", "is wrong"), Problem("b.yaml", 2, 3, "y", "is too", "z")
    with pytest.raises(InputInvalid) as refused:
        refuse([one, other], "drctl schema")
    assert refused.value.what == "2 problems in 2 files"
    assert refused.value.context == ("a.yaml:1:1  x  is wrong", "b.yaml:2:3  y  is too; did you mean 'z'?")
    assert refused.value.hint == "drctl schema"
    with pytest.raises(InputInvalid, match=r"a\.yaml has 1 problem"):
        refuse([one])
