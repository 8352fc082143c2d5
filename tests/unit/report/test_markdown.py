"""The report as Markdown says what the run says, and whatever was said in it stays text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.report.document import run_document
from drctl.report.markdown import escaped, report_markdown
from drctl.report.shape import RunDocument
from tests.fakes.golden import assert_golden
from tests.fakes.sample_run import PLAN, begun, database_restored, failed, held, passed, run_of

RUNS = {"passed": passed(), "held": held(), "failed": failed(), "running": [*begun(), *database_restored()[:8]]}


def document(name: str) -> RunDocument:
    return run_document(run_of(RUNS[name]), PLAN)


@pytest.mark.parametrize("name", ["passed", "failed", "held"])
def test_the_report_reads_as_it_did(name: str) -> None:
    assert_golden(f"report-{name}.md", report_markdown(document(name)))


@pytest.mark.parametrize("name", RUNS)
def test_a_simulated_run_says_so_in_its_title_and_below(name: str) -> None:
    title, _, notice, *_ = report_markdown(document(name)).splitlines()
    assert title.startswith("## SIMULATED drill of ")
    assert notice.startswith("> **SIMULATED")


def test_a_real_run_does_not_say_that_it_was_simulated() -> None:
    real = run_document(run_of(begun(simulated=False)), PLAN)
    assert "SIMULATED" not in report_markdown(real)


@pytest.mark.parametrize("name", RUNS)
def test_every_row_has_as_many_cells_as_its_table(name: str) -> None:
    width = 0
    for line in report_markdown(document(name)).splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        width = width or line.count("|")
        assert line.count("|") == width


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a | b", "a &#124; b"),
        ("<img src=x>", "&#60;img src=x&#62;"),
        ("**x**\n# y", "&#42;&#42;x&#42;&#42; #&#8203; y"),
        ("@team ask", "@&#8203;team ask"),
        ("fixes #7 and GH-7", "fixes #&#8203;7 and GH-&#8203;7"),
        ("https://e.example www.e.example", "https:&#8203;//e.example www.&#8203;e.example"),
        ("&lt; [x](y)", "&#38;lt; &#91;x&#93;(y)"),
    ],
)
def test_markup_is_shown_and_not_obeyed(said: str, shown: str) -> None:
    assert escaped(said) == shown


@given(st.text())
def test_no_text_leaves_its_line_or_its_cell(text: str) -> None:
    assert len(escaped(text).splitlines()) <= 1
    left = re.sub(r"&#\d+;", "", escaped(text).replace("&#8203;", "\N{ZERO WIDTH SPACE}"))
    assert re.search("[|<>`*_&\\[\\]]|[@#](?!\N{ZERO WIDTH SPACE})", left) is None
