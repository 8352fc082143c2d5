"""The whole of a journal looked at: SQLite's own structure, the chain of events, and how far it goes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from drctl.errors import JournalCorrupt
from drctl.journal.chain import checked
from drctl.journal.reading import look
from drctl.journal.tip import check_tip, read_tip
from drctl.journal.witness import Newest, lost_from, read_witness, way_on
from drctl.journal.witness import told as told_loss
from drctl.model.recorded import Recorded
from drctl.model.verification import Damage

Row = tuple[int, int, str, str]


def whole_part(path: Path) -> tuple[tuple[Recorded, ...], Damage | None]:
    """The events in the journal at `path` up to its first damage, and that damage.

    Raises JournalUnavailable where the file cannot be read at all, and JournalCorrupt where nothing in it can.
    """
    said = read_witness(path)
    return look(path, lambda connection: _whole_part(connection, path, said))


def _whole_part(
    connection: sqlite3.Connection, path: Path, said: Newest | None
) -> tuple[tuple[Recorded, ...], Damage | None]:
    where, tip = str(path), read_tip(connection)
    rows = connection.execute("SELECT seq, fence, body, hash FROM event ORDER BY seq")
    records: list[Recorded] = []
    seen: list[Row] = []
    try:
        for record in checked(_noted(rows, seen), where):
            records.append(record)  # noqa: PERF402 - what came before the damage is kept
        check_tip(tip, records, where)
    except JournalCorrupt as error:
        return tuple(records), _damage(error.what, records, seen)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # What it cannot read is the row after the last one that it gave.
        event = len(records) + 1
        return tuple(records), Damage(f"event {event} in {where} cannot be read: {error}", event)
    if (loss := lost_from(said, records)) is not None:
        first = min(loss.written, loss.there + 1)
        return tuple(records[: first - 1]), Damage(told_loss(loss, path).what, first, hint=way_on(loss, path))
    complaints = [str(line) for (line,) in connection.execute("PRAGMA integrity_check(1)")]
    if complaints != ["ok"]:
        return tuple(records), Damage(f"every event is whole, but the file {where} is damaged: {complaints[0]}")
    return tuple(records), None


def _noted(rows: Iterator[Row], seen: list[Row]) -> Iterator[Row]:
    for row in rows:
        seen[:] = [row]
        yield row


def _damage(what: str, records: list[Recorded], seen: list[Row]) -> Damage:
    event = len(records) + 1
    itself = seen and seen[-1][0] == event
    return Damage(what, event, _recorded_at(seen[-1][2]) if itself else None)


def _recorded_at(body: object) -> str | None:
    """The instant in an event's text, altered as that may be."""
    try:
        at = json.loads(str(body))["at"]
    except (ValueError, TypeError, KeyError):
        return None
    return at if isinstance(at, str) else None
