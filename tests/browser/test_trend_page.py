"""The page of a trend in a real Chromium: silent, no wider than the screen, readable in light and in the dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from drctl.report.trend_html import trend_html
from tests.browser import page_facts
from tests.browser.devtools import Page, chromium
from tests.unit.report.test_trend import RUNS, document


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    file = tmp_path_factory.mktemp("trend") / "trend.html"
    file.write_text(trend_html(document(*RUNS, simulated=True)), encoding="utf-8")
    with chromium() as browser:
        yield browser.open(file)


def test_it_opens_without_a_word_asks_nobody_and_fits_a_phone(page: Page) -> None:
    assert page.complaints == []
    assert len(page.asked_for) == 1
    for width in (360, 1280):
        page.look(width=width)
        assert page.evaluate(page_facts.WIDTH) <= 0
        assert page.evaluate(page_facts.OVERLAPS)["found"] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(page: Page, scheme: str) -> None:
    page.look(width=1280, scheme=scheme)
    told = page.evaluate(page_facts.CONTRAST)
    assert told["seen"] > 30
    assert told["poor"] == []
