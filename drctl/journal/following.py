"""Follow a journal while another process writes it: what has come since the last look, and nothing is ever written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from drctl.errors import JournalCorrupt
from drctl.journal.chain import checked
from drctl.journal.reading import look, read_journal
from drctl.model.recorded import Recorded


class Following:
    """The journal at a path, read again and again. It takes no lease, and it may be a copy that is copied anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._newest: Recorded | None = None

    def news(self) -> tuple[Recorded, ...]:
        """The events since the last call, their chain checked from there on; at first all of them.

        Raises JournalCorrupt, also where what was read before is no longer there, and JournalUnavailable. What could
        not be read is there at the next call, if it can be read then.
        """
        newest = self._newest
        found = read_journal(self._path) if newest is None else look(self._path, lambda db: self._after(db, newest))
        self._newest = found[-1] if found else newest
        return found

    def _after(self, connection: sqlite3.Connection, newest: Recorded) -> tuple[Recorded, ...]:
        before = connection.execute("SELECT hash FROM event WHERE seq = ?", (newest.seq,)).fetchone()
        if before is None or before[0] != newest.hash:
            what = f"event {newest.seq}, which was there before, is no longer in {self._path}"
            raise JournalCorrupt(what, hint="use a copy of this journal")
        rows = connection.execute(
            "SELECT seq, fence, body, hash FROM event WHERE seq > ? ORDER BY seq", (newest.seq,)
        ).fetchall()
        return tuple(checked(rows, str(self._path), after=newest))
