"""Inputs: declared once, given as text, and of their type ever after."""

from __future__ import annotations

import pytest

from drctl.loading.language.inputs import parse_given
from drctl.model.values import Json, ValueKind
from tests.fakes.runbook_texts import load, plan_of, problems_in, told

DECLARED = """
inputs:
  region: { type: region, default: eu-west-1 }
  name: { type: string }
  count: { type: integer, default: 2, choices: [2, 4] }
  before: { type: timestamp, default: null }
steps:
  - id: find
    uses: db.find
    with: { region: "${{ inputs.region }}", source: "${{ inputs.name }}", before: "${{ inputs.before }}" }
"""


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (ValueKind.STRING, "5", "5"),
        (ValueKind.INTEGER, "-5", -5),
        (ValueKind.NUMBER, "2.5", 2.5),
        (ValueKind.NUMBER, "2", 2),
        (ValueKind.BOOLEAN, "true", True),
        (ValueKind.BOOLEAN, "false", False),
        (ValueKind.REGION, "eu-west-1", "eu-west-1"),
        (ValueKind.DURATION, "1h30m", "1h30m"),
        (ValueKind.TIMESTAMP, "2026-01-14T03:42:00Z", "2026-01-14T03:42:00Z"),
        (ValueKind.LIST, "a, b", ["a", "b"]),
        (ValueKind.LIST, "[1, {a: b}]", [1, {"a": "b"}]),
        (ValueKind.LIST, "", []),
    ],
)
def test_text_is_read_by_the_inputs_type(kind: ValueKind, text: str, value: Json) -> None:
    assert parse_given(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ValueKind.INTEGER, "5.0"),
        (ValueKind.INTEGER, "five"),
        (ValueKind.INTEGER, "9" * 60),
        (ValueKind.NUMBER, "nan"),
        (ValueKind.BOOLEAN, "yes"),
        (ValueKind.REGION, "Ireland"),
        (ValueKind.DURATION, "20"),
        (ValueKind.TIMESTAMP, "2026-01-14T03:42:00"),
        (ValueKind.LIST, "[a"),
    ],
)
def test_text_of_another_type_is_refused(kind: ValueKind, text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|not YAML"):
        parse_given(kind, text)


def test_given_values_come_before_defaults() -> None:
    plan = plan_of(DECLARED, given={"name": "amply", "region": "eu-west-2"})
    assert plan.inputs == {"region": "eu-west-2", "name": "amply", "count": 2, "before": None}
    assert plan.step("find").params == {"region": "eu-west-2", "source": "amply", "before": None}


def test_what_a_run_has_pinned_is_taken_as_it_is() -> None:
    first = plan_of(DECLARED, given={"name": "amply", "count": "4"})
    assert plan_of(DECLARED, given=first.inputs) == first


def test_every_input_that_is_wrong_is_told_at_once() -> None:
    loaded = load(DECLARED, given={"nam": "x", "region": "mars", "count": "3", "before": "now"})
    assert loaded.plan is None
    assert [str(problem) for problem in loaded.problems] == [
        "--set:1:1  inputs.before  expected a time such as 2026-01-14T03:42:00Z, got 'now'",
        "--set:1:1  inputs.count  expected one of 2, 4",
        "--set:1:1  inputs.nam  the runbook has no input 'nam'; it has region, name, count, before; "
        "did you mean 'name'?",
        "--set:1:1  inputs.region  expected a Region such as eu-west-1, got 'mars'",
        "main.yaml:8:3  inputs.name  is required; give it with --set name=…",
    ]


def test_a_required_input_may_be_missing_while_a_runbook_is_only_looked_at() -> None:
    plan = plan_of(DECLARED, complete=False)
    assert "name" not in plan.inputs
    assert str(plan.step("find").params["source"]) == "inputs.name"


@pytest.mark.parametrize(
    ("declaration", "problem"),
    [
        ("{ type: strin }", "6:14 inputs.x.type expected one of"),
        ("{}", "6:6 inputs.x.type is missing"),
        ("text", "6:6 inputs.x expected a mapping, got 'text'"),
        ("{ type: integer, default: '5' }", "6:32 inputs.x.default expected an integer, got '5'"),
        ("{ type: boolean, default: 1 }", "6:32 inputs.x.default expected true or false, got the number 1"),
        ("{ type: region, choices: [a] }", "6:32 inputs.x.choices[0] expected a Region such as eu-west-1"),
        ("{ type: string, default: c, choices: [a, b] }", "6:31 inputs.x.default is not one of the choices"),
        ("{ type: string, choices: [] }", "6:31 inputs.x.choices expected at least one choice"),
        ("{ type: string, defualt: a }", "6:22 inputs.x.defualt unknown key 'defualt' -> default"),
    ],
)
def test_a_wrong_declaration_is_told_at_its_place(declaration: str, problem: str) -> None:
    steps = "steps:\n  - { id: a, uses: wait, with: { duration: 1s } }\n"
    problems = problems_in(f"inputs:\n  x: {declaration}\n{steps}", complete=False)
    assert problems[0].startswith(problem)


def test_a_number_shows_as_text_where_text_is_taken() -> None:
    plan = plan_of("""
        inputs: { port: { type: integer, default: 5432 }, tls: { type: boolean, default: true } }
        steps:
          - id: api
            uses: app.deploy
            with:
              region: eu-west-1
              service: api
              desired_count: 1
              environment: { PORT: "${{ inputs.port }}", TLS: "${{ inputs.tls }}", URL: "x:${{ inputs.port }}" }
        """)
    assert plan.step("api").params["environment"] == {"PORT": "5432", "TLS": "true", "URL": "x:5432"}


def test_text_in_a_given_value_is_never_read_as_a_reference() -> None:
    plan = plan_of(DECLARED, given={"name": "${{ steps.find.snapshot }}"})
    assert plan.step("find").params["source"] == "${{ steps.find.snapshot }}"


def test_told_puts_the_suggestion_last() -> None:
    assert told(load(DECLARED, given={"name": "x", "regio": "y"}))[0].endswith("-> region")
