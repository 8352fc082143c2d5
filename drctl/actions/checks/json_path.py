"""Paths into a JSON answer: names with dots between them, and `[n]` for the n-th of a list, counted from 0."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from drctl.model.values import Json

_PART = re.compile(r"(?:^|\.)([^.\[\]]+)|\[(\d+)\]")


def parse_path(text: str) -> tuple[str | int, ...]:
    """The parts of `text`, such as ("queues", 0, "name") for `queues[0].name`. Raises ValueError for anything else."""
    parts: list[str | int] = []
    at = 0
    while at < len(text) and not text.startswith("."):
        found = _PART.match(text, at)
        if found is None or (at > 0 and found.group(1) and text[at] != "."):
            break
        parts.append(found.group(1) or int(found.group(2)))
        at = found.end()
    if at < len(text) or not parts:
        raise ValueError(f"expected a path such as status or queues[0].name, got {text!r}")
    return tuple(parts)


def find_value(data: Json, path: str) -> Json:
    """What `path` leads to in `data`. Raises LookupError, with the part that is not there."""
    value = data
    for part in parse_path(path):
        if isinstance(part, int):
            if not isinstance(value, Sequence) or isinstance(value, str) or part >= len(value):
                raise LookupError(f"[{part}]")
            value = value[part]
        else:
            if not isinstance(value, Mapping) or part not in value:
                raise LookupError(part)
            value = value[part]
    return value


def same_value(one: Json, other: Json) -> bool:
    """Whether two JSON values are the same; a truth value is never a number, as it is in Python."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other
