"""The table of faults has a row for each fault that a test counts, and no other.

That its numbers are what was counted, each of those tests checks itself (`tests.faults.tally`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

from docs.reference.reliability import PAGE, Row, counted_in, faults_in_tests, rows_of, with_rows, write_line

ROW = Row("a | in it", "by hand", 12345, 1, 0, "tests/faults/test_x.py::test_it")


def test_the_table_has_every_fault_of_the_tests_and_no_other() -> None:
    page = PAGE.read_text(encoding="utf-8")
    counted = list(faults_in_tests())
    assert {fault: row.test for fault, row in rows_of(page).items()} == dict(counted)
    assert len(dict(counted)) == len(counted), "two tests count the same fault"
    assert with_rows(page, rows_of(page)) == page


def test_what_is_written_into_the_table_is_read_back() -> None:
    page = "# A page\n\n<!-- faults -->\n<!-- end of faults -->\n"
    rows = {row.fault: row for row in (ROW, replace(ROW, fault="b", injected=0))}
    assert rows_of(with_rows(page, rows)) == rows


def test_the_parts_of_a_row_are_added_up() -> None:
    lines = [json.dumps(asdict(row)) for row in (ROW, replace(ROW, injected=5, lost=0), replace(ROW, fault="b"))]
    assert counted_in(lines) == {"a | in it": replace(ROW, injected=12350), "b": replace(ROW, fault="b")}


def test_each_row_is_a_line_of_its_own(tmp_path: Path) -> None:
    for _ in range(2):
        write_line(str(tmp_path / "tally"), ROW)
    first, second = (tmp_path / "tally").read_text().splitlines()
    assert first == second
