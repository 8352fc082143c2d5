"""A page of HTML as a parser reads it: its elements in order, its figures, and where its nesting is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from drctl.model.instant import parse_instant
from drctl.report.wording import date_and_time, span, time_of_day

VOID = frozenset({"meta", "link", "br", "hr", "img", "input"})
_CLOSED_BY_SLASH = frozenset({"rect", "line", "circle", "path"})


@dataclass(frozen=True)
class Element:
    tag: str
    attributes: tuple[tuple[str, str | None], ...]

    @property
    def shape(self) -> tuple[str, tuple[str, ...]]:
        """What an intruder would change: its tag, and the names of its attributes."""
        return self.tag, tuple(name for name, _ in self.attributes)

    def get(self, name: str) -> str | None:
        return dict(self.attributes).get(name)


@dataclass(frozen=True)
class Figure:
    path: str
    value: str
    shown: str


class ParsedHtml(HTMLParser):
    """Parsed as it is made."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.figures: list[Figure] = []
        self.wrong: list[str] = []
        self.words: list[tuple[Sequence[str], str]] = []
        """Each piece of text, with the tags that it is in."""
        self._open: list[Element] = []
        self.feed(text)
        self.close()
        self.wrong += [f"<{element.tag}> is never closed" for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, tuple(attrs))
        self.elements.append(element)
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names):
            self.wrong.append(f"<{tag}> has an attribute twice")
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _CLOSED_BY_SLASH:
            self.wrong.append(f"<{tag}/> is no element that a slash closes")
        self.elements.append(Element(tag, tuple(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            self.wrong.append(f"</{tag}> within {[element.tag for element in self._open[-3:]]}")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(([element.tag for element in self._open], data))
        if self._open and self._open[-1].tag in ("data", "time"):
            element = self._open[-1]
            value = element.get("value") or element.get("datetime") or ""
            self.figures.append(Figure(element.get("data-of") or "", value, data))

    def of(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def figures_unlike(self, document: Any) -> list[Figure]:
        """The figures that are not those of the document at the place which they name."""
        return [figure for figure in self.figures if not _is_of(figure, document)]

    @property
    def text(self) -> str:
        return " ".join(data for tags, data in self.words if "style" not in tags)


def _is_of(figure: Figure, document: Any) -> bool:
    path, _, than = figure.path.partition(" - ")
    value = at(document, path)
    if than and isinstance(value, str):
        passed = (parse_instant(value) - parse_instant(at(document, than))).total_seconds()
        return abs(float(figure.value) - passed) < 0.001
    if than:
        return bool(abs(float(figure.value) - (value - at(document, than))) < 0.001)
    if isinstance(value, str):
        shown = {value} if len(value) == len("2026-11-14") else {date_and_time(value), time_of_day(value)}
        return figure.value == value and figure.shown in shown
    return bool(float(figure.value) == value) and figure.shown in {span(value), f"{value:,}", f"{value:,.2f}"}


def at(document: Any, path: str) -> Any:
    """What the document has at a path such as `steps.3.started_at`."""
    for name in path.split("."):
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document
