"""The lease of a journal: one runner at a time, told apart by a fence number that only grows.

It lies in the same file as the events, so that taking it, and checking it, is part of a transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

from drctl import clock
from drctl.errors import JournalCorrupt, LeaseHeld
from drctl.journal import place
from drctl.journal.holder import Holder, this_process
from drctl.journal.reading import look
from drctl.journal.told import code_of

TTL = timedelta(seconds=60)
"""How long a lease holds without being renewed: how long a run waits for a runner that hangs."""
RENEW_EVERY = timedelta(seconds=10)

SCHEMA = """
CREATE TABLE IF NOT EXISTS lease (one INTEGER PRIMARY KEY CHECK (one = 1), fence INTEGER NOT NULL,
                                  holder TEXT, until REAL NOT NULL) STRICT;
INSERT OR IGNORE INTO lease VALUES (1, 0, NULL, 0);
"""


def holder_of(path: Path) -> Holder | None:
    """Who holds the lease of the journal at `path` and may still be driving; None where nobody can be."""
    row = look(path, lambda connection: connection.execute("SELECT holder, until FROM lease").fetchone())
    holder = read_holder(row[0]) if row is not None else None
    if holder is None or holder.gone or (holder.here and row[1] <= clock.awake_and_asleep()):
        return None
    return holder


def take_lease(connection: sqlite3.Connection, path: Path, *, by_force: bool, above: int = 0) -> int:
    """The number of the new lease: above that of every lease before, and above `above`.

    Raises LeaseHeld where a living runner holds it, unless it is taken by force, and CopiedJournal.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        place.settle(connection, path, accept_copy=by_force)
        row = connection.execute("SELECT fence, holder, until FROM lease").fetchone()
        if row is None:
            raise JournalCorrupt("the journal has lost its lease", hint="use a copy of this journal")
        fence, holder_text, until = row
        holder = read_holder(holder_text)
        if holder is not None and not holder.gone and not by_force:
            _refuse_while_held(holder, until - clock.awake_and_asleep(), path.parent.name)
        number = max(int(fence), above) + 1
        me = json.dumps(asdict(replace(this_process(), since=f"{clock.SystemClock().now():%Y-%m-%dT%H:%M:%SZ}")))
        connection.execute(
            "UPDATE lease SET fence = ?, holder = ?, until = ?",
            (number, me, clock.awake_and_asleep() + TTL.total_seconds()),
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return number


def give_back(connection: sqlite3.Connection, fence: int) -> None:
    """End the lease of that number; quiet where another was taken since."""
    connection.execute("UPDATE lease SET holder = NULL, until = 0 WHERE fence = ?", (fence,))


_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL})
"""What SQLite says where another process holds the lock of the file, or one of those around its log's index."""


@contextmanager
def busy_told(connection: sqlite3.Connection) -> Iterator[None]:
    """A file that stays locked, as LeaseHeld: its holder is in the middle of a write and does not go on."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if code_of(error) not in _LOCKED:
            raise
        holder = _writing_holder(connection)
        if holder is None and code_of(error) == sqlite3.SQLITE_BUSY:
            raise
        if holder is None:
            raise LeaseHeld(
                "another runner stands still in the middle of writing to the journal",
                hint="find out which process has the file open (fuser), and let it go on (kill -CONT) or end it",
            ) from error
        raise LeaseHeld(
            f"{holder} drives this run, and stands still in the middle of writing to the journal",
            context=_since(holder),
            hint=f"let that process go on (kill -CONT {holder.pid}), or end it (kill -9 {holder.pid}): "
            "until then nobody can take the run over",
        ) from error


def _writing_holder(connection: sqlite3.Connection) -> Holder | None:
    # Reading does not wait for a writer; where the tables are just being made there is nothing to read yet.
    with suppress(sqlite3.OperationalError):
        row = connection.execute("SELECT holder FROM lease").fetchone()
        return read_holder(row[0]) if row else None
    return None


def _refuse_while_held(holder: Holder, left: float, run: str) -> None:
    if not holder.here:
        # Two machines' clocks are never compared: how old its last sign of life is, nobody can say.
        raise LeaseHeld(
            f"{holder} drives this run",
            context=_since(holder),
            hint=f"continue on that machine, or, if it is gone: drctl takeover {run} --reason TEXT",
        )
    if left > 0:
        raise LeaseHeld(
            f"{holder} drives this run",
            context=(*_since(holder), f"its lease was renewed {max(TTL.total_seconds() - left, 0):.0f} s ago"),
            hint=f"end that process (kill {holder.pid}), wait {left:.0f} s for its lease to end, "
            f"or: drctl takeover {run} --reason TEXT",
        )


def _since(holder: Holder) -> tuple[str, ...]:
    return (f"since {holder.since}, by its own clock",) if holder.since else ()


def read_holder(text: str | None) -> Holder | None:
    """The holder that a lease names; None where nobody holds it. Raises JournalCorrupt for what names nobody."""
    try:
        return None if text is None else Holder(**json.loads(text))
    except (ValueError, TypeError) as error:
        what = f"who holds the lease cannot be read: {error}"
        raise JournalCorrupt(what, hint="use a copy of this journal") from error
