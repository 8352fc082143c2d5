"""`with:` is what the action takes, as far as that can be known before the run."""

from __future__ import annotations

import pytest

from tests.fakes.runbook_texts import load, plan_of, problems_in

FIND = "  - { id: find, uses: db.find, with: { region: eu-west-1, source: x } }\n"


@pytest.mark.parametrize(
    ("parameters", "problems"),
    [
        pytest.param("{ region: eu-west-1 }", ["7:35 with.source is missing"], id="missing"),
        pytest.param(
            "{ region: mars, source: x }",
            ["7:45 with.region expected a Region such as eu-west-1, got 'mars'"],
            id="form",
        ),
        pytest.param(
            "{ region: eu-west-1, sauce: x }",
            ["7:35 with.source is missing", "7:56 with.sauce is not a parameter of this action -> source"],
            id="misspelt",
        ),
        pytest.param(
            "{ region: eu-west-1, source: 5 }", ["7:64 with.source input should be a valid string, got 5"], id="type"
        ),
        pytest.param(
            "{ region: eu-west-1, source: x, before: yesterday }",
            ["7:75 with.before expected a time such as 2026-01-14T03:42:00Z, got 'yesterday'"],
            id="time",
        ),
    ],
)
def test_a_wrong_parameter_is_told_at_its_place(parameters: str, problems: list[str]) -> None:
    text = f"steps:\n{FIND}  - {{ id: a, uses: db.find, with: {parameters} }}\n"
    assert problems_in(text) == [problem.replace(" with", " steps[1].with", 1) for problem in problems]


def test_without_any_parameters_what_is_missing_is_told_at_the_step() -> None:
    loaded = load("steps:\n  - id: a\n    uses: wait\n")
    assert [str(problem) for problem in loaded.problems] == ["main.yaml:6:5  steps[0].with.duration  is missing"]
    assert loaded.hint == "drctl actions wait"


def test_a_sample_for_a_reference_hides_no_other_problem_and_is_never_told_itself() -> None:
    text = f"""
steps:
{FIND}  - id: a
    needs: [find]
    uses: db.restore
    with:
      region: eu-west-1
      instance: ${{{{ steps.find.snapshot }}}}
      snapshot: 5
      size: ${{{{ steps.find.snapshot }}}}
      multi_az: maybe
"""
    assert problems_in(text) == [
        "14:17 steps[1].with.snapshot input should be a valid string, got 5",
        "16:17 steps[1].with.multi_az input should be a valid boolean, got 'maybe'",
    ]


def test_what_is_wrong_as_a_whole_is_told_whatever_the_references_in_it_turn_out_to_be() -> None:
    text = f"""
steps:
{FIND}  - id: a
    needs: [find]
    uses: dns.switch
    with:
      zone: x
      records:
        - {{ name: a, values: ["${{{{ steps.find.snapshot }}}}"], alias: {{ dns_name: x, zone_id: y }} }}
        - {{ name: "${{{{ steps.find.snapshot }}}}", values: [x] }}
        - {{ name: "${{{{ steps.find.snapshot }}}}" }}
"""
    assert problems_in(text) == [
        "14:11 steps[1].with.records[0] give either `values` or `alias`",
        "16:11 steps[1].with.records[2] give either `values` or `alias`",
    ]


def test_what_depends_on_the_values_of_references_is_left_to_the_run() -> None:
    plan_of(f"""
steps:
{FIND}  - id: a
    needs: [find]
    uses: app.deploy
    with:
      region: eu-west-1
      service: x
      desired_count: 1
      limits: {{ min: 3, max: "${{{{ steps.find.storage_gb }}}}" }}
""")


def test_a_union_is_told_once_with_all_that_it_takes() -> None:
    text = "steps:\n  - { id: a, uses: check.http, with: { url: x, expected: 5 } }\n"
    assert problems_in(text) == ["6:58 steps[0].with.expected expected a list or a string, got the number 5"]


def test_a_value_that_came_from_a_reference_is_told_with_it() -> None:
    text = """
inputs: { n: { type: string, default: Bad Name } }
steps:
  - id: a
    uses: db.restore
    with: { region: eu-west-1, instance: "${{ inputs.n }}", snapshot: s }
"""
    (problem,) = problems_in(text)
    assert problem.startswith("10:42 steps[0].with.instance string should match pattern")
    assert problem.endswith("(from `${{ inputs.n }}`)")


def test_of_a_loop_a_problem_in_the_text_is_told_once_and_one_of_an_item_for_each() -> None:
    text = """
steps:
  - id: a
    foreach: [one, Two, Three]
    uses: db.restore
    with: { region: mars, instance: "${{ item }}", snapshot: s }
"""
    problems = problems_in(text)
    assert problems[0] == "10:21 steps[0].with.region expected a Region such as eu-west-1, got 'mars'"
    assert [("Two" in problem, "Three" in problem) for problem in problems[1:]] == [(False, True), (True, False)]


def test_an_output_of_a_loop_is_a_list() -> None:
    text = """
steps:
  - id: many
    foreach: [a, b]
    uses: check.http
    with: { url: "${{ item }}" }
  - id: one
    needs: [many]
    uses: app.deploy
    with: { region: eu-west-1, service: x, desired_count: 1, ports: "${{ steps.many.latency_ms }}" }
"""
    plan = plan_of(text)
    assert plan.groups == {"many": ("many[a]", "many[b]")}
    assert str(plan.step("one").params["ports"]) == "steps.many.latency_ms"
    (problem,) = problems_in(text.replace("ports:", "image:"))
    assert problem.endswith("`${{ steps.many.latency_ms }}` is a list, and `image` takes a string")
