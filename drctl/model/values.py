"""The values that flow between steps, and the kinds by which references are checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None
Json: TypeAlias = Scalar | Sequence["Json"] | Mapping[str, "Json"]

EMPTY: Mapping[str, Json] = MappingProxyType({})


class ValueKind(StrEnum):
    """What kind of value an input, a parameter or an output holds.

    A reference fits a parameter of the same kind. `string` takes every scalar kind,
    because text can show each of them; nothing else converts by itself.
    """

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    REGION = "region"
    DURATION = "duration"
    TIMESTAMP = "timestamp"
    LIST = "list"
    OBJECT = "object"

    def fits(self, wanted: ValueKind) -> bool:
        """Whether a value of this kind may be given where `wanted` is asked for."""
        if self is wanted:
            return True
        if wanted is ValueKind.STRING:
            return self not in (ValueKind.LIST, ValueKind.OBJECT)
        return self is ValueKind.INTEGER and wanted is ValueKind.NUMBER
