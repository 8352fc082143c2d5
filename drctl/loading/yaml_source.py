"""YAML as plain data with the place of every value: safe, strict and small.

Only what a runbook needs is read: mappings with text keys, lists, and scalars by the
YAML 1.2 core rules (so `on`, `yes` and `12:30` stay text). Tags, anchors, aliases,
merge keys, duplicate keys and oversized or deeply nested input are refused with
their place, before anything is built from them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from drctl.model.problem import Problem

MOST_BYTES = 1_000_000
MOST_DEPTH = 40
MOST_NODES = 200_000

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
            shown += f".{part}" if shown else part
    return shown or "(document)"


def read_yaml(text: str, file: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """The document in `text`, with what is wrong in its YAML; None where the rest cannot be read for that.

    A document with problems is there to find the other mistakes in it, and for nothing else. Never raises for
    what `text` holds.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return None, (Problem(file, 1, 1, "(document)", f"larger than {MOST_BYTES:,} bytes"),)
    reader = _Reader(file)
    try:
        root = yaml.compose(text, Loader=_Loader)
        if root is None:
            return None, (Problem(file, 1, 1, "(document)", "the file is empty"),)
        data = reader.build(root, (), 0)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return None, (Problem(file, line, column, "(document)", f"not YAML: {error.problem or error.context}"),)
    except yaml.YAMLError as error:
        # A reader error has no mark: a character that YAML does not allow.
        return None, (Problem(file, 1, 1, "(document)", f"not YAML: {str(error).splitlines()[0]}"),)
    except RecursionError:
        return None, (Problem(file, 1, 1, "(document)", f"nested deeper than {MOST_DEPTH} levels"),)
    except _TooMuch as error:
        return None, (*reader.problems, Problem(file, 1, 1, "(document)", str(error)))
    return Document(file, data, reader.keys, reader.values), tuple(reader.problems)


class _TooMuch(Exception):
    pass


class _AliasFound(yaml.MarkedYAMLError):
    pass


class _Loader(yaml.SafeLoader):
    """SafeLoader with the YAML 1.2 core scalars, refusing aliases while composing (they never expand)."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise _AliasFound(None, None, "aliases are not part of this language", event.start_mark)
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None):
            raise _AliasFound(None, None, "anchors are not part of this language", event.start_mark)
        return super().compose_node(parent, index)


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"),
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])

_STR = "tag:yaml.org,2002:str"
_PLAIN_TAGS = {_STR, *(f"tag:yaml.org,2002:{name}" for name in ("bool", "int", "float", "null", "map", "seq"))}


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.keys: dict[Path, Place] = {}
        self.values: dict[Path, Place] = {}
        self.problems: list[Problem] = []
        self._nodes = 0

    def build(self, node: yaml.Node, path: Path, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise _TooMuch(f"more than {MOST_NODES:,} values")
        if depth > MOST_DEPTH:
            raise _TooMuch(f"nested deeper than {MOST_DEPTH} levels")
        self.values[path] = _place(node)
        if node.tag not in _PLAIN_TAGS:
            self._problem(node, path, f"the tag {node.tag!r} is not part of this language")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(inner, (*path, place), depth + 1) for place, inner in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path, depth: int) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._problem(key, path, "a key must be text")
                continue
            name = str(key.value)
            if name in built:
                self._problem(key, (*path, name), f"the key {name!r} is here twice")
                continue
            self.keys[(*path, name)] = _place(key)
            built[name] = self.build(value, (*path, name), depth + 1)
        return built

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        text = str(node.value)
        match node.tag.rpartition(":")[2]:
            case "bool":
                return text.lower() == "true"
            case "int":
                # int() of a very long numeral is refused by Python itself; that many digits are a mistake anyway.
                if len(text) > 40:
                    self._problem(node, path, "a number with more than 40 digits")
                    return 0
                return int(text)
            case "float":
                return float(text)
            case "null":
                return None
        return text

    def _problem(self, node: yaml.Node, path: Path, message: str) -> None:
        line, column = _place(node)
        self.problems.append(Problem(self.file, line, column, show_path(path), message))


def _place(node: yaml.Node) -> Place:
    mark = node.start_mark
    return mark.line + 1, mark.column + 1
