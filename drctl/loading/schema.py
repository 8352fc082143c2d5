"""The JSON Schema of runbooks, with the parameters of every action: for editors, and for `drctl schema`.

It follows the reader (`drctl.loading.language`), which says more: what an editor cannot
see, such as an unknown step or a cycle, is told by `drctl validate`.
"""

from __future__ import annotations

from collections.abc import Mapping

from drctl.loading.action_schemas import REFERENCE, Schema, parameter_schemas
from drctl.loading.language.drafts import NESTED
from drctl.loading.language.inputs import KINDS
from drctl.loading.language.steps import ID, OWN
from drctl.loading.language.structure import VERSION
from drctl.loading.schemas import DRAFT, SPAN
from drctl.model.plan import AfterDrill, OnStop
from drctl.model.timing import SETTABLE
from drctl.model.values import Json
from drctl.ports.action import Catalogue

_NAME: Schema = {"type": "string", "pattern": f"^{ID.pattern}$"}
_VALUE: Schema = {"description": "Any value; text in it may hold references such as ${{ inputs.x }}"}


def runbook_schema(catalogue: Catalogue) -> Mapping[str, Json]:
    """The JSON Schema (2020-12) of a runbook whose steps use the actions of `catalogue`."""
    definitions: Schema = {
        "step": _step(catalogue),
        "stop": _stop(catalogue),
        "input": _input(),
        "duration": dict(SPAN),
    }
    for kind in _usable(catalogue):
        definitions |= parameter_schemas(catalogue, kind)
    steps: Schema = {"type": "array", "items": {"$ref": "#/$defs/step"}}
    return {
        "$schema": DRAFT,
        "title": "A drctl runbook: how a system is brought back",
        "type": "object",
        "additionalProperties": False,
        "required": ["runbook", "title", "version", "objectives", "steps"],
        "properties": {
            "runbook": {**_NAME, "description": "The name on the command line, and of the file"},
            "title": _text("What it does, in a sentence for the people who run it"),
            "owner": _text("Who has to see to what its runs find"),
            "version": {"const": VERSION, "description": "The version of this language"},
            "objectives": _objectives(),
            "after_drill": {
                "enum": list(AfterDrill),
                "description": "`undo` takes back what a drill has changed, once it has reached its end",
            },
            "inputs": {
                "type": "object",
                "additionalProperties": {"$ref": "#/$defs/input"},
                "description": "What is given with --set, and read as ${{ inputs.NAME }}",
            },
            "scenario": _text("What a simulated drill breaks first"),
            "variables": {
                "type": "object",
                "description": "What ${{ env.NAME }} stands for where the environment does not say",
            },
            "steps": {**steps, "minItems": 1},
            "finally": {**steps, "description": "Run at the end, whatever happened before"},
            "stop_when": {
                "type": "array",
                "items": {"$ref": "#/$defs/stop"},
                "description": "Checks that are looked at for as long as the run goes on, and stop it",
            },
            "sustain": _sustain(),
            "outputs": {
                "type": "object",
                "additionalProperties": _VALUE,
                "description": "What a runbook that nests this one reads as ${{ steps.STEP.NAME }}",
            },
        },
        "$defs": definitions,
    }


def _objectives() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["rto"],
        "properties": {
            "rto": _span("How long the recovery may take"),
            "rpo": _span("How much data may be lost; left out where the runbook recovers no data"),
        },
    }


def _sustain() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["for", "checks"],
        "description": "What has to stay green after `verified`",
        "properties": {
            "for": _span("For how long"),
            "every": _span("How often it is looked at; a minute where nothing is said"),
            "checks": {
                "type": "array",
                "minItems": 1,
                "uniqueItems": True,
                "items": {"type": "string"},
                "description": "Steps that only look, by their ids",
            },
        },
    }


def _input() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["type"],
        "properties": {
            "type": {"enum": list(KINDS)},
            "default": {"description": "Without one, the input is required; null makes it one that may be left out"},
            "choices": {"type": "array", "minItems": 1},
            "description": {"type": "string"},
        },
    }


def _usable(catalogue: Catalogue) -> tuple[str, ...]:
    """What a step can use: an action that cannot be loaded has no parameters to tell of."""
    return tuple(kind for kind in catalogue.kinds() if catalogue.spec(kind) is not None)


def _step(catalogue: Catalogue) -> Schema:
    kinds = _usable(catalogue)
    needing = [kind for kind in kinds if catalogue.schema(kind).get("required")]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "uses"],
        "properties": {
            "id": {**_NAME, "description": "Its name in `needs` and references; unique in the runbook"},
            "title": _text("What it does, for the person who watches"),
            "uses": {"enum": [*kinds, NESTED], "description": "The action, or `runbook` for the steps of another one"},
            "account": _text("The account it runs in, by its name in the environment"),
            "needs": {
                "type": "array",
                "items": {"type": "string"},
                "uniqueItems": True,
                "description": "The steps that must have ended well before",
            },
            "if": {"type": ["string", "boolean"], "description": "Skipped unless this holds: inputs.x == 'a' && …"},
            "foreach": {
                "anyOf": [{"type": "array"}, REFERENCE],
                "description": "Once for each of these, as STEP[KEY]; each is read as ${{ item }}",
            },
            "with": {"type": "object", "description": "The parameters of the action"},
            **_policies(),
        },
        "allOf": [
            *(_when(kind, {"with": {"$ref": f"#/$defs/{kind}"}}, kind in needing) for kind in kinds),
            _when(NESTED, {"with": _nested(), **dict.fromkeys(OWN, False)}, True),
        ],
    }


def _stop(catalogue: Catalogue) -> Schema:
    """A stop condition: a check by an action that only looks."""
    kinds = [kind for kind in _usable(catalogue) if _only_looks(catalogue, kind)]
    needing = [kind for kind in kinds if catalogue.schema(kind).get("required")]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "uses"],
        "properties": {
            "id": {**_NAME, "description": "Its name; no step has the same"},
            "title": _text("What it watches, for the person who is told that it has stopped the run"),
            "uses": {"enum": kinds, "description": "The action; one that only looks"},
            "account": _text("The account it looks in, by its name in the environment"),
            "with": {"type": "object", "description": "The parameters of the action"},
            "then": {"enum": list(OnStop), "description": "hold (a person decides), abort, or undo"},
            "every": _span("How often it is looked at; a minute where nothing is said"),
        },
        "allOf": [_when(kind, {"with": {"$ref": f"#/$defs/{kind}"}}, kind in needing) for kind in kinds],
    }


def _only_looks(catalogue: Catalogue, kind: str) -> bool:
    spec = catalogue.spec(kind)
    return spec is not None and not spec.mutating and not spec.asks_person


def _policies() -> Schema:
    return {
        "expect": _span("How long it should take; history replaces it"),
        "deadline": _span("When `on_deadline` decides"),
        "on_deadline": {
            "type": "string",
            "pattern": r"^(hold|fail|fallback:\s*\S+)$",
            "description": "hold (ask a person), fail, or fallback:STEP",
        },
        "retry": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "attempts": {"type": "integer", "minimum": 1, "maximum": 20},
                "delay": {"$ref": "#/$defs/duration"},
            },
        },
        "critical": {"type": "boolean", "description": "false: the others go on if it fails"},
        "source_side": {"type": "boolean", "description": "It needs the Region that may be lost: a minute, at best"},
        "adopt": {"type": "boolean", "description": "Take over what is there already and was not made by this run"},
        "marks": {"enum": sorted(SETTABLE), "description": "The instant of the recovery that its end is"},
        "store": {
            "description": "The data store whose recovery point it establishes",
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["name"],
                    "properties": {"name": {"type": "string"}, "ephemeral": {"type": "boolean"}},
                },
            ],
        },
        "undo": {"enum": ["auto", "never"], "description": "Whether a drill that failed takes it back"},
    }


def _nested() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["runbook"],
        "properties": {
            "runbook": {"type": "string", "description": "Its name, or its path from this file"},
            "inputs": {"type": "object", "additionalProperties": _VALUE},
        },
    }


def _when(kind: str, properties: Schema, needs_with: bool) -> Schema:
    then: Schema = {"properties": properties}
    if needs_with:
        then["required"] = ["with"]
    return {"if": {"properties": {"uses": {"const": kind}}, "required": ["uses"]}, "then": then}


def _text(description: str) -> Schema:
    return {"type": "string", "pattern": r"\S", "description": description}


def _span(description: str) -> Schema:
    return {"$ref": "#/$defs/duration", "description": description}
