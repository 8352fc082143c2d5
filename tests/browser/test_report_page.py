"""The HTML report in a real Chromium: it opens in silence, can be read on any screen and on paper, and runs nothing."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from drctl.report.html import report_html
from tests.browser import page_facts
from tests.browser.devtools import Browser, Page, chromium
from tests.fakes.full_document import full_document, held_document, long_document, plain_document
from tests.servers.processes import program
from tests.unit.report.test_html import EVIL, planted

DOCUMENTS = {"plain": plain_document, "full": full_document, "held": held_document}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    for name, document in DOCUMENTS.items():
        (made / f"{name}.html").write_text(report_html(document()), encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def full(browser: Browser, folder: Path) -> Iterator[Page]:
    """The page that shows everything: for looking only."""
    page = browser.open(folder / "full.html")
    yield page
    page.close()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_opens_without_a_word_and_asks_nobody_for_anything(browser: Browser, folder: Path, name: str) -> None:
    page = browser.open(folder / f"{name}.html")
    assert page.asked_for == [(folder / f"{name}.html").as_uri()]
    assert page.complaints == []
    assert page.evaluate("document.compatMode") == "CSS1Compat"
    page.close()


def test_a_page_that_did_speak_would_be_heard(browser: Browser, tmp_path: Path) -> None:
    """Otherwise the silence above would prove nothing."""
    (tmp_path / "loud.html").write_text(
        "<!DOCTYPE html><script>console.log(1)</script><img src='missing.png'><p style='color:#999'>pale</p>"
        "<section style='background:#fff'><div class='step' style='width:5000px;fill:#eee'>wide</div></section>"
        "<svg class='chart'><text x='5' y='20'>one</text><text x='9' y='20'>other</text></svg>"
    )
    page = browser.open(tmp_path / "loud.html")
    assert page.complaints != []
    assert len(page.asked_for) == 2
    assert [poor[0] for poor in page.evaluate(page_facts.CONTRAST)["poor"]] == ["pale"]
    assert len(page.evaluate(page_facts.SHAPES)) == 1
    assert page.evaluate(page_facts.OVERLAPS)["found"] == [["one", "other"]]
    assert page.evaluate(page_facts.WIDTH) > 0
    assert page.evaluate(page_facts.STICKING_OUT) != []
    page.close()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_wider_than_the_screen_and_no_label_lies_on_another(
    browser: Browser, folder: Path, name: str
) -> None:
    page = browser.open(folder / f"{name}.html")
    for width in (360, 768, 1280):
        page.look(width=width)
        assert page.evaluate(page_facts.WIDTH) <= 0, width
        assert page.evaluate(page_facts.STICKING_OUT) == [], width
        drawn = page.evaluate(page_facts.OVERLAPS)
        assert drawn["seen"] > 8
        assert (drawn["found"], drawn["out"]) == ([], []), width
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_and_every_bar_stands_out_from_its_ground(full: Page, scheme: str) -> None:
    full.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    full.look(width=1280, scheme=scheme)
    told = full.evaluate(page_facts.CONTRAST)
    assert told["seen"] > 200
    assert told["poor"] == []
    assert full.evaluate(page_facts.SHAPES) == []


def test_light_and_dark_are_two_pictures_and_neither_is_blank(full: Page) -> None:
    pictures = []
    for scheme in ("light", "dark"):
        full.look(width=360, scheme=scheme)
        ground = full.evaluate("getComputedStyle(document.body).backgroundColor")
        pictures.append((ground, full.picture(whole=False)))
    assert pictures[0][0] != pictures[1][0]
    # A blank page compresses to next to nothing.
    assert all(len(picture) > 10_000 for _, picture in pictures)
    assert pictures[0][1] != pictures[1][1]


def test_it_can_be_found_through_without_seeing_it(full: Page) -> None:
    full.look(width=1280)
    nodes = [node for node in full.ask("Accessibility.getFullAXTree")["nodes"] if not node.get("ignored")]
    roles = [node["role"]["value"] for node in nodes]
    for landmark in ("banner", "main", "contentinfo", "region", "table", "columnheader", "rowheader", "caption"):
        assert landmark in roles, landmark
    levels = [level_of(node) for node in nodes if node["role"]["value"] == "heading"]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    images = [node for node in nodes if node["role"]["value"] in ("img", "image")]
    assert len(images) >= 4
    assert all(node["name"]["value"].strip() for node in images)


def level_of(node: Any) -> int:
    return next(int(one["value"]["value"]) for one in node["properties"] if one["name"] == "level")


def test_a_table_is_a_table_on_a_phone_too(full: Page) -> None:
    full.look(width=360)
    roles = [node["role"]["value"] for node in full.ask("Accessibility.getFullAXTree")["nodes"]]
    assert roles.count("table") == full.evaluate("document.querySelectorAll('table').length")
    assert roles.count("row") > 20


def test_the_keyboard_comes_to_the_verdict_first(full: Page) -> None:
    full.look(width=1280)
    for kind in ("rawKeyDown", "keyUp"):
        full.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert full.evaluate("document.activeElement.className") == "skip"
    assert full.evaluate("document.activeElement.getBoundingClientRect().left") >= 0


@pytest.mark.parametrize("paper", [(8.27, 11.69), (8.5, 11)], ids=["A4", "Letter"])
def test_every_sheet_of_paper_is_stamped_and_nothing_is_folded_away_or_torn_from_its_heading(
    full: Page, tmp_path: Path, paper: tuple[float, float]
) -> None:
    full.evaluate("document.querySelectorAll('details').forEach(one => one.open = false)")
    told = on_paper(full, tmp_path, *paper)
    *sheets, _ = told.split("\f")
    assert 3 <= len(sheets) <= 20
    for sheet in sheets:
        assert "SIMULATED: AWS and the time it takes were simulated" in sheet
    words = re.sub(r"\s+", " ", told)
    for heading in full.evaluate("[...document.querySelectorAll('h1, h2, summary .id')].map(one => one.textContent)"):
        assert heading in words, heading
    # Both are within what is folded on a screen.
    assert "rds:RestoreDBInstanceFromDBSnapshot" in words
    assert "approve-traffic asks the evidence" in words
    headings = set(
        full.evaluate("[...document.querySelectorAll('h2, h3, caption, summary')].map(one => one.textContent.trim())")
    )
    for sheet in sheets:
        lines = [line.strip() for line in sheet.splitlines() if line.strip()]
        *_, last = [line for line in lines if not re.fullmatch(r"\d+ / \d+|SIMULATED", line)]
        assert last not in headings


def on_paper(page: Page, folder: Path, width: float, height: float) -> str:
    """What is printed on sheets of that size, in inches, each ended by a form feed."""
    (folder / "page.pdf").write_bytes(page.printed(paperWidth=width, paperHeight=height))
    command = [program("pdftotext", "poppler-utils"), "-layout", str(folder / "page.pdf"), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_paper_is_white_for_whoever_reads_in_the_dark(browser: Browser, folder: Path) -> None:
    page = browser.open(folder / "plain.html", scheme="dark")
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    page.ask("Emulation.setEmulatedMedia", media="print", features=features)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    told = page.evaluate(page_facts.CONTRAST.replace("[18, 18, 18, 1]", "[255, 255, 255, 1]"))
    assert [poor for poor in told["poor"] if poor[0] != "SIMULATED"] == []
    page.close()


def test_what_is_hostile_is_shown_and_does_nothing(browser: Browser, tmp_path: Path) -> None:
    evil = "".join(text for name, text in EVIL.items() if name != "ten thousand")
    (tmp_path / "hostile.html").write_text(report_html(planted(full_document(), evil)), encoding="utf-8")
    page = browser.open(tmp_path / "hostile.html", width=360)
    assert page.of("Page.javascriptDialogOpening") == []
    assert page.complaints == []
    assert page.asked_for == [(tmp_path / "hostile.html").as_uri()]
    assert (
        page.evaluate("document.querySelectorAll('script, img, iframe, object, [onerror], [onmouseover]').length") == 0
    )
    assert page.evaluate("document.body.innerText.includes('<script>alert(1)</script>')")
    assert page.evaluate(page_facts.WIDTH) <= 0
    page.close()


def long_words() -> Any:
    document, long = full_document(), "w" * 10_000
    document.update(title=long, reasons=[long], environment=long)
    document["findings"][0]["what"] = document["decisions"][0]["by"] = document["rpo"]["stores"][0]["method"] = long
    document["steps"][0].update(id=long, title=long, because=long)
    document["approvals"][0]["told"] = [long]
    return document


def test_words_of_ten_thousand_letters_stay_on_the_screen(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "long.html").write_text(report_html(long_words()), encoding="utf-8")
    page = browser.open(tmp_path / "long.html", width=360)
    assert page.evaluate(page_facts.WIDTH) <= 0
    page.close()


def test_more_steps_than_have_room_can_be_read_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "many.html").write_text(report_html(long_document(120)), encoding="utf-8")
    page = browser.open(tmp_path / "many.html", width=360)
    assert page.evaluate(page_facts.WIDTH) <= 0
    drawn = page.evaluate(page_facts.OVERLAPS)
    assert drawn["found"] == drawn["out"] == []
    page.close()
