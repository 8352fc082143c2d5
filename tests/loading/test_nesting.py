"""`uses: runbook` puts another runbook's steps in the place of one."""

from __future__ import annotations

from drctl.loading.language.gather import MOST_NESTED
from drctl.loading.runbook import Surroundings
from drctl.model.plan import UndoPolicy
from drctl.model.reference import Reference, Template
from tests.fakes.runbook_texts import HEAD, load, plan_of, problems_in

CHILD = """
runbook: child
title: Bring the data back
version: 1
objectives: { rto: 4h, rpo: 1h }
inputs:
  snapshot: { type: string }
  days: { type: integer, default: 7, choices: [7, 35] }
variables: { size: small, place: child }
steps:
  - id: check
    needs: [restore]
    if: inputs.days > 7
    uses: check.http
    with: { url: "http://${{ steps.restore.endpoint }}/${{ env.place }}" }
  - id: restore
    uses: db.restore
    on_deadline: fallback:clone
    store: data
    with:
      region: eu-west-1
      instance: x
      snapshot: ${{ inputs.snapshot }}
      retention_days: ${{ inputs.days }}
      size: ${{ env.size }}
  - id: clone
    uses: db.clone
    with: { region: eu-west-1, instance: x, snapshot: "${{ inputs.snapshot }}" }
finally:
  - id: clean
    uses: wait
    with: { duration: 1s }
outputs:
  endpoint: ${{ steps.restore.endpoint }}
  label: db-${{ steps.restore.endpoint }}
"""
PARENT = """
inputs: { deep: { type: boolean, default: true } }
steps:
  - { id: find, uses: db.find, with: { region: eu-west-1, source: x } }
  - id: data
    needs: [find]
    uses: runbook
    account: production
    critical: false
    undo: never
    if: inputs.deep
    with: { runbook: child, inputs: { snapshot: "${{ steps.find.snapshot }}", days: 35 } }
  - id: api
    needs: [data]
    uses: app.deploy
    with:
      region: eu-west-1
      service: api
      desired_count: 1
      environment: { DB: "${{ steps.data.endpoint }}", LABEL: "${{ steps.data.label }}" }
"""


def test_a_nested_runbooks_steps_stand_in_the_place_of_their_parent() -> None:
    plan = plan_of(PARENT, nested={"child": CHILD})
    assert [step.id for step in plan.steps] == [
        "find",
        "data/restore",
        "data/clone",
        "data/check",
        "api",
        "data/clean",
    ]
    restore, check = plan.step("data/restore"), plan.step("data/check")
    assert restore.needs == ("find",)
    assert restore.fallback == "data/clone"
    assert check.needs == ("data/restore",)
    assert plan.step("api").needs == ("data/check",)
    assert plan.step("data/clone").dormant
    assert plan.step("data/clean").final
    assert plan.step("data/clean").needs == ()


def test_what_is_said_of_the_parent_holds_for_its_steps() -> None:
    plan = plan_of(PARENT, nested={"child": CHILD})
    for id in ("data/restore", "data/check", "data/clone"):
        step = plan.step(id)
        assert (step.account, step.critical, step.undo) == ("production", False, UndoPolicy.NEVER)
        assert "Literal(value=True)" in str(step.condition)


def test_inputs_and_outputs_become_references_to_planned_steps() -> None:
    plan = plan_of(PARENT, nested={"child": CHILD})
    assert plan.step("data/restore").params["snapshot"] == Reference("steps", ("find", "snapshot"))
    assert plan.step("data/restore").params["retention_days"] == 35
    endpoint = Reference("steps", ("data/restore", "endpoint"))
    assert plan.step("api").params["environment"] == {"DB": endpoint, "LABEL": Template(("db-", endpoint))}


def test_variables_from_outside_come_before_a_nested_runbooks_own() -> None:
    plan = plan_of(f"variables: {{ size: large }}\n{PARENT}", nested={"child": CHILD})
    assert plan.step("data/restore").params["size"] == "large"
    assert str(plan.step("data/check").params["url"]).endswith("/child")


def test_a_resumed_run_comes_to_the_same_plan() -> None:
    text = f"variables: {{ size: large }}\n{PARENT}"
    first = load(text, nested={"child": CHILD}, surroundings=Surroundings(variables={"place": "here"}))
    plan = first.plan_or_refuse()
    assert set(first.texts) == {"main", "child"}
    again = load(
        "",
        head=first.texts["main"],
        nested={"child": first.texts["child"]},
        surroundings=Surroundings(variables=plan.variables),
        given=plan.inputs,
    )
    assert again.plan == plan


def test_a_loop_over_a_nested_runbook_gives_lists_of_its_outputs() -> None:
    plan = plan_of(
        """
        steps:
          - id: data
            foreach: [a, b]
            uses: runbook
            with: { runbook: child, inputs: { snapshot: "${{ item }}" } }
          - { id: check, needs: [data], uses: check.http, with: { url: x, expected: "${{ steps.data.endpoint }}" } }
        """,
        nested={"child": CHILD.replace("    store: data\n", "")},
    )
    assert plan.step("check").params["expected"] == (
        Reference("steps", ("data[a]/restore", "endpoint")),
        Reference("steps", ("data[b]/restore", "endpoint")),
    )
    assert plan.step("check").needs == ("data[a]/check", "data[b]/check")
    assert plan.step("data[a]/restore").params["snapshot"] == "a"
    assert plan.groups == {}


def test_a_person_is_shown_a_nested_runbooks_steps_without_stand_ins_and_cleanup() -> None:
    plan = plan_of(
        f"{PARENT}  - {{ id: ask, needs: [data], uses: approval, with: {{ role: x, shows: [data, find] }} }}\n",
        nested={"child": CHILD},
    )
    assert plan.step("ask").params["shows"] == ("data/check", "data/restore", "find")


def test_what_is_wrong_between_two_runbooks_is_told_at_the_step_that_nests() -> None:
    problems = problems_in(
        """
        steps:
          - id: data
            uses: runbook
            expect: 20m
            with: { runbook: child, inputs: { snapsho: x, days: "7" } }
          - id: more
            uses: runbook
            with: { runbook: child, inputs: { snapshot: [a], days: 8 } }
          - { id: check, needs: [data], uses: check.http, with: { url: "${{ steps.data.endpint }}" } }
          - { id: ask, needs: [data], if: steps.data.state == 'succeeded', uses: wait, with: { duration: 1s } }
        """,
        nested={"child": CHILD.replace("    store: data\n", "")},
    )
    assert problems == [
        "9:5 steps[0].expect `expect` belongs to the steps of the nested runbook",
        "10:37 steps[0].with.inputs.snapshot is missing: 'child' requires it",
        "10:39 steps[0].with.inputs.snapsho the runbook 'child' has no input 'snapsho' -> snapshot",
        "10:57 steps[0].with.inputs.days expected an integer, got '7'",
        "13:49 steps[1].with.inputs.snapshot expected a string, got a list",
        "13:60 steps[1].with.inputs.days expected one of 7, 35",
        "14:64 steps[2].with.url 'data' (runbook) has no output 'endpint'; it has endpoint, label -> endpoint",
        "15:35 steps[3].if 'data' (runbook) has no output 'state'; it has endpoint, label",
    ]


def test_a_reference_of_another_kind_does_not_fit_an_input() -> None:
    problems = problems_in(PARENT.replace("days: 35", 'days: "${{ steps.find.snapshot }}"'), nested={"child": CHILD})
    assert problems == [
        "16:85 steps[1].with.inputs.days `${{ steps.find.snapshot }}` is a string, and `days` takes an integer"
    ]


def test_a_mistake_inside_a_nested_runbook_is_told_in_its_own_file() -> None:
    loaded = load(PARENT, nested={"child": CHILD.replace("inputs.snapshot", "inputs.snapshit", 1)})
    (problem,) = loaded.problems
    assert problem.file == "child.yaml"
    assert problem.suggestion == "snapshot"


def test_runbooks_that_nest_each_other_are_told_with_the_chain() -> None:
    def nesting(name: str, other: str) -> str:
        step = f"steps:\n  - {{ id: n, uses: runbook, with: {{ runbook: {other} }} }}\n"
        return HEAD.replace("main", name) + step

    loaded = load("", head=nesting("main", "b"), nested={"b": nesting("b", "c"), "c": nesting("c", "main")})
    assert [str(problem) for problem in loaded.problems] == [
        "c.yaml:6:46  steps[0].with.runbook  runbooks nest each other: main → b → c → main"
    ]
    assert problems_in("", head=nesting("main", "main")) == [
        "6:46 steps[0].with.runbook runbooks nest each other: main → main"
    ]


def test_runbooks_are_nested_only_so_deep() -> None:
    def level(number: int) -> str:
        name = "main" if number == 0 else f"r{number}"
        step = f"{{ id: n, uses: runbook, with: {{ runbook: r{number + 1} }} }}"
        last = "{ id: n, uses: wait, with: { duration: 1s } }"
        return HEAD.replace("main", name) + f"steps:\n  - {last if number > MOST_NESTED + 1 else step}\n"

    texts = {f"r{number}": level(number) for number in range(1, MOST_NESTED + 4)}
    (problem,) = load("", head=level(0), nested=texts).problems
    assert "runbooks are nested deeper than 8 levels: main → r1 → " in problem.message


def test_a_runbook_that_is_not_there_is_told_with_what_there_is() -> None:
    assert problems_in("steps:\n  - { id: n, uses: runbook, with: { runbook: chid } }\n", nested={"child": CHILD}) == [
        "6:46 steps[0].with.runbook the run has recorded no runbook 'chid'; there is: child, main"
    ]


def test_a_runbook_with_a_finally_cannot_be_nested_in_one() -> None:
    (problem,) = problems_in(
        """
        steps:
          - { id: a, uses: wait, with: { duration: 1s } }
        finally:
          - { id: n, uses: runbook, with: { runbook: child, inputs: { snapshot: s } } }
        """,
        nested={"child": CHILD},
    )
    assert problem.endswith("the runbook 'child' has a `finally` of its own, and cannot be nested in one")


def test_which_runbook_is_nested_is_written_out() -> None:
    (problem,) = problems_in("steps:\n  - { id: n, uses: runbook, with: { runbook: '${{ inputs.x }}' } }\n")
    assert problem == "6:46 steps[0].with.runbook which runbook is nested must be written out"
