"""YAML as plain data with the place of every value: safe, strict and small.

Only what a runbook needs is read: mappings with text keys, lists, and scalars by the
YAML 1.2 core rules (so `on`, `yes` and `12:30` stay text). Tags, anchors, aliases,
merge keys, duplicate keys and oversized or deeply nested input are refused with
their place, before anything is built from them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from drctl.model.problem import Problem

MOST_BYTES = 1_000_000
MOST_DEPTH = 40
MOST_KEY = 200
# A large estate has four thousand. Each takes some fifty microseconds to read, and nobody waits longer for a mistake.
MOST_NODES = 50_000

_LONGEST = 500
"""Characters of a message."""

Path = tuple[str | int, ...]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its data, and for each path the 1-based (line, column) of the key and of the value."""

    file: str
    data: Any
    keys: Mapping[Path, Place]
    values: Mapping[Path, Place]

    def problem(self, path: Path, message: str, suggestion: str | None = None, *, at_key: bool = False) -> Problem:
        """A problem at `path`; at the nearest enclosing place where `path` itself is not in the text."""
        if len(message) > _LONGEST:
            # It quotes what somebody wrote; the place tells where the rest of it is.
            message = f"{message[: _LONGEST - 3]}..."
        places = (self.keys, self.values) if at_key else (self.values, self.keys)
        at = path
        while True:
            for table in places:
                if at in table:
                    line, column = table[at]
                    return Problem(self.file, line, column, show_path(path), message, suggestion)
            if not at:
                return Problem(self.file, 1, 1, show_path(path), message, suggestion)
            at = at[:-1]


def show_path(path: Path) -> str:
    """`steps[2].with.region`, as people write it."""
    shown = ""
    for part in path:
        if isinstance(part, int):
            shown += f"[{part}]"
        else:
            key = show_text(part)
            shown += f".{key}" if shown else key
    return shown or "(document)"


def show_text(text: str, most: int = 80) -> str:
    """`text` as a message can hold it: one line, no longer than a line, and nothing that commands a terminal."""
    shown = text if text.isprintable() else repr(text)[1:-1]
    return shown if len(shown) <= most else f"{shown[: most - 3]}..."


def read_yaml(text: str, file: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """The document in `text`, with what is wrong in its YAML; None where the rest cannot be read for that.

    A document with problems is there to find the other mistakes in it, and for nothing else. Never raises for
    what `text` holds.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return None, (Problem(file, 1, 1, "(document)", f"larger than {MOST_BYTES:,} bytes"),)
    reader = _Reader(file)
    loader = None
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if root is None:
            return None, (Problem(file, 1, 1, "(document)", "the file is empty"),)
        data = reader.build(root, ())
    except yaml.reader.ReaderError as error:
        line, column = _place_in(text, error.position)
        return None, (Problem(file, line, column, "(document)", f"not YAML: {_no_character(error)}"),)
    except yaml.MarkedYAMLError as error:
        line, column = _place(error.problem_mark or error.context_mark)
        told = " ".join(str(error.problem or error.context).split())
        return None, (Problem(file, line, column, "(document)", show_text(f"not YAML: {told}", 200)),)
    except (ValueError, OverflowError):
        # Of an escape beyond Unicode, or a version of YAML with thousands of digits, the scanner makes a number.
        line, column = _place(loader.get_mark() if loader is not None else None)
        return None, (Problem(file, line, column, "(document)", "not YAML: a number is too large"),)
    finally:
        if loader is not None:
            loader.dispose()
    return Document(file, data, reader.keys, reader.values), tuple(reader.problems)


def _place_in(text: str, position: int) -> Place:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def _no_character(error: yaml.reader.ReaderError) -> str:
    code = error.character
    return f"the character U+{code if isinstance(code, int) else ord(code[:1]):04X} is not allowed"


class _NotOurs(yaml.MarkedYAMLError):
    """YAML that this language does without, or has too much of."""


class _Loader(yaml.SafeLoader):
    """SafeLoader with the YAML 1.2 core scalars, refusing aliases while composing (they never expand).

    Depth and number of values are counted here too: nothing bigger is ever held, and what is refused has its place.
    """

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = self._nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            self._refuse("aliases are not part of this language", event)
        if event.anchor:
            self._refuse("anchors are not part of this language", event)
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._refuse(f"more than {MOST_NODES:,} values", event)
        if self._depth > MOST_DEPTH:
            self._refuse(f"nested deeper than {MOST_DEPTH} levels", event)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refuse(self, message: str, event: Any) -> NoReturn:
        raise _NotOurs(None, None, message, event.start_mark)


_CORE = "tag:yaml.org,2002:"
_SCALARS: Mapping[str, tuple[re.Pattern[str], list[str]]] = {
    "bool": (re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), list("tTfF")),
    "int": (re.compile(r"[-+]?[0-9]+\Z"), list("-+0123456789")),
    "float": (
        re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?\Z"),
        list("-+.0123456789"),
    ),
    "null": (re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""]),
}
for _name, (_form, _first) in _SCALARS.items():
    _Loader.add_implicit_resolver(f"{_CORE}{_name}", _form, _first)

_PLAIN_TAGS = {
    yaml.ScalarNode: {f"{_CORE}str", *(f"{_CORE}{name}" for name in _SCALARS)},
    yaml.SequenceNode: {f"{_CORE}seq"},
    yaml.MappingNode: {f"{_CORE}map"},
}


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.keys: dict[Path, Place] = {}
        self.values: dict[Path, Place] = {}
        self.problems: list[Problem] = []

    def build(self, node: yaml.Node, path: Path) -> Any:
        self.values[path] = _place(node.start_mark)
        if node.tag not in _PLAIN_TAGS[type(node)]:
            self._problem(node, path, f"the tag '{show_text(node.tag)}' is not part of this language")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(inner, (*path, place)) for place, inner in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._problem(key, path, "a key must be text")
                continue
            name = str(key.value)
            if name in built:
                self._problem(key, (*path, name), f"the key '{show_text(name)}' is here twice")
                continue
            if len(name) > MOST_KEY or not is_whole(name):
                fault = f"a key of more than {MOST_KEY} characters" if is_whole(name) else "a key with half a character"
                self._problem(key, path, fault)
                continue
            self.keys[(*path, name)] = _place(key.start_mark)
            built[name] = self.build(value, (*path, name))
        return built

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        text, kind = str(node.value), node.tag.removeprefix(_CORE)
        if kind in _SCALARS and not _SCALARS[kind][0].match(text):
            # Only a tag that is written out can claim what the text is not.
            self._problem(node, path, f"'{show_text(text)}' is not of the type that its tag says")
            return text
        match kind:
            case "bool":
                return text.lower() == "true"
            case "int":
                # int() of a very long numeral is refused by Python itself; that many digits are a mistake anyway.
                if len(text) > 40:
                    self._problem(node, path, "a number with more than 40 digits")
                    return 0
                return int(text)
            case "float":
                number = float(text)
                if math.isfinite(number):
                    return number
                # Neither JSON nor the journal can hold it.
                self._problem(node, path, "a number that is too large")
                return 0.0
            case "null":
                return None
        return text

    def _problem(self, node: yaml.Node, path: Path, message: str) -> None:
        line, column = _place(node.start_mark)
        self.problems.append(Problem(self.file, line, column, show_path(path), message))


def is_whole(text: str) -> bool:
    """Whether every character of `text` is one: an escape such as `\\ud800` alone is half of one."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _place(mark: yaml.Mark | None) -> Place:
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
