"""A page of HTML as a parser reads it: its elements in order, its figures, and where its nesting is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

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

    @property
    def text(self) -> str:
        return " ".join(data for tags, data in self.words if "style" not in tags)
