"""Events as JSON and back, by the types they declare.

What cannot be read exactly is an error: a journal is evidence, and a guess at a
missing or misspelt field would be forged evidence.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from drctl.model import events as e
from drctl.model.events import Event

_CLASSES: Mapping[str, type[Any]] = {cls.__name__: cls for cls in typing.get_args(Event)}
_NAMES: Mapping[type[Any], str] = {cls: name for name, cls in _CLASSES.items()}


class UnreadableEvent(ValueError):
    """Text that is not an event of this vocabulary."""


def encode(event: Event) -> str:
    """`event` as one line of canonical JSON: sorted keys, no white space."""
    body = {"type": _NAMES[type(event)], **_plain_fields(event)}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def decode(text: str) -> Event:
    """The event that `text` holds. Raises UnreadableEvent, naming what is wrong, for anything else."""
    try:
        body = json.loads(text)
    except ValueError as error:
        raise UnreadableEvent(f"not JSON: {error}") from error
    if not isinstance(body, dict) or body.get("type") not in _CLASSES:
        kind = body.get("type") if isinstance(body, dict) else None
        raise UnreadableEvent(f"no event is called {kind!r}")
    if body["type"] == "RunStarted" and body.get("schema", 0) > e.SCHEMA:
        raise UnreadableEvent(f"written by a newer drctl (schema {body['schema']}; this one reads {e.SCHEMA})")
    read: Reader = _reader(_CLASSES[body.pop("type")])  # type: ignore[arg-type]
    event: Event = read(body)
    return event


def _plain_fields(value: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if dataclasses.is_dataclass(value):
        return _plain_fields(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


Reader = Callable[[Any], Any]


@cache
def _reader(cls: Any) -> Reader:
    """A function that makes a `cls` of plain JSON, built once for each type."""
    if cls is datetime:
        return _read_instant
    if cls is timedelta:
        return lambda value: timedelta(seconds=_expect(value, (int, float)))
    if dataclasses.is_dataclass(cls):
        return _dataclass_reader(cls)
    origin = typing.get_origin(cls)
    if origin is types.UnionType or origin is typing.Union:
        return _union_reader(typing.get_args(cls))
    if origin is tuple:
        inner = _reader(typing.get_args(cls)[0])
        return lambda value: tuple(inner(one) for one in _expect(value, (list,)))
    if isinstance(cls, type) and issubclass(cls, StrEnum):
        return _enum_reader(cls)
    if isinstance(cls, type) and cls in (str, int, float, bool):
        return lambda value: _expect(value, (int, float) if cls is float else (cls,))
    # Mapping[str, Json]: plain data stays plain data.
    return lambda value: _expect(value, (dict,))


def _dataclass_reader(cls: Any) -> Reader:
    hints = typing.get_type_hints(cls)
    readers = {field.name: _reader(_hashable(hints[field.name])) for field in dataclasses.fields(cls)}
    required = {
        f.name
        for f in dataclasses.fields(cls)
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    }

    def read(value: Any) -> Any:
        body = _expect(value, (dict,))
        if unknown := body.keys() - readers.keys():
            raise UnreadableEvent(f"{cls.__name__} has no {', '.join(sorted(unknown))}")
        if missing := required - body.keys():
            raise UnreadableEvent(f"{cls.__name__} lacks {', '.join(sorted(missing))}")
        return cls(**{name: readers[name](inner) for name, inner in body.items()})

    return read


def _hashable(hint: Any) -> Any:
    # Mapping[str, Json] holds a recursive alias that typing cannot always hash; its reader is the same for all.
    return dict if typing.get_origin(hint) in (Mapping, dict) or hint is Mapping or _is_mapping(hint) else hint


def _is_mapping(hint: Any) -> bool:
    origin = typing.get_origin(hint)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _union_reader(choices: tuple[Any, ...]) -> Reader:
    (inner,) = (choice for choice in choices if choice is not type(None))
    read = _reader(inner)
    return lambda value: None if value is None else read(value)


def _enum_reader(cls: type[StrEnum]) -> Reader:
    def read(value: Any) -> StrEnum:
        try:
            return cls(value)
        except ValueError as error:
            raise UnreadableEvent(str(error)) from error

    return read


def _read_instant(value: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(_expect(value, (str,)))
    except ValueError as error:
        raise UnreadableEvent(f"not an instant: {value!r}") from error
    if instant.tzinfo is None:
        raise UnreadableEvent(f"an instant without its offset: {value!r}")
    return instant


def _expect(value: Any, kinds: tuple[type[Any], ...]) -> Any:
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise UnreadableEvent(f"expected {' or '.join(k.__name__ for k in kinds)}, got {value!r}")
    return value
