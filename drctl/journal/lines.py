"""A journal as lines of JSON, from which its chain can be computed again without drctl.

Each line is `{"seq":…,"fence":…,"hash":"…","event":…}` and ends in one newline; what stands between `"event":` and the
last brace is, to the character, the text that the hash covers (`drctl.journal.chain`).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from drctl.errors import JournalCorrupt
from drctl.journal.chain import checked
from drctl.journal.reading import look
from drctl.model.recorded import Recorded

Row = tuple[int, int, str, str]
_LINE = re.compile(r'\{"seq":([1-9]\d{0,17}),"fence":(\d{1,18}),"hash":"([0-9a-f]{64})","event":(\{.*\})\}')


def journal_rows(path: Path) -> tuple[Row, ...]:
    """Every event of the journal at `path` as it is kept (seq, fence, text, hash).

    Raises JournalUnavailable, and JournalCorrupt where one is not as it was written.
    """
    rows = tuple(look(path, _rows))
    records_of(rows, str(path))
    if split := [seq for seq, _, body, _ in rows if "\n" in body]:
        raise JournalCorrupt(f"event {split[0]} in {path} is not written as drctl writes one")
    return rows


def _rows(connection: sqlite3.Connection) -> list[Row]:
    return connection.execute("SELECT seq, fence, body, hash FROM event ORDER BY seq").fetchall()


def records_of(rows: Sequence[Row], where: str) -> tuple[Recorded, ...]:
    """The events of `rows`, their chain checked. Raises JournalCorrupt at the first that is not as it was written."""
    return tuple(checked(rows, where))


def as_lines(rows: Sequence[Row]) -> bytes:
    """`rows` as lines of JSON."""
    lines = (f'{{"seq":{seq},"fence":{fence},"hash":"{digest}","event":{body}}}\n' for seq, fence, body, digest in rows)
    return "".join(lines).encode()


def rows_in(content: bytes, where: str) -> Iterator[Row]:
    """The rows in such lines. Raises JournalCorrupt at the first line that is none."""
    for number, line in enumerate(content.split(b"\n")[:-1], 1):
        try:
            found = _LINE.fullmatch(line.decode("utf-8"))
        except UnicodeDecodeError:
            found = None
        if found is None:
            raise JournalCorrupt(f"event {number} in {where} cannot be read: its line is not as drctl writes one")
        yield int(found[1]), int(found[2]), found[4], found[3]
    lines = content.count(b"\n")
    if content and not content.endswith(b"\n"):
        raise JournalCorrupt(f"event {lines + 1} in {where} is cut off")
