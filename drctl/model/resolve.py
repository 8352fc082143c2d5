"""References become the values that were recorded for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from drctl.model.reference import Reference, Template, Value
from drctl.model.values import Json


class Unrecorded(Exception):
    """A reference names a value that no step has recorded (it was skipped, or failed)."""

    def __init__(self, reference: Reference) -> None:
        super().__init__(f"{reference} was not recorded")
        self.reference = reference


def resolve(value: Value, lookup: Callable[[Reference], Json]) -> Json:
    """`value` with every reference replaced by what `lookup` gives for it.

    `lookup` raises `Unrecorded` for what it does not have; that passes through.
    """
    if isinstance(value, Reference):
        return lookup(value)
    if isinstance(value, Template):
        return "".join(p if isinstance(p, str) else as_text(lookup(p)) for p in value.parts)
    if isinstance(value, Mapping):
        return {key: resolve(inner, lookup) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [resolve(inner, lookup) for inner in value]
    return value


def as_text(value: Json) -> str:
    """A single value as text shows it."""
    # The YAML spelling, so that "${{ inputs.flag }}" reads as it was written.
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
