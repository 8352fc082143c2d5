"""The schema of an action's `with:` as it stands in a runbook: a reference may be wherever a value is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drctl.ports.action import Catalogue

Schema = dict[str, Any]

REFERENCE: Schema = {"type": "string", "pattern": r"\$\{\{.*\}\}", "description": "A reference such as ${{ inputs.x }}"}


def parameter_schemas(catalogue: Catalogue, kind: str) -> Schema:
    """The definitions of one action: its parameters under its name, and what they are made of under `kind.part`."""
    schema = dict(catalogue.schema(kind))
    definitions = schema.pop("$defs", {})
    spec = catalogue.spec(kind)
    top = _open(schema, kind)
    if spec is not None:
        top["description"] = spec.summary
    inner = definitions.items() if isinstance(definitions, Mapping) else ()
    return {kind: top} | {f"{kind}.{name}": _referable(_open(each, kind)) for name, each in inner}


def _open(schema: Any, kind: str) -> Any:
    """`schema` with references allowed in every value inside it."""
    if not isinstance(schema, Mapping):
        return schema
    opened: Schema = {}
    for key, value in schema.items():
        if key == "$ref":
            opened[key] = str(value).replace("#/$defs/", f"#/$defs/{kind}.")
        elif key == "properties":
            opened[key] = {name: _referable(_open(inner, kind)) for name, inner in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, Mapping):
            opened[key] = _referable(_open(value, kind))
        elif key in ("anyOf", "oneOf", "allOf", "prefixItems") and isinstance(value, Sequence):
            opened[key] = [_open(inner, kind) for inner in value]
        else:
            opened[key] = value
    return opened


def _referable(schema: Schema) -> Schema:
    about: Schema = {key: schema[key] for key in ("title", "description", "default") if key in schema}
    bare = {key: value for key, value in schema.items() if key not in about}
    return {**about, "anyOf": [bare, REFERENCE]}
