"""The JSON Schema takes what the reader takes, and an editor sees a mistake where it is made."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from drctl.actions.catalogue import ActionCatalogue
from drctl.loading.language.steps import KEYS as STEP_KEYS
from drctl.loading.language.structure import KEYS
from drctl.loading.schema import runbook_schema
from drctl.loading.yaml_source import read_yaml
from tests.fakes.runbook_actions import RunbookCatalogue
from tests.fakes.runbook_texts import HEAD
from tests.loading.shipped import RUNBOOKS

SCHEMA: Any = json.loads(json.dumps(runbook_schema(RunbookCatalogue())))


def errors(text: str) -> list[str]:
    document, problems = read_yaml(HEAD + text, "x")
    assert document is not None, problems
    return [error.json_path for error in Draft202012Validator(SCHEMA).iter_errors(document.data)]


def test_it_is_a_schema_of_its_draft() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator.check_schema(runbook_schema(ActionCatalogue()))


def test_it_knows_exactly_the_keys_that_the_reader_knows() -> None:
    assert set(SCHEMA["properties"]) == set(KEYS)
    assert set(SCHEMA["$defs"]["step"]["properties"]) == set(STEP_KEYS)


def test_the_shipped_runbooks_follow_it() -> None:
    schema = runbook_schema(ActionCatalogue())
    for path in RUNBOOKS.glob("*.yaml"):
        document, _ = read_yaml(path.read_text(), path.name)
        assert document is not None
        Draft202012Validator(schema).validate(document.data)


@pytest.mark.parametrize(
    "step",
    [
        "{ id: a, uses: wait, with: { duration: 1m } }",
        "{ id: a, uses: wait, with: { duration: '${{ inputs.x }}' }, if: true, needs: [b], expect: 1h30m }",
        "{ id: a, uses: wait, with: { duration: 1s }, on_deadline: 'fallback:b', retry: { attempts: 3, delay: 1m } }",
        "{ id: a, uses: wait, with: { duration: 1s }, store: { name: a, ephemeral: true }, undo: never }",
        "{ id: a, uses: app.deploy, foreach: [a], with: "
        "{ region: eu-west-1, service: s, desired_count: '${{ steps.x.y }}', ports: [1, '${{ item }}'], "
        "limits: { min: '${{ item }}', max: 2 } } }",
        "{ id: a, uses: runbook, with: { runbook: child, inputs: { x: [1] } } }",
    ],
)
def test_it_takes_what_the_language_allows(step: str) -> None:
    assert errors(f"steps:\n  - {step}\n") == []


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("steps: []\n", "$.steps"),
        ("step: []\n", "$"),
        ("steps: [{ id: a, uses: wate }]\n", "$.steps[0].uses"),
        ("steps: [{ id: a, uses: wait }]\n", "$.steps[0]"),
        ("steps: [{ id: a, uses: wait, with: { duration: 5 } }]\n", "$.steps[0].with.duration"),
        ("steps: [{ id: a, uses: wait, with: { duration: 1m, x: 1 } }]\n", "$.steps[0].with"),
        ("steps: [{ id: a, uses: wait, with: { duration: 1m }, marks: onset }]\n", "$.steps[0].marks"),
        ("steps: [{ id: a, uses: wait, with: { duration: 1m }, deadline: 5 }]\n", "$.steps[0].deadline"),
        ("steps: [{ id: a, uses: runbook, with: { runbook: b }, store: x }]\n", "$.steps[0]"),
        ("inputs: { x: { type: strng } }\nsteps: []\n", "$.inputs.x.type"),
    ],
)
def test_it_refuses_what_the_language_refuses(text: str, path: str) -> None:
    assert path in errors(text)


def test_the_definitions_of_two_actions_do_not_mix() -> None:
    assert "dns.switch.Record" in SCHEMA["$defs"]
    assert SCHEMA["$defs"]["dns.switch"]["properties"]["records"]["anyOf"][0]["items"]["anyOf"][0] == {
        "$ref": "#/$defs/dns.switch.Record"
    }
