"""The HTML report: what it shows is what the document says, and nothing that is put into it gets out of its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drctl.report.html import report_html
from drctl.report.html_pages import cut, visible
from drctl.report.schema import document_schema
from tests.fakes.full_document import full_document, held_document, long_document, plain_document
from tests.fakes.parsed_html import ParsedHtml
from tests.fakes.sample_run import failed

INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+Z)?")
SCHEMA = document_schema()
KEPT = frozenset(re.findall(r'"([^"]*)"', json.dumps([d["enum"] for d in SCHEMA["$defs"].values() if "enum" in d])))
"""Words of closed vocabularies, which no stranger chooses."""
EVIL = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"><img src=x onerror=alert(1)>' onmouseover='alert(1)",
    "end of data": "]]>--></title></style></svg></textarea></pre>",
    "template": "{{ 7 * 7 }}{% raw %}${7}",
    "direction": "a\u202eb\u2066c\u200f",
    "control": "\x00\x01\x08\x0b\x1b[2J\x7f\x85\x9b",
    "half a pair": "\ud83d",
    "ten thousand": "w" * 10_000,
    "emoji": "🧑‍🚒🔥",
    "address": "javascript:alert(1) https://evil.example/x.png url(https://evil.example)",
}


@cache
def parsed() -> ParsedHtml:
    return ParsedHtml(report_html(full_document()))


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield path, value
        return
    for key, inner in items:
        yield from leaves(inner, f"{path}.{key}" if path else str(key))


def planted(value: Any, evil: str) -> Any:
    """`value` with `evil` at the end of every text of it, but of instants and of words that only drctl chooses."""
    if isinstance(value, dict):
        return {key: planted(inner, evil) for key, inner in value.items()}
    if isinstance(value, list):
        return [planted(inner, evil) for inner in value]
    if not isinstance(value, str) or not value or value in KEPT or INSTANT.fullmatch(value):
        return value
    return value + evil


def test_the_document_that_shows_everything_keeps_the_schema() -> None:
    jsonschema.validate(full_document(), SCHEMA)
    jsonschema.validate(long_document(20), SCHEMA)


@pytest.mark.parametrize("evil", EVIL.values(), ids=EVIL)
def test_no_text_of_a_document_becomes_an_element_or_an_attribute(evil: str) -> None:
    page = report_html(planted(full_document(), evil))
    hostile = ParsedHtml(page)
    assert [element.shape for element in hostile.elements] == [element.shape for element in parsed().elements]
    assert hostile.wrong == []
    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)
    assert "49" not in hostile.text or "7 * 7" in hostile.text
    page.encode()


@given(st.text(min_size=1, max_size=40))
@settings(max_examples=15)
def test_whatever_somebody_has_written_is_text(evil: str) -> None:
    hostile = ParsedHtml(report_html(planted(plain_document(), evil)))
    assert hostile.wrong == []
    assert {element.shape for element in hostile.elements} <= {element.shape for element in parsed().elements}


def test_keys_are_text_too() -> None:
    document = full_document()
    document["inputs"] = {EVIL["script"]: EVIL["attribute"], "list": [EVIL["script"]]}
    document["rto"]["mark_sources"] = dict.fromkeys(document["rto"]["marks"], EVIL["script"])
    hostile = ParsedHtml(report_html(document))
    assert not hostile.of("script", "img")
    assert EVIL["script"] in hostile.text


def test_every_figure_is_the_one_of_the_document() -> None:
    assert parsed().figures_unlike(full_document()) == []
    assert len(parsed().figures) > 100
    other = full_document()
    other["rto"]["actual_s"] += 1
    other["steps"][1]["started_at"] = "2026-11-14T03:47:01Z"
    assert len(parsed().figures_unlike(other)) >= 2, "it would be seen"


ELSEWHERE = re.compile(
    r"schema_version|inputs\..*|objectives\..*|approvals\.\d+\.(evidence\..*|approvers)|steps\.\d+\.(evidence\.outputs|changes\.\d+"
    r"\.facts)\..*|(steps|critical_path)\.\d+\.ended_at|forecast\.(path|steps|marks)\..*|forecast\.source\.unread|"
    r"cost\.prices_of"
)
"""What a page shows as text, shows by other figures, or leaves to the JSON."""


def test_no_figure_of_the_document_is_left_out() -> None:
    shown = {path for figure in parsed().figures for path in figure.path.split(" - ")}
    for path, value in leaves(full_document()):
        is_figure = isinstance(value, int | float) and not isinstance(value, bool)
        is_instant = isinstance(value, str) and INSTANT.fullmatch(value) is not None
        if (is_figure or is_instant) and not ELSEWHERE.fullmatch(path):
            assert path in shown, path


def test_every_sentence_of_the_document_is_there() -> None:
    text = parsed().text
    document = full_document()
    for section in (
        "reasons",
        "not_proven",
        "next",
        "findings",
        "participants",
        "decisions",
        "held",
        "sustain",
        "controls",
    ):
        for path, value in leaves(document[section]):
            if isinstance(value, str) and not INSTANT.fullmatch(value):
                assert value in text, path


def test_nothing_is_fetched_and_nothing_runs() -> None:
    page = report_html(full_document())
    assert not parsed().of("script", "iframe", "object", "embed", "base", "form", "img", "image", "use")
    assert [link.attributes for link in parsed().of("link")] == [(("rel", "icon"), ("href", "data:,"))]
    for element in parsed().elements:
        for name, value in element.attributes:
            assert not name.startswith("on"), element
            assert name not in ("style", "src", "srcset", "xlink:href"), element
            assert "//" not in (value or ""), element
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert not re.search(r"url\(|@import|@font-face|//", style)
    (policy,) = [one for one in parsed().of("meta") if one.get("http-equiv")]
    assert str(policy.get("content")).startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:")


@pytest.mark.parametrize("document", [full_document(), plain_document(), plain_document(failed), held_document()])
def test_a_page_is_well_formed_and_can_be_found_through(document: Any) -> None:
    page = ParsedHtml(report_html(document))
    assert page.wrong == []
    ids = [id for element in page.elements if (id := element.get("id"))]
    assert len(set(ids)) == len(ids)
    for element in page.elements:
        for name in ("aria-labelledby", "href"):
            for target in (element.get(name) or "").replace("#", " ").split():
                assert target in ids or target == "data:,", element
    levels = [int(element.tag[1]) for element in page.of("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(page.of("table")) == len(page.of("caption")) > 0
    assert all(head.get("scope") for head in page.of("th"))
    assert len(page.of("main")) == len(page.of("header")) == len(page.of("footer")) == 1
    assert page.of("html")[0].get("lang") == "en"
    assert all(
        image.get("aria-label") or image.get("aria-labelledby") or image.get("aria-hidden") for image in page.of("svg")
    )


def test_a_simulated_run_says_so_at_its_head_on_paper_and_at_its_foot_and_a_real_one_does_not() -> None:
    document = plain_document()
    page = report_html(document)
    assert page.count("SIMULATED") >= 5
    assert "@top-center" in page
    document.update(simulated=False, notice=None, not_proven=[], controls=[])
    assert "SIMULATED" not in report_html(document)


def test_a_run_that_has_only_begun_has_a_page() -> None:
    document = held_document()
    document["rto"].update(marks={}, mark_sources={})
    for step in document["steps"]:
        step.update(
            started_at=None, ended_at=None, duration_s=None, evidence=None, changes=[], failure="", state="pending"
        )
    document.update(critical_path=[], held=None, state="running")
    page = ParsedHtml(report_html(document))
    assert page.wrong == []
    assert "The whole clock" not in page.text


def test_a_thousand_steps_have_a_page_that_can_be_opened() -> None:
    """How fast is measured by benchmarks/report.py."""
    page = report_html(long_document(1000))
    assert len(page) < 3_000_000
    assert all(f"restore-db-{place}<" in page for place in range(1000))
    assert page.count("<svg") < 60


def test_what_is_cut_keeps_within_its_columns() -> None:
    assert cut("restore-db") == "restore-db"
    assert cut("x" * 30, 10) == "x" * 9 + "…"
    assert cut("データベース復元", 10) == "データベ…"


def test_what_steers_a_screen_becomes_visible() -> None:
    assert visible("a\u202eb\0c\nd\te") == "a\ufffdb\ufffdc\nd\te"
    assert visible("🧑‍🚒 ÆØÅ א") == "🧑‍🚒 ÆØÅ א"
