"""A journal's lines give back every event's text to the character, whatever is in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.errors import JournalCorrupt
from drctl.journal.chain import GENESIS, link
from drctl.journal.codec import encode
from drctl.journal.lines import Row, as_lines, journal_rows, records_of, rows_in
from drctl.journal.sqlite import SqliteJournal
from drctl.model.events import NoteTaken
from tests.fuzz.effort import examples

AT = datetime(2030, 1, 1, tzinfo=UTC)
ODD = st.text() | st.sampled_from(["\u2028", "\x85", "\n", '"}', '},"event":{', "\0", "\\", "é"])


def rows_of(texts: list[str]) -> list[Row]:
    rows: list[Row] = []
    head = GENESIS
    for seq, text in enumerate(texts, 1):
        body = encode(NoteTaken(at=AT, by="anna", text=text))
        head = link(head, seq, 7, body)
        rows.append((seq, 7, body, head))
    return rows


@examples(100)
@given(st.lists(ODD, max_size=5))
def test_lines_are_read_back_as_they_were_written(texts: list[str]) -> None:
    rows = rows_of(texts)
    assert list(rows_in(as_lines(rows), "it")) == rows
    assert [record.event for record in records_of(rows, "it")] == [
        NoteTaken(at=AT, by="anna", text=text) for text in texts
    ]


def test_the_lines_are_the_journals_own_text(tmp_path: Path) -> None:
    journal = SqliteJournal.open(tmp_path / "journal.sqlite", create=True)
    written = journal.append([NoteTaken(at=AT, by="anna", text="é\u2028x")])
    journal.release()
    rows = journal_rows(tmp_path / "journal.sqlite")
    assert records_of(rows, "it") == written
    assert as_lines(rows).count(b"\n") == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: line[:-1],
        lambda line: line + b"\n",
        lambda line: line.replace(b'{"seq":1', b'{"seq":01'),
        lambda line: line.replace(b'{"seq":1', b'{ "seq":1'),
        lambda line: line.replace(b"\n", b"\r\n"),
        lambda line: line.replace(b"anna", b"\xff"),
        lambda line: line.replace(b'"fence":7', b'"fence":-7'),
    ],
)
def test_a_line_has_one_form(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(JournalCorrupt, match=r"event [12] in it"):
        list(rows_in(spoil(as_lines(rows_of(["x"]))), "it"))
