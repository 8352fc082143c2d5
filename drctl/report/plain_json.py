"""Values as JSON that anybody can read: RFC 3339 instants in UTC, spans in seconds, never NaN."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeAlias

from drctl.model.instant import format_instant

Plain: TypeAlias = str | int | float | bool | list["Plain"] | dict[str, "Plain"] | None


def plain(value: Any) -> Plain:
    """`value` as plain JSON data. A number that JSON cannot hold becomes null: it was never a measurement."""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, timedelta):
        return seconds(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    if dataclasses.is_dataclass(value):
        return plain_fields(value)
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return str(value)


def plain_fields(value: Any) -> dict[str, Plain]:
    """The fields of a dataclass as plain JSON data."""
    return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}


def seconds(span: timedelta) -> float:
    """`span` in seconds, to the millisecond; a whole number of them without a fraction."""
    exact = round(span.total_seconds(), 3)
    return int(exact) if exact == int(exact) else exact


def instant_or_none(instant: datetime | None) -> str | None:
    return None if instant is None else format_instant(instant)


def seconds_or_none(span: timedelta | None) -> float | None:
    return None if span is None else seconds(span)


def to_text(document: Any) -> str:
    """`document` as indented JSON in plain ASCII, which every terminal and pipe takes."""
    return json.dumps(plain(document), indent=2, allow_nan=False)
