"""`foreach` unrolls a step before anything runs."""

from __future__ import annotations

import pytest

from tests.fakes.runbook_texts import plan_of, problems_in

W = "uses: wait, with: { duration: 1s }"


def test_each_item_becomes_a_step_and_whoever_needs_the_loop_waits_for_all() -> None:
    plan = plan_of(f"""
        steps:
          - {{ id: first, {W} }}
          - id: deploy
            needs: [first]
            title: Start ${{{{ item.name }}}}
            account: ${{{{ item.account }}}}
            store: data-${{{{ item.name }}}}
            foreach:
              - {{ name: api, account: production, count: 2 }}
              - {{ name: workers, account: shared, count: 1 }}
            uses: db.restore
            with:
              region: eu-west-1
              instance: x-${{{{ item.name }}}}
              snapshot: s
              retention_days: ${{{{ item.count }}}}
          - {{ id: after, needs: [deploy], {W} }}
        """)
    assert [step.id for step in plan.steps] == ["first", "deploy[api]", "deploy[workers]", "after"]
    api = plan.step("deploy[api]")
    assert (api.title, api.account, api.item) == (
        "Start api",
        "production",
        {"name": "api", "account": "production", "count": 2},
    )
    assert api.params["instance"] == "x-api"
    assert api.params["retention_days"] == 2
    assert api.store is not None
    assert api.store.name == "data-api"
    assert plan.step("deploy[workers]").needs == ("first",)
    assert plan.step("after").needs == ("deploy[api]", "deploy[workers]")
    assert plan.groups == {"deploy": ("deploy[api]", "deploy[workers]")}


@pytest.mark.parametrize(
    ("items", "ids"),
    [
        ("[a, b]", ["s[a]", "s[b]"]),
        ("[1, true]", ["s[1]", "s[true]"]),
        ("[{ key: x, name: n }, { id: y }, { name: z }, { other: w }]", ["s[x]", "s[y]", "s[z]", "s[4]"]),
        ("[https://a.example/x y]", ["s[https-a.example-x-y]"]),
        ("['${{ inputs.prefix }}-a']", ["s[p-a]"]),
        ("'${{ inputs.names }}'", ["s[m]", "s[n]"]),
        ("'${{ env.names }}'", ["s[v]"]),
        ("[[1], '']", ["s[1]", "s[2]"]),
    ],
)
def test_an_items_key_is_itself_or_its_key_id_or_name_or_else_its_number(items: str, ids: list[str]) -> None:
    plan = plan_of(f"""
        inputs: {{ prefix: {{ type: string, default: p }}, names: {{ type: list, default: [m, n] }} }}
        variables: {{ names: [v] }}
        steps:
          - {{ id: s, foreach: {items}, {W} }}
        """)
    assert [step.id for step in plan.steps] == ids


def test_a_loop_over_nothing_keeps_the_order() -> None:
    plan = plan_of(f"""
        steps:
          - {{ id: a, {W} }}
          - {{ id: b, needs: [a], foreach: [], {W} }}
          - {{ id: c, needs: [b], {W} }}
        """)
    assert [step.id for step in plan.steps] == ["a", "c"]
    assert plan.step("c").needs == ("a",)
    assert plan.groups == {"b": ()}


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        pytest.param(
            "id: s, foreach: [a, b, a]",
            "9:30 steps[0].foreach[2] two items have the key 'a'; each needs its own `key`",
            id="the same key twice",
        ),
        pytest.param(
            "id: s, foreach: '${{ inputs.one }}'",
            "9:23 steps[0].foreach `inputs.one` is a string, and `foreach` takes a list",
            id="no list",
        ),
        pytest.param(
            "id: s, foreach: '${{ env.one }}'", "9:23 steps[0].foreach `foreach` takes a list", id="a variable, no list"
        ),
        pytest.param(
            "id: s, foreach: ['${{ item }}']",
            "9:24 steps[0].foreach[0] `item` is not known before the loop begins",
            id="an item of itself",
        ),
        pytest.param(
            "id: s, foreach: [{ name: a }], title: '${{ item.nam }}'",
            "9:45 steps[0].title an item has no 'nam'; it has name -> name",
            id="no such key",
        ),
        pytest.param(
            "id: s, foreach: [a], title: '${{ item.name }}'",
            "9:35 steps[0].title the item 'a' has nothing inside it, and `item.name` asks for 'name'",
            id="no keys at all",
        ),
        pytest.param(
            "id: s, foreach: [[a]], title: '${{ item }}'",
            "9:37 steps[0].title expected text, got a list or a mapping",
            id="a list as text",
        ),
    ],
)
def test_a_loop_that_cannot_be_unrolled_is_told_at_its_place(step: str, problem: str) -> None:
    problems = problems_in(f"""
        inputs: {{ one: {{ type: string, default: x }} }}
        variables: {{ one: x }}
        steps:
          - {{ {step}, {W} }}
        """)
    assert problem in problems


def test_in_a_loop_over_what_is_no_list_the_item_is_not_told_to_be_unknown() -> None:
    (problem,) = problems_in('steps:\n  - { id: a, foreach: x, uses: wait, with: { duration: "${{ item }}" } }\n')
    assert problem.startswith("6:23 steps[0].foreach expected a list, or a reference to one")


def test_a_loop_over_an_input_that_nobody_gave_is_left_open() -> None:
    plan = plan_of(
        f"""
        inputs: {{ names: {{ type: list }} }}
        steps:
          - {{ id: a, {W} }}
          - {{ id: b, foreach: "${{{{ inputs.names }}}}", {W} }}
        """,
        complete=False,
    )
    assert [step.id for step in plan.steps] == ["a"]


def test_a_plan_has_at_most_two_thousand_steps() -> None:
    items = ", ".join(str(number) for number in range(2001))
    assert problems_in(f"steps:\n  - {{ id: a, foreach: [{items}], {W} }}\n") == [
        "5:1 steps more than 2,000 steps, once loops and nested runbooks are unrolled"
    ]
    fewer = ", ".join(str(number) for number in range(2000))
    assert len(plan_of(f"steps:\n  - {{ id: a, foreach: [{fewer}], {W} }}\n").steps) == 2000
