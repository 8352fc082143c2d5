"""How far the journal goes, written beside the events in the same commit.

The chain tells of every event whether it was altered, and nothing of those that should follow. A damaged page can
hide the newest events and leave a chain that is whole: what is read has to reach as far as what was written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from drctl.errors import JournalCorrupt
from drctl.model.recorded import Recorded

SCHEMA = """
CREATE TABLE IF NOT EXISTS tip (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL,
                                hash TEXT NOT NULL) STRICT;
"""

Tip = tuple[Any, Any]
"""The number and the hash of the newest event, where the row is not damaged: then it can hold anything."""


def write_tip(connection: sqlite3.Connection, seq: int, head: str) -> None:
    """Record that `seq` is the newest event. It belongs into the transaction that writes the event."""
    connection.execute("INSERT OR REPLACE INTO tip VALUES (1, ?, ?)", (seq, head))


def read_tip(connection: sqlite3.Connection) -> Tip | None:
    """The newest event as it was recorded; None in a journal that is empty, or older than this record.

    Read it before the events: another process may append meanwhile, and more than it says is no damage.
    """
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'tip'").fetchone() is None:
        return None
    row: Tip | None = connection.execute("SELECT seq, hash FROM tip").fetchone()
    return row


def check_reached(tip: Tip | None, newest: int, where: str) -> None:
    """Raise JournalCorrupt where `newest`, the number of the newest event found, is short of what was recorded."""
    if tip is not None and not (isinstance(tip[0], int) and 1 <= tip[0] <= newest):
        raise JournalCorrupt(f"event {newest + 1} is missing from {where}", hint="use a copy of this journal")


def check_tip(tip: Tip | None, records: Sequence[Recorded], where: str) -> None:
    """Raise JournalCorrupt where `records` do not reach to `tip`, or have another event in its place."""
    check_reached(tip, len(records), where)
    if tip is not None and records[tip[0] - 1].hash != tip[1]:
        what = f"event {tip[0]} in {where} is not the one that was written last"
        raise JournalCorrupt(what, hint="use a copy of this journal")
