"""A trend for people, for scripts and as a page: the same figures, and nothing that gets out of its place."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drctl.model.trend import Gate, TrendRun, trend_of
from drctl.model.verdict import Verdict
from drctl.report.trend_document import sparkline, trend_document
from drctl.report.trend_html import HEIGHT, WIDTH, trend_html
from drctl.report.trend_text import trend_text
from tests.fakes.golden import assert_golden
from tests.fakes.sample_trend import finished

HOSTILE = "</style><script>alert(1)</script>\"'&<img src=x onerror=alert(1)>\x1b[31m\u202e"


def document(*runs: TrendRun, gate: Gate | None = None, simulated: bool = False, **settings: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "runbook": "staging-drill",
        "environment": "staging",
        "mode": None,
        "unread": 0,
        **settings,
    }
    return trend_document(trend_of(runs), simulated=simulated, gate=gate, **given)


RUNS = (
    finished(0, 60, steps={"restore": 20, "switch": 1}),
    finished(7, 62, steps={"restore": 21, "switch": 1}, verdict=Verdict.PASSED_WITH_EXCEPTIONS),
    finished(14, None, verdict=Verdict.ABORTED, loss=None),
    finished(21, 130, steps={"restore": 70, "switch": 1}, verdict=Verdict.FAILED),
    finished(28, 75, steps={"restore": 30, "switch": 1, "added": 2}, loss=25),
)


class Page(HTMLParser):
    """What a page consists of; every tag has to be closed in its turn."""

    EMPTY = frozenset({"meta", "link", "rect", "path", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_text_reads_as_it_did() -> None:
    made = document(*RUNS, gate=Gate(most_percent=20, ignored=frozenset({"loss"})), unread=1)
    assert_golden("trend.txt", trend_text(made, width=100, colour=False))


def test_the_sentences_name_what_regressed_and_by_how_much() -> None:
    made = document(*RUNS, gate=Gate(most_percent=20))
    assert made["regressions"] == [
        "The recovery time, RTO(total), grew to 1h15m: 15m (+25.0 %) more than 1h, the median of 2 runs before.",
        "The recovery time from the first act, RTO(exec), grew to 50m: 10m (+25.0 %) more than 40m, "
        "the median of 2 runs before.",
        "The worst loss of data grew to 25m: 5m (+25.0 %) more than 20m, the median of 2 runs before.",
        "Step restore grew to 30m: 10m (+50.0 %) more than 20m, the median of 2 runs before.",
    ]


@pytest.mark.parametrize(
    ("runs", "because"),
    [
        ((), "no run has finished"),
        ((RUNS[0],), "there is no earlier run"),
        ((RUNS[0], RUNS[2]), "was aborted"),
        ((RUNS[3], RUNS[4]), "there is no earlier run"),
    ],
)
def test_where_there_is_nothing_to_compare_that_is_said_and_nothing_is_stopped(
    runs: tuple[TrendRun, ...], because: str
) -> None:
    made = document(*runs, gate=Gate(most_percent=0))
    assert because in made["nothing_to_compare"]
    assert made["regressions"] == []
    assert "Nothing to compare" in trend_text(made, width=100, colour=False)
    assert any("Nothing to compare" in words for words in Page(trend_html(made)).words)


def test_a_simulated_trend_is_stamped_everywhere() -> None:
    made = document(*RUNS, simulated=True)
    headings = [line for line in trend_text(made, width=100, colour=False).splitlines() if line.startswith("--")]
    assert all("SIMULATED" in line for line in headings)
    assert "no evidence of a real recovery" in made["notice"]
    words = Page(trend_html(made)).words
    assert any("SIMULATED" in one for one in words)
    assert "SIMULATED" not in trend_html(document(*RUNS))


def test_the_page_shows_every_figure_of_the_document() -> None:
    made = document(*RUNS, gate=Gate(most_percent=20))
    page = " ".join(Page(trend_html(made)).words)
    for run in made["runs"]:
        assert run["run"] in page
        assert run["verdict"] in page
    for shown in ("1h15m", "-10m", "+15m", "+25 %", "objective 2h", "4 regressions", *made["regressions"]):
        assert shown in page


def test_the_page_runs_nothing_and_fetches_nothing_whatever_it_is_given() -> None:
    runs = [
        finished(day, 60 + day, steps={HOSTILE: 20 + day * 20}, runbook=HOSTILE, environment=HOSTILE) for day in (1, 2)
    ]
    text = trend_html(document(*runs, gate=Gate(most_percent=20), runbook=HOSTILE, environment=HOSTILE))
    page = Page(text)
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "embed", "form", "base"}
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") or name == "src" for name in attributes), tag
        assert attributes.get("href") in (None, "data:,")
    assert not re.search(r"url\(|@import|https?:", text)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_the_chart_has_a_title_and_a_description_and_says_of_each_bar_what_it_is() -> None:
    page = Page(trend_html(document(*RUNS)))
    (chart,) = [attributes for tag, attributes in page.tags if tag == "svg" and attributes.get("role") == "img"]
    named = {attributes["id"] for tag, attributes in page.tags if tag in ("title", "desc") and "id" in attributes}
    assert set((chart["aria-labelledby"] or "").split()) <= named
    assert sum("PASSED" in words or "FAILED" in words for words in page.words if " from the first act" in words) == 4
    assert any("recovery time not known" in words for words in page.words)


@settings(max_examples=40)
@given(st.lists(st.none() | st.integers(0, 10**5), min_size=1, max_size=40), st.booleans())
def test_whatever_the_times_are_everything_is_inside_the_chart(times: list[int | None], gate: bool) -> None:
    runs = [finished(day, rto) for day, rto in enumerate(times)]
    page = Page(trend_html(document(*runs, gate=Gate(most_percent=5) if gate else None)))
    inside = page.tags[next(n for n, (tag, at) in enumerate(page.tags) if at.get("class") == "chart") :]
    bars = [
        attributes for tag, attributes in inside if tag == "rect" and attributes.get("class") in ("act", "before-act")
    ]
    assert len(bars) == 2 * len(times)
    for bar in bars:
        x, y, wide, high = (float(bar[name] or 0) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + wide <= WIDTH
        assert 0 <= y <= y + high <= HEIGHT
        assert high >= 0


def test_a_sparkline_rises_with_its_values_and_has_a_gap_where_nothing_is_known() -> None:
    assert sparkline([1, 2, None, 8]) == "▁▂·█"
    assert sparkline([5, 5]) == "▁▁"
    assert sparkline([]) == ""
