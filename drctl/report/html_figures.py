"""Figures of a page. Each names the field of the document that it shows, so that it can be read back and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from markupsafe import Markup, escape

from drctl.model.duration import format_duration
from drctl.model.instant import parse_instant
from drctl.report.html_pages import visible
from drctl.report.wording import UNKNOWN, date_and_time, span, time_of_day


class Figures:
    """The figures of `document`, by their paths in it: `rto.actual_s`, `steps.3.started_at`."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def at(self, path: str) -> Any:
        """What the document has there. KeyError or IndexError where it has no such place."""
        found: Any = self._document
        for name in path.split("."):
            found = found[int(name)] if isinstance(found, Sequence) else found[name]
        return found

    def span(self, path: str, unknown: str = UNKNOWN) -> Markup:
        """A span of seconds as `22m30s`; what nobody knows as `unknown`."""
        seconds = self.at(path)
        return _markup(unknown) if seconds is None else _data(seconds, path, span(seconds))

    def number(self, path: str) -> Markup:
        """A count or a sum, as it is."""
        number = self.at(path)
        return _data(number, path, f"{number:,.2f}" if isinstance(number, float) else f"{number:,}")

    def instant(self, path: str, unknown: str = UNKNOWN) -> Markup:
        """An instant as `2026-01-14 03:42:00Z`."""
        at = self.at(path)
        return _markup(unknown) if at is None else _time(at, path, date_and_time(at))

    def day(self, path: str) -> Markup:
        """A day as `2026-01-14`."""
        day = self.at(path)
        return _time(day, path, day)

    def clock(self, path: str, unknown: str = "") -> Markup:
        """An instant's time of day."""
        at = self.at(path)
        return _markup(unknown) if at is None else _time(at, path, time_of_day(at))

    def more(self, path: str, than: str) -> Markup:
        """By how much one span is longer than another, with its sign; nothing where one of them is not known."""
        one, other = self.at(path), self.at(than)
        if one is None or other is None:
            return _markup("")
        return _data(round(one - other, 3), f"{path} - {than}", _signed(one - other))

    def after(self, path: str, since: str) -> Markup:
        """How long one instant is after another, with its sign."""
        passed = (parse_instant(self.at(path)) - parse_instant(self.at(since))).total_seconds()
        return _data(round(passed, 3), f"{path} - {since}", _signed(passed))


def _signed(seconds: float) -> str:
    text = format_duration(timedelta(seconds=abs(seconds)))
    return text if text == "0s" else f"{'+' if seconds > 0 else '−'}{text}"


def _data(value: float, path: str, shown: str) -> Markup:
    return Markup(f'<data value="{value}" data-of="{escape(path)}">{escape(visible(shown))}</data>')  # noqa: S704


def _time(at: str, path: str, shown: str) -> Markup:
    return Markup(f'<time datetime="{escape(at)}" data-of="{escape(path)}">{escape(visible(shown))}</time>')  # noqa: S704


def _markup(text: str) -> Markup:
    return escape(visible(text))
