"""What a dataclass asks for at each place of a document, found from its annotations.

The dataclasses are built of text, numbers, truth values, spans, enumerations, tuples,
mappings with text keys, other dataclasses, and any of these or nothing (`X | None`).
"""

from __future__ import annotations

import functools
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, Literal

from drctl.loading.yaml_source import Path

GAP = "\0"
"""Stands where required text is missing or wrong, so that the rest can be checked too; no name is ever this."""


@functools.cache
def keys_of(wanted: Any) -> Mapping[str, Field[Any]]:
    """The fields of a dataclass by the keys they have in a document."""
    return {field.metadata.get("alias", field.name): field for field in fields(wanted)}


@functools.cache
def _hints(wanted: Any) -> Mapping[str, Any]:
    return typing.get_type_hints(wanted)


def hint_of(wanted: Any, key: str) -> Any:
    """What the field with that key asks for; None where there is no such field."""
    field = keys_of(wanted).get(key)
    return None if field is None else _hints(wanted)[field.name]


def bare(hint: Any) -> Any:
    """`X` of `X | None`; anything else as it is."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        inner = [part for part in typing.get_args(hint) if part is not types.NoneType]
        return inner[0] if len(inner) == 1 else hint
    return hint


def allows_nothing(hint: Any) -> bool:
    """Whether null may stand for a value of that type."""
    return types.NoneType in typing.get_args(hint)


def values_of(hint: Any) -> Any:
    """What each value of a mapping or tuple type is; None for any other type."""
    origin, arguments = typing.get_origin(bare(hint)), typing.get_args(bare(hint))
    if origin is tuple:
        return arguments[0]
    return arguments[1] if isinstance(origin, type) and issubclass(origin, Mapping) else None


def words_of(hint: Any) -> tuple[str, ...]:
    """The words that a Literal or an enumeration allows; none for any other type."""
    hint = bare(hint)
    if typing.get_origin(hint) is Literal:
        return tuple(str(word) for word in typing.get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return tuple(str(member.value) for member in hint)
    return ()


def hint_at(wanted: Any, path: Path) -> Any:
    """What `wanted` asks for at `path`; None where it has no such place."""
    for part in path:
        wanted = bare(wanted)
        wanted = hint_of(wanted, str(part)) if is_dataclass(wanted) else values_of(wanted)
        if wanted is None:
            return None
    return wanted


def filler(hint: Any) -> Any:
    """Plain data that `hint` accepts, with GAP for text."""
    hint, wanted = bare(hint), hint
    if allows_nothing(wanted):
        return None
    if isinstance(hint, type) and is_dataclass(hint):
        return {
            key: filler(hint_of(hint, key))
            for key, field in keys_of(hint).items()
            if field.default is MISSING and field.default_factory is MISSING
        }
    if words := words_of(hint):
        return words[0]
    if values_of(hint) is not None:
        return [] if typing.get_origin(hint) is tuple else {}
    return {str: GAP, timedelta: "PT0S", bool: False}.get(hint, 0)


def has_default(wanted: Any, path: Path) -> bool:
    """Whether the place at `path` is a field that may be left out."""
    owner = bare(hint_at(wanted, path[:-1])) if path else None
    field = keys_of(owner).get(str(path[-1])) if isinstance(owner, type) and is_dataclass(owner) else None
    return field is not None and not (field.default is MISSING and field.default_factory is MISSING)
