"""Whether an output is of the kind that its action has declared."""

from __future__ import annotations

from drctl.model.duration import parse_duration
from drctl.model.instant import parse_instant
from drctl.model.region import parse_region
from drctl.model.values import ValueKind


def is_of_kind(kind: ValueKind, value: object) -> bool:
    """Whether a later step that refers to `value` gets what was declared."""
    match kind:
        case ValueKind.STRING:
            return isinstance(value, str)
        case ValueKind.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case ValueKind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case ValueKind.BOOLEAN:
            return isinstance(value, bool)
        case ValueKind.LIST:
            return isinstance(value, list | tuple)
        case ValueKind.OBJECT:
            return isinstance(value, dict)
    parsers = {
        ValueKind.REGION: parse_region,
        ValueKind.DURATION: parse_duration,
        ValueKind.TIMESTAMP: parse_instant,
    }
    try:
        parsers[kind](str(value))
    except ValueError:
        return False
    return isinstance(value, str)
