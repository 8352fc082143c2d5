"""From a document to a frozen dataclass: strict, closed, every problem at once with its place.

pydantic does the checking. Around it we read spans (`20m`), let an empty section stand
for one without anything in it, and say what is wrong in the words of the file.
"""

from __future__ import annotations

import copy
import difflib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, is_dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from drctl.loading.shapes import GAP, bare, filler, has_default, hint_at, keys_of, values_of, words_of
from drctl.loading.yaml_source import Document, Path
from drctl.model.duration import parse_duration
from drctl.model.problem import Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """What a document says.

    With problems, `value` is what could be read of it, so that the rest can be checked
    too; `gaps` are the paths at which something stands that nobody wrote.
    """

    value: T | None
    problems: tuple[Problem, ...] = ()
    gaps: frozenset[Path] = frozenset()


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def adapter_of(wanted: type[T]) -> TypeAdapter[T]:
    """The validator of a dataclass, built once."""
    if wanted not in _adapters:
        _adapters[wanted] = TypeAdapter(wanted)
    return _adapters[wanted]


def check_document(document: Document, wanted: type[T]) -> Checked[T]:
    """`document` as a `wanted`, or everything that is wrong with its shape. Never raises for what it holds."""
    if not isinstance(document.data, dict):
        return Checked(None, (document.problem((), f"expected keys and values, got {_show(document.data)}"),))
    wrong: list[tuple[Path, str]] = []
    data = _prepared(wanted, document.data, (), lambda path, message: wrong.append((path, message)))
    problems = [document.problem(path, message) for path, message in wrong]
    gaps = frozenset(path for path, _ in wrong)
    adapter = adapter_of(wanted)
    try:
        return Checked(adapter.validate_json(json.dumps(data)), tuple(problems), gaps)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
    problems += [_problem(document, wanted, detail) for detail in details]
    gaps |= {path for detail in details for path in _gaps(wanted, detail)}
    try:
        value = adapter.validate_json(json.dumps(_repaired(data, wanted, details)))
    except ValidationError:
        # Too broken to guess at the rest; what we have found is reported.
        return Checked(None, tuple(sorted(problems)), gaps)
    return Checked(value, tuple(sorted(problems)), gaps)


def plain_data(document: Document, wanted: type[Any]) -> dict[str, Any]:
    """What a document without problems says, and no default with it, in the form its dataclass is read from."""
    data: dict[str, Any] = _prepared(wanted, document.data, (), lambda _path, _message: None)
    return data


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return near[0] if near else None


Wrong = Callable[[Path, str], None]


def _prepared(hint: Any, data: Any, path: Path, wrong: Wrong) -> Any:
    """`data` as pydantic reads it from JSON: spans in ISO form, empty sections as empty mappings and lists."""
    wanted = bare(hint)
    if wanted is timedelta and data is not None:
        return _iso_span(data, path, wrong)
    if data is None and wanted is hint and (is_dataclass(wanted) or values_of(wanted) is not None):
        return {} if is_dataclass(wanted) else filler(wanted)
    if isinstance(wanted, type) and issubclass(wanted, Enum) and isinstance(data, int) and not isinstance(data, bool):
        return str(data)
    match data:
        case dict():
            return {key: _prepared(hint_at(wanted, (key,)), value, (*path, key), wrong) for key, value in data.items()}
        case list():
            inner = values_of(wanted)
            return [_prepared(inner, value, (*path, place), wrong) for place, value in enumerate(data)]
        case str():
            return _clean_text(data, path, wrong)
    return data


def _iso_span(data: Any, path: Path, wrong: Wrong) -> str:
    try:
        if not isinstance(data, str):
            raise ValueError(f"expected a duration such as 45s, 20m or 1h30m, got {_show(data)}")
        return f"PT{int(parse_duration(data).total_seconds())}S"
    except ValueError as error:
        wrong(path, str(error))
        return "PT0S"


def _clean_text(text: str, path: Path, wrong: Wrong) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        # An escape such as "\\ud800" alone is half a character: neither JSON nor a terminal can hold it.
        wrong(path, f"has half a character in it: {_show(text)}")
        return GAP
    return text


def _problem(document: Document, wanted: type[Any], detail: Mapping[str, Any]) -> Problem:
    path: Path = detail["loc"]
    match detail["type"]:
        case "missing":
            return document.problem(path, "is missing", at_key=True)
        case "unexpected_keyword_argument":
            known = keys_of(bare(hint_at(wanted, path[:-1])))
            near = nearest(str(path[-1]), known)
            return document.problem(path, f"unknown key {path[-1]!r}", near, at_key=True)
        case "literal_error" | "enum":
            words = words_of(hint_at(wanted, path))
            given = detail["input"]
            near = nearest(given, words) if isinstance(given, str) else None
            return document.problem(path, f"expected one of {', '.join(words)}, got {_show(given)}", near)
    return document.problem(path, _told(detail))


def _told(detail: Mapping[str, Any]) -> str:
    given = detail["input"]
    if detail["type"] == "string_type" and isinstance(given, int | float) and not isinstance(given, bool):
        # Not shown quoted: of 012345678901 the number has lost the zero.
        return f"expected text, got the number {given}; put it in quotes"
    wanted = {
        "string_type": "text",
        "int_type": "a whole number",
        "float_type": "a number",
        "bool_type": "true or false",
        "tuple_type": "a list",
        "mapping_type": "keys and values",
        "dict_type": "keys and values",
        "dataclass_type": "keys and values",
    }.get(detail["type"])
    if wanted is None:
        return f"must be {detail['msg'].removeprefix('Input should be ')}, got {_show(given)}"
    return f"expected {wanted}, got {_show(given)}"


def _show(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case dict():
            return "keys and values"
        case list():
            return "a list"
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _gaps(wanted: type[Any], detail: Mapping[str, Any]) -> tuple[Path, ...]:
    path: Path = detail["loc"]
    if detail["type"] != "unexpected_keyword_argument":
        return (path,)
    # What stands under a misspelt key is not known under its right one either.
    near = nearest(str(path[-1]), keys_of(bare(hint_at(wanted, path[:-1]))))
    return (path,) if near is None else (path, (*path[:-1], near))


def _without_branch(data: Any, path: Path) -> Path:
    """The path as far as `data` goes: of a value that may be of several types, pydantic names one behind it."""
    for depth, part in enumerate(path):
        match data, part:
            case dict(), _:
                data = data.get(part)
            case list(), int():
                data = data[part]
            case _:
                return path[:depth]
    return path


def _repaired(data: Any, wanted: type[Any], details: Iterable[Mapping[str, Any]]) -> Any:
    """`data` without what is wrong in it: left out where it may be, filled in where it must not."""
    data = copy.deepcopy(data)
    # The deepest first, so that a place is still there when its turn comes.
    for detail in sorted(details, key=lambda detail: -len(detail["loc"])):
        path = _without_branch(data, detail["loc"])
        owner: Any = data
        for part in path[:-1]:
            owner = owner[part]
        if not path:
            return filler(wanted)
        if detail["type"] == "unexpected_keyword_argument" or has_default(wanted, path):
            owner.pop(path[-1], None)
        else:
            owner[path[-1]] = filler(hint_at(wanted, path))
    return data
