"""One mapping of a document, read key by key: what is wrong is noted, and reading goes on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from drctl.loading.problems import Problems
from drctl.loading.validation import nearest
from drctl.loading.yaml_source import Document, Path
from drctl.model.duration import parse_duration


class Fields:
    """The mapping at `path`. Reading a key answers its value, or None where it is absent or wrong.

    Afterwards every unknown key, wrong type and missing key has been noted at its place.
    """

    def __init__(self, document: Document, path: Path, data: Any, known: Sequence[str], problems: Problems) -> None:
        self.document, self.path, self._problems = document, path, problems
        self._data: Mapping[str, Any] = {}
        self._is_mapping = isinstance(data, dict)
        if not isinstance(data, dict):
            self.wrong((), f"expected a mapping, got {show(data)}")
            return
        self._data = data
        for key in data:
            if key not in known:
                self.wrong((key,), f"unknown key {key!r}", nearest(key, known), at_key=True)

    def wrong(
        self, path: Path, message: str, suggestion: str | None = None, *, at_key: bool = False, hint: str | None = None
    ) -> None:
        """Note a problem at `path` inside this mapping."""
        problem = self.document.problem((*self.path, *path), message, suggestion, at_key=at_key)
        self._problems.add(problem, hint=hint)

    def has(self, key: str) -> bool:
        """Whether the key is written, with whatever value."""
        return key in self._data

    def raw(self, key: str, *, required: bool = False) -> Any:
        """The value as it was read; None where there is none."""
        value = self._data.get(key)
        if value is None and key in self._data:
            self.wrong((key,), "has no value; give it one or leave it out", at_key=True)
        elif value is None and required and self._is_mapping:
            # Of what is no mapping nothing is missing: that it is none has been told.
            self.wrong((key,), "is missing")
        return value

    def text(self, key: str, *, required: bool = False) -> str | None:
        """Text that is not blank."""
        value = self.raw(key, required=required)
        if value is None:
            return None
        if not isinstance(value, str):
            quoted = "; put it in quotes" if isinstance(value, bool | int | float) else ""
            self.wrong((key,), f"expected text, got {show(value)}{quoted}")
            return None
        if not value.strip():
            self.wrong((key,), "expected text, got nothing but blanks")
            return None
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.raw(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.wrong((key,), f"expected true or false, got {show(value)}")
        return default

    def whole(self, key: str, least: int, most: int) -> int | None:
        """A whole number within the bounds."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.wrong((key,), f"expected a whole number from {least} to {most}, got {show(value)}")
        return None

    def span(self, key: str, *, required: bool = False) -> timedelta | None:
        """A duration that is longer than nothing."""
        value = self.raw(key, required=required)
        if value is None:
            return None
        try:
            if not isinstance(value, str):
                raise ValueError(f"expected a duration such as 45s, 20m or 1h30m, got {show(value)}")
            span = parse_duration(value)
            if not span:
                raise ValueError(f"expected a duration longer than nothing, got {value!r}")
        except ValueError as error:
            self.wrong((key,), str(error))
            return None
        return span

    def word(self, key: str, words: Collection[str]) -> str | None:
        """One of `words`."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, str) and value in words:
            return value
        near = nearest(value, words) if isinstance(value, str) else None
        self.wrong((key,), f"expected one of {', '.join(sorted(words))}, got {show(value)}", near)
        return None

    def items(self, key: str, *, required: bool = False) -> list[Any]:
        """A list."""
        value = self.raw(key, required=required)
        if value is None or isinstance(value, list):
            return value or []
        self.wrong((key,), f"expected a list, got {show(value)}")
        return []

    def mapping(self, key: str) -> dict[str, Any]:
        """A mapping."""
        value = self.raw(key)
        if value is None or isinstance(value, dict):
            return value or {}
        self.wrong((key,), f"expected a mapping, got {show(value)}")
        return {}

    def within(self, key: str, known: Sequence[str]) -> Fields:
        """The mapping under `key`, read the same way; an empty one where it is absent."""
        value = self.raw(key)
        return Fields(self.document, (*self.path, key), {} if value is None else value, known, self._problems)


def show(value: Any) -> str:
    """`value` as a message names it: short, and in the words of YAML."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case str():
            shown = repr(value)
            return shown if len(shown) <= 60 else f"{shown[:57]}..."
    shown = str(value)
    return f"the number {shown if len(shown) <= 40 else shown[:37] + '...'}"
