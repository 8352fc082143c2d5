"""What is known of an action without running it, as a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields
from datetime import timedelta
from typing import Any

from drctl.aws.control_planes import plane_of
from drctl.model.duration import format_duration
from drctl.ports.action import ActionSpec, Origin, Permission
from drctl.report.on_failure import on_failure
from drctl.report.parameter_docs import described
from drctl.report.plain_json import plain, seconds


def action_document(
    spec: ActionSpec, schema: Mapping[str, Any], permissions: Sequence[Permission], origin: Origin | None = None
) -> dict[str, Any]:
    """One action. `permissions` are those of its example, which has the narrowest resources that can be shown.

    `origin` is the installed package that it comes from; None for drctl's own.
    """
    meanings = described(spec.params)
    return {
        "kind": spec.kind,
        "from": str(origin) if origin is not None else "drctl",
        "summary": spec.summary,
        "parameters": [_parameter(field, schema, meanings.get(field.name, "")) for field in fields(spec.params)],
        "outputs": {name: str(kind) for name, kind in spec.outputs.items()},
        "operations": list(spec.operations),
        "depends_on": depends_on(spec.operations),
        "on_failure": list(on_failure(spec)),
        "permissions": [plain(permission) for permission in permissions],
        "mutating": spec.mutating,
        "irreversible": spec.irreversible,
        "asks_person": spec.asks_person,
        "recovers_store": spec.recovers_store,
        "expect_s": seconds(spec.expect),
        "deadline_s": seconds(spec.deadline),
        "example": spec.example,
    }


def depends_on(operations: Sequence[str]) -> list[dict[str, Any]]:
    """What has to work at the other end of the calls, and for which of them."""
    planes: dict[str, list[str]] = {}
    for operation in operations:
        planes.setdefault(plane_of(operation), []).append(operation)
    return [{"on": plane, "operations": needed} for plane, needed in planes.items()]


def _parameter(field: Field[Any], schema: Mapping[str, Any], meaning: str) -> dict[str, Any]:
    kind = type_of(schema["properties"][field.name], schema)
    if field.default is MISSING and field.default_factory is MISSING:
        return {"name": field.name, "type": kind, "meaning": meaning, "required": True}
    default = field.default_factory() if field.default_factory is not MISSING else field.default
    # As it is written in a runbook: 5m, not a number of seconds.
    written = format_duration(default) if isinstance(default, timedelta) else plain(default)
    return {"name": field.name, "type": kind, "meaning": meaning, "required": False, "default": written}


def type_of(field: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """The type of a parameter in the words of the runbook language."""
    if "$ref" in field:
        return type_of(schema["$defs"][field["$ref"].rsplit("/", 1)[-1]], schema)
    if "anyOf" in field:
        kinds = [type_of(choice, schema) for choice in field["anyOf"] if choice.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in field:
        return " or ".join(str(word) for word in field["enum"])
    if field.get("format") in _FORMATS:
        return _FORMATS[field["format"]]
    match field.get("type"):
        case "array":
            return f"list of {type_of(field.get('items', {}), schema)}"
        case "object" if "properties" in field:
            return f"{{{', '.join(_key(name, field) for name in field['properties'])}}}"
        case str() as kind:
            return kind
    return "any"


_FORMATS = {"aws-region": "region", "drctl-duration": "duration", "date-time": "timestamp", "duration": "duration"}


def _key(name: str, field: Mapping[str, Any]) -> str:
    return name if name in field.get("required", ()) else f"{name}?"
