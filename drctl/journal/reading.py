"""Read a journal without its lease, while another process writes it, too."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from drctl.errors import JournalCorrupt, JournalUnavailable
from drctl.journal import tip
from drctl.journal.chain import checked
from drctl.journal.told import told
from drctl.journal.witness import Newest, lost_from, read_witness
from drctl.journal.witness import told as told_loss
from drctl.model.events import RunStarted
from drctl.model.recorded import Recorded

T = TypeVar("T")


def read_journal(path: Path, *, accept_loss: bool = False) -> tuple[Recorded, ...]:
    """The events in the journal at `path`, without taking its lease; while another process writes it, too.

    With `accept_loss`, also where the newest ones are lost. Raises JournalCorrupt and JournalUnavailable.
    """
    said = None if accept_loss else read_witness(path)
    return look(path, lambda connection: events_in(connection, path, said))


def read_first(path: Path) -> RunStarted | None:
    """How the run began whose journal is at `path`, without reading the rest of it; None where nothing is recorded.

    Raises JournalCorrupt and JournalUnavailable.
    """
    rows = look(path, lambda connection: connection.execute(_FIRST).fetchall())
    first = next(checked(rows, str(path)), None)
    if first is None:
        return None
    if not isinstance(first.event, RunStarted):
        raise JournalCorrupt(f"{path} does not begin with the start of a run", hint="use a copy of this journal")
    return first.event


_FIRST = "SELECT seq, fence, body, hash FROM event ORDER BY seq LIMIT 1"


def look(path: Path, read: Callable[[sqlite3.Connection], T]) -> T:
    """What `read` finds in the journal at `path`, which it cannot change."""
    with told(path):
        if not path.exists():
            raise JournalUnavailable(f"there is no journal at {path}")
        try:
            return _read_only(path, "mode=ro", read)
        except sqlite3.OperationalError:
            if _unmerged(path):
                # Without them the newest events would be missing, and nothing would show it.
                raise
            # A read-only folder has no room for SQLite's shared memory; nobody can be writing there either.
            return _read_only(path, "mode=ro&immutable=1", read)


def _unmerged(path: Path) -> bool:
    """Whether a runner that was killed left events beside the journal's own file."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _read_only(path: Path, query: str, read: Callable[[sqlite3.Connection], T]) -> T:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?{query}", uri=True, timeout=10)
    try:
        return read(connection)
    finally:
        connection.close()


def events_in(connection: sqlite3.Connection, path: Path, said: Newest | None) -> tuple[Recorded, ...]:
    """Every event, its chain checked, and that the one that was `said` to be the newest is there.

    Raises JournalCorrupt.
    """
    # A view of that name could compute for ever.
    made = connection.execute("SELECT type, sql FROM sqlite_schema WHERE name = 'event' COLLATE NOCASE").fetchall()
    if [kind for kind, sql in made if str(sql).upper().startswith("CREATE TABLE")] != ["table"]:
        raise JournalCorrupt(f"{path} is no journal: it has no table of events", hint="use a copy of this journal")
    written = tip.read_tip(connection)
    rows = connection.execute("SELECT seq, fence, body, hash FROM event ORDER BY seq").fetchall()
    records = tuple(checked(rows, str(path)))
    tip.check_tip(written, records, str(path))
    if (loss := lost_from(said, records)) is not None:
        raise told_loss(loss, path)
    return records
