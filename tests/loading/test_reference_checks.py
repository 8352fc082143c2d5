"""A reference names something, that is known by then, and that fits where it stands."""

from __future__ import annotations

import pytest

from drctl.loading.runbook import Surroundings
from tests.fakes.runbook_texts import load, plan_of, problems_in

FIND = "{ id: find, uses: db.find, with: { region: eu-west-1, source: x } }"
AFTER = f"""
inputs:
  where: {{ type: region, default: eu-west-1 }}
  label: {{ type: string, default: x }}
  names: {{ type: list, default: [a] }}
  count: {{ type: integer, default: 1 }}
  ratio: {{ type: number, default: 1.5 }}
variables: {{ own: 1 }}
steps:
  - {FIND}
  - {{ id: beside, uses: check.http, with: {{ url: x }} }}
  - id: api
    needs: [find]
    uses: app.deploy
    with:
      region: eu-west-1
      service: api
      desired_count: 1
"""
"""What a test adds begins on line 23, at column 7."""


@pytest.mark.parametrize(
    ("parameter", "problem"),
    [
        pytest.param("image: '${{ inputs.labl }}'", "14 with.image there is no input 'labl' -> label", id="input"),
        pytest.param(
            "image: '${{ env.owm }}'",
            "14 with.image neither the environment nor the runbook has a variable 'owm' -> own",
            id="variable",
        ),
        pytest.param("image: '${{ steps.fimd.at }}'", "14 with.image there is no step 'fimd' -> find", id="step"),
        pytest.param(
            "image: '${{ steps.find.snapshit }}'",
            "14 with.image 'find' (db.find) has no output 'snapshit'; it has snapshot, at, storage_gb -> snapshot",
            id="output",
        ),
        pytest.param(
            "image: '${{ steps.beside.latency_ms }}'",
            "14 with.image 'beside' is not upstream of 'api': add it to `needs`",
            id="not upstream",
        ),
        pytest.param("image: '${{ steps.api.state }}'", "14 with.image 'api' cannot refer to itself", id="itself"),
        pytest.param(
            "image: '${{ item }}'", "14 with.image `item` is known only in a step with `foreach`", id="no loop"
        ),
        pytest.param(
            "image: 'x ${{ inputs.names }}'",
            "14 with.image `${{ inputs.names }}` is a list, which cannot be shown as text",
            id="a list in text",
        ),
        pytest.param(
            "environment: { A: '${{ inputs.names }}' }",
            "25 with.environment.A `${{ inputs.names }}` is a list, and `A` takes a string",
            id="a list for text",
        ),
        pytest.param(
            "limits: { min: '${{ steps.find.snapshot }}', max: 2 }",
            "22 with.limits.min `${{ steps.find.snapshot }}` is a string, and `min` takes an integer",
            id="text for a number",
        ),
        pytest.param(
            "limits: { min: '${{ inputs.ratio }}', max: 2 }",
            "22 with.limits.min `${{ inputs.ratio }}` is a number, and `min` takes an integer",
            id="a number for a whole one",
        ),
        pytest.param(
            "ports: [1, '${{ inputs.label }}']",
            "18 with.ports[1] `${{ inputs.label }}` is a string, and `ports[1]` takes an integer",
            id="inside a list",
        ),
        pytest.param(
            "limits: { min: '${{ steps.find.storage_gb }}0', max: 2 }",
            "22 with.limits.min this text is a string, and `min` takes an integer",
            id="text around a number",
        ),
    ],
)
def test_a_reference_that_does_not_fit_is_told_at_its_place(parameter: str, problem: str) -> None:
    problems = problems_in(f"{AFTER}      {parameter}\n", surroundings=Surroundings(variables={}))
    column, path, message = problem.split(" ", 2)
    assert problems == [f"23:{column} steps[2].{path} {message}"]


def test_two_mistakes_in_one_text_are_two_problems() -> None:
    assert len(problems_in(f"{AFTER}      image: '${{{{ inputs.a1 }}}} ${{{{ steps.zzz.b }}}}'\n")) == 2


def test_the_hint_names_the_action_whose_parameter_was_wrong() -> None:
    assert (
        load(f"{AFTER}      limits: {{ min: '${{{{ inputs.label }}}}', max: 2 }}\n").hint == "drctl actions app.deploy"
    )


@pytest.mark.parametrize(
    "parameter",
    [
        "image: '${{ inputs.label }}'",
        "image: '${{ inputs.where }}'",
        "image: '${{ steps.find.at }}'",
        "image: '${{ steps.find.storage_gb }}'",
        "image: '${{ steps.find.state }}'",
        "image: 'v${{ steps.find.storage_gb }}'",
        "image: '${{ env.own }}'",
        "limits: { min: '${{ steps.find.storage_gb }}', max: '${{ inputs.count }}' }",
        "limits: { min: '${{ env.own }}', max: 2 }",
    ],
)
def test_a_reference_that_fits_is_no_problem(parameter: str) -> None:
    plan_of(f"{AFTER}      {parameter}\n")


def test_without_an_environment_its_variables_are_not_checked() -> None:
    assert problems_in(f"{AFTER}      image: '${{{{ env.nobody_knows }}}}'\n", complete=False) == []


def test_before_a_run_every_variable_is_known() -> None:
    (problem,) = problems_in(f"{AFTER}      image: '${{{{ env.nobody_knows }}}}'\n")
    assert problem.endswith("neither the environment nor the runbook has a variable 'nobody_knows'")


def test_the_environments_variables_come_before_the_runbooks() -> None:
    text = f"{AFTER}      image: 'v${{{{ env.own }}}}'\n"
    assert plan_of(text).step("api").params["image"] == "v1"
    plan = plan_of(text, surroundings=Surroundings(variables={"own": 2}))
    assert plan.step("api").params["image"] == "v2"
    assert plan.variables == {"own": 2}


def test_what_comes_after_a_step_is_not_to_be_added_to_its_needs() -> None:
    (problem,) = problems_in(f"""
        steps:
          - id: a
            uses: app.deploy
            with: {{ region: eu-west-1, service: "${{{{ steps.find.snapshot }}}}", desired_count: 1 }}
          - {FIND.replace("id: find,", "id: find, needs: [a],")}
        """)
    assert problem.endswith("'find' comes after 'a'")


def test_a_condition_is_checked_like_any_other_reference() -> None:
    assert problems_in(f"""
        inputs: {{ names: {{ type: list, default: [] }} }}
        steps:
          - {FIND}
          - {{ id: a, if: "steps.find.storage_gb > 1 && inputs.nmes == 'a'", uses: wait, with: {{ duration: 1s }} }}
          - {{ id: b, if: inputs.names, uses: wait, with: {{ duration: 1s }} }}
        """) == [
        "9:18 steps[1].if 'find' is not upstream of 'a': add it to `needs`",
        "9:18 steps[1].if there is no input 'nmes' -> names",
        "10:18 steps[2].if `${{ inputs.names }}` is a list, which cannot be compared",
    ]


def test_what_describes_a_step_is_known_before_the_run() -> None:
    assert problems_in(f"""
        steps:
          - {FIND}
          - id: a
            needs: [find]
            title: Restore ${{{{ steps.find.snapshot }}}}
            account: ${{{{ steps.find.snapshot }}}}
            foreach: ${{{{ steps.find.snapshot }}}}
            uses: wait
            with: {{ duration: 1s }}
        """) == [
        "10:12 steps[1].title `steps.find.snapshot` is not known before the run, and this has to be",
        "11:14 steps[1].account `steps.find.snapshot` is not known before the run, and this has to be",
        "12:14 steps[1].foreach `steps.find.snapshot` is not known before the run, and this has to be",
    ]


def test_a_final_step_may_refer_to_any_normal_one() -> None:
    plan = plan_of(f"""
        steps:
          - {FIND}
        finally:
          - {{ id: tell, uses: check.http, with: {{ url: "http://x/${{{{ steps.find.snapshot }}}}" }} }}
        """)
    assert plan.step("tell").final
    assert plan.step("tell").needs == ()


def test_a_person_is_shown_only_what_has_ended_by_then() -> None:
    assert problems_in(f"""
        inputs: {{ x: {{ type: string, default: find }} }}
        steps:
          - {FIND}
          - {{ id: other, uses: wait, with: {{ duration: 1s }} }}
          - id: ask
            needs: [find]
            uses: approval
            with: {{ role: boss, shows: [find, othr, other, ask, "${{{{ inputs.x }}}}"] }}
        """) == [
        "13:39 steps[2].with.shows[1] there is no step 'othr' -> other",
        "13:45 steps[2].with.shows[2] 'other' is not upstream of 'ask': add it to `needs`",
        "13:52 steps[2].with.shows[3] 'ask' cannot refer to itself",
        "13:57 steps[2].with.shows[4] which steps are shown must be written out",
    ]


def test_outputs_are_read_before_the_final_steps_run() -> None:
    assert problems_in(f"""
        steps:
          - {FIND}
        finally:
          - {{ id: z, uses: check.http, with: {{ url: x }} }}
        outputs:
          a: ${{{{ steps.find.snapshot }}}}
          b: ${{{{ steps.z.healthy }}}}
          c: ${{{{ steps.find.x }}}}
        """) == [
        "12:6 outputs.b 'z' is a `finally` step; outputs are read before it runs",
        "13:6 outputs.c 'find' (db.find) has no output 'x'; it has snapshot, at, storage_gb",
    ]
