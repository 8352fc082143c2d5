"""`${{ … }}` in text becomes references: a scanner, not a language.

`${{ inputs.x }}`, `${{ env.x }}`, `${{ steps.s.output }}`, `${{ item }}`, `${{ item.key }}`.
Text that is one reference and nothing else stands for the value itself; among other
text it is shown as text. `$${{` is a literal `${{`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from drctl.loading.validation import nearest
from drctl.loading.yaml_source import Path, show_text
from drctl.model.reference import Reference, Template, Value

OPEN, CLOSE, ESCAPED = "${{", "}}", "$${{"
SCOPES = ("inputs", "env", "steps", "item")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")

_FORMS = {
    "inputs": "${{ inputs.NAME }}",
    "env": "${{ env.NAME }}",
    "steps": "${{ steps.STEP.OUTPUT }}",
    "item": "${{ item }} or ${{ item.KEY }}",
}
_LENGTHS = {"inputs": (1, 1), "env": (1, 1), "steps": (2, 2), "item": (0, 8)}


class NotAReference(ValueError):
    """What stands between `${{` and `}}` names no value; `suggestion` is what was probably meant."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.suggestion = suggestion


def parse_text(text: str) -> str | Reference | Template:
    """`text` with its references found. Raises NotAReference."""
    return _parsed(text, _raise)


def _parsed(text: str, wrong: Callable[[NotAReference], object]) -> str | Reference | Template:
    parts = list(_parts(text, wrong))
    if not any(isinstance(part, Reference) for part in parts):
        return "".join(str(part) for part in parts)
    if len(parts) == 1 and isinstance(parts[0], Reference):
        return parts[0]
    return Template(tuple(parts))


def parse_reference(text: str) -> Reference:
    """The reference that `text` (`steps.restore-db.endpoint`) names. Raises NotAReference."""
    names = text.strip().split(".")
    scope = names[0]
    if scope not in SCOPES:
        if not all(NAME.fullmatch(name) for name in names):
            raise NotAReference(f"`{_short(text)}` is not a reference: it names one value and computes nothing")
        near = nearest(scope, SCOPES)
        meant = ".".join([near, *names[1:]]) if near else None
        raise NotAReference(f"a reference begins with {', '.join(SCOPES[:-1])} or item, not {scope!r}", meant)
    least, most = _LENGTHS[scope]
    if not all(NAME.fullmatch(name) for name in names) or not least <= len(names) - 1 <= most:
        raise NotAReference(f"`{_short(text)}` is not a reference; expected {_FORMS[scope]}")
    return Reference(scope, tuple(names[1:]))


def parse_value(data: Any, path: Path, wrong: Callable[[Path, NotAReference], None]) -> Value:
    """Plain data as a value with its references found; each that is none is told to `wrong` and left as text."""
    if isinstance(data, dict):
        return {key: parse_value(inner, (*path, key), wrong) for key, inner in data.items()}
    if isinstance(data, list):
        return tuple(parse_value(inner, (*path, index), wrong) for index, inner in enumerate(data))
    if not isinstance(data, str):
        return data  # type: ignore[no-any-return]
    return _parsed(data, lambda error: wrong(path, error))


def references_at(value: Value, path: Path) -> Iterator[tuple[Path, Reference, bool]]:
    """Every reference in `value` with the place of the text it is in, and whether it is all of that text."""
    if isinstance(value, Reference):
        yield path, value, True
    elif isinstance(value, Template):
        for part in value.parts:
            if isinstance(part, Reference):
                yield path, part, False
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from references_at(inner, (*path, index))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from references_at(inner, (*path, key))


def _raise(error: NotAReference) -> None:
    raise error


def _parts(text: str, wrong: Callable[[NotAReference], object]) -> Iterator[str | Reference]:
    literal, at = "", 0
    while at < len(text):
        begin = text.find(OPEN, at)
        if begin < 0:
            break
        if begin > at and text[begin - 1] == "$":
            literal += text[at : begin - 1] + OPEN
            at = begin + len(OPEN)
            continue
        literal += text[at:begin]
        end = text.find(CLOSE, begin)
        if end < 0:
            told = f"`{OPEN}` without its `{CLOSE}`; write `{ESCAPED}` where the text itself is meant"
            wrong(NotAReference(told))
            literal, at = literal + text[begin:], len(text)
            break
        at = end + len(CLOSE)
        try:
            reference = parse_reference(text[begin + len(OPEN) : end])
        except NotAReference as error:
            wrong(error)
            literal += text[begin:at]
            continue
        if literal:
            yield literal
        literal = ""
        yield reference
    if literal or text[at:]:
        yield literal + text[at:]


def _short(text: str) -> str:
    return show_text(" ".join(text.split()), 60)
