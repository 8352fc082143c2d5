"""Events as JSON and back, by the types they declare.

What cannot be read exactly is an error: a journal is evidence, and a guess at a
missing or misspelt field would be forged evidence.
"""

from __future__ import annotations

import dataclasses
import json
import math
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
    """`event` as one line of canonical JSON: sorted keys, no white space.

    What JSON or UTF-8 cannot hold is never the event's own, but some program's or service's answer: a number that is
    none becomes null, and half a character becomes U+FFFD. A run does not end over it.
    """
    body = {"type": _NAMES[type(event)], **_plain_fields(event)}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def decode(text: str) -> Event:
    """The event that `text` holds. Raises UnreadableEvent, naming what is wrong, for anything else."""
    body = _parsed(text)
    kind = body.pop("type", None) if isinstance(body, dict) else None
    if not isinstance(kind, str) or kind not in _CLASSES:
        raise UnreadableEvent(f"no event is called {_shown(kind)}")
    if kind == "RunStarted" and (schema := _expect(body.get("schema", 0), (int,))) > e.SCHEMA:
        raise UnreadableEvent(f"written by a newer drctl (schema {schema}; this one reads {e.SCHEMA})")
    read: Reader = _reader(_CLASSES[kind])  # type: ignore[arg-type]
    event: Event = read(body)
    return event


def _parsed(text: str) -> Any:
    """The plain data that `text` holds, without what `encode` never writes."""
    try:
        body = json.loads(text, parse_float=_finite, parse_constant=_finite)
        if "\\u" in text:
            json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise UnreadableEvent("not JSON: half a character in it") from None
    except ValueError as error:
        raise UnreadableEvent(f"not JSON: {error}") from error
    except RecursionError:
        raise UnreadableEvent("not JSON: nested too deeply") from None
    return body


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number")
    return number


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
        return {_whole(str(key)): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return _whole(value) if isinstance(value, str) else value


def _whole(text: str) -> str:
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


Reader = Callable[[Any], Any]


@cache
def _reader(cls: Any) -> Reader:
    """A function that makes a `cls` of plain JSON, built once for each type."""
    if cls is datetime:
        return _read_instant
    if cls is timedelta:
        return _read_span
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
    if cls is float:
        return _read_number
    if isinstance(cls, type) and cls in (str, int, bool):
        return lambda value: _expect(value, (cls,))
    if cls is _TEXTS:
        return lambda value: {key: _expect(inner, (str,)) for key, inner in _expect(value, (dict,)).items()}
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
            raise UnreadableEvent(f"{cls.__name__} has no {_shown(', '.join(sorted(unknown)))[1:-1]}")
        if missing := required - body.keys():
            raise UnreadableEvent(f"{cls.__name__} lacks {', '.join(sorted(missing))}")
        return cls(**{name: readers[name](inner) for name, inner in body.items()})

    return read


_TEXTS = "texts by name"


def _hashable(hint: Any) -> Any:
    # Mapping[str, Json] holds a recursive alias that typing cannot always hash; its reader is the same for all.
    if not _is_mapping(hint):
        return hint
    return _TEXTS if typing.get_args(hint) == (str, str) else dict


def _is_mapping(hint: Any) -> bool:
    origin = typing.get_origin(hint)
    return hint is Mapping or (isinstance(origin, type) and issubclass(origin, Mapping))


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
        raise UnreadableEvent(f"not an instant: {_shown(value)}") from error
    if instant.tzinfo is None:
        raise UnreadableEvent(f"an instant without its offset: {value!r}")
    # Beyond these, what is computed from it (in UTC, an objective later) has no calendar any more.
    if not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
        raise UnreadableEvent(f"an instant of no recovery: {value!r}")
    return instant


_FIRST_YEAR, _LAST_YEAR = 1970, 9000
_LONGEST = timedelta(days=36_600)


def _read_span(value: Any) -> timedelta:
    seconds = _read_number(value)
    if abs(seconds) > _LONGEST.total_seconds():
        raise UnreadableEvent(f"a span of more than a hundred years: {_shown(value)}")
    return timedelta(seconds=seconds)


def _read_number(value: Any) -> Any:
    number = _expect(value, (int, float))
    try:
        float(number)
    except OverflowError:
        raise UnreadableEvent(f"a number that is too large: {_shown(value)}") from None
    return number


def _expect(value: Any, kinds: tuple[type[Any], ...]) -> Any:
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise UnreadableEvent(f"expected {' or '.join(k.__name__ for k in kinds)}, got {_shown(value)}")
    return value


def _shown(value: Any) -> str:
    try:
        shown = repr(value)
    except ValueError:
        # Python writes no numeral of more than some thousand digits.
        shown = "a number with thousands of digits"
    return shown if len(shown) <= 80 else f"{shown[:77]}..."
