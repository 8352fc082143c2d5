"""One run's journal: an SQLite file with the events, and the lease beside them.

Events and lease share one file, so that "am I still the runner?" and "write this
event" are one transaction: a runner that was stopped and wakes after its lease was
taken cannot write one more byte. Beside it lies a witness of the newest event.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from drctl import clock
from drctl.errors import JournalCorrupt, JournalUnavailable, LeaseLost
from drctl.journal import lease, place, tip
from drctl.journal.chain import GENESIS, link
from drctl.journal.codec import encode
from drctl.journal.inbox import waiting_orders
from drctl.journal.lease import busy_told, read_holder, take_lease
from drctl.journal.reading import events_in
from drctl.journal.told import code_of, told
from drctl.journal.witness import Loss, Newest, Witness, loss_of, read_witness
from drctl.journal.witness import told as told_loss
from drctl.model.events import Event
from drctl.model.order import Order
from drctl.model.recorded import Recorded

BETWEEN_LOOKS = timedelta(seconds=0.2)
"""How long an operator's order may lie in the inbox before the runner looks."""
PATIENCE = timedelta(seconds=10)
"""How long another process's write is waited for, which takes milliseconds unless that process was stopped."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY, fence INTEGER NOT NULL, body TEXT NOT NULL,
                                  hash TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS inbox (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT;
"""


class SqliteJournal:
    """The journal of one run, held under a lease from `open` to `release`."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, fence: int, said: Newest | None, *, accept_loss: bool
    ) -> None:
        self._path = path
        self._db = connection
        self._fence = fence
        self._closed = False
        self._renewed = clock.awake_and_asleep()
        self._looked = 0.0
        self._place = place.Place.of(path)
        self._witness = Witness(path)
        self._seq, self._head = self._last()
        self.loss = self._loss(said)
        """What the journal has lost, until the first append: by then whoever opened it by force has recorded that."""
        if self.loss is not None and not accept_loss:
            raise told_loss(self.loss, path)
        if self.loss is None:
            self._tell()

    @classmethod
    def open(cls, path: Path, *, create: bool = False, by_force: bool = False) -> SqliteJournal:
        """The journal at `path` with its lease taken by this process.

        With `by_force` a runner that holds it loses it, wherever that is: it writes nothing more; and so does one
        whose journal this is a copy of, where the original is gone; and the newest events may be lost (`loss`).
        Raises LeaseHeld where another runner drives the run, JournalUnavailable where the file cannot be written,
        CopiedJournal where it is a copy: by force, only where the original is still there, and JournalCorrupt.
        """
        with told(path):
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
            elif not path.exists():
                raise JournalUnavailable(f"there is no journal at {path}")
            connection = sqlite3.connect(path, timeout=PATIENCE.total_seconds(), isolation_level=None)
            try:
                with busy_told(connection):
                    _use_log(connection)
                    # FULL: a commit that has returned survives a power cut. That is the promise everything stands on.
                    connection.execute("PRAGMA synchronous=FULL")
                    connection.executescript(_SCHEMA + lease.SCHEMA + tip.SCHEMA + place.SCHEMA)
                    if create:
                        _sync_folder(path.parent)
                    said = read_witness(path)
                    # A log that was lost takes the newest lease with it, and its number must not be given twice.
                    fence = take_lease(connection, path, by_force=by_force, above=said.fence if said else 0)
                    try:
                        return cls(path, connection, fence, said, accept_loss=by_force)
                    except JournalCorrupt:
                        lease.give_back(connection, fence)
                        raise
            except BaseException:
                connection.close()
                raise

    @property
    def fence(self) -> int:
        """The number of this lease; every event written under it carries it."""
        return self._fence

    def append(self, events: Sequence[Event], obeyed: Sequence[str] = ()) -> tuple[Recorded, ...]:
        """Write all of `events` in one durable commit, or none; the orders `obeyed` leave the inbox with it."""
        records: list[Recorded] = []
        seq, head = self._seq, self._head
        with told(self._path), self._fenced():
            for event in events:
                seq, body = seq + 1, encode(event)
                head = link(head, seq, self._fence, body)
                self._db.execute("INSERT INTO event VALUES (?, ?, ?, ?)", (seq, self._fence, body, head))
                records.append(Recorded(seq, self._fence, event, head))
            self._db.executemany("DELETE FROM inbox WHERE id = ?", [(id,) for id in obeyed])
            if records:
                tip.write_tip(self._db, seq, head)
        self._seq, self._head = seq, head
        if records:
            if self.loss is not None:
                self._witness.forget()
                self.loss = None
            self._tell()
        return tuple(records)

    def read(self) -> tuple[Recorded, ...]:
        """Every event so far, its chain checked, and that all that this runner has written are there."""
        with told(self._path):
            return events_in(self._db, self._path, self._newest())

    def orders(self) -> tuple[Order, ...]:
        """What operators have ordered and what has not been obeyed or refused yet, oldest first.

        Looked up five times a second at most: a drill in virtual time asks thousands of times.
        """
        if (now := clock.awake_and_asleep()) - self._looked < BETWEEN_LOOKS.total_seconds():
            return ()
        self._looked = now
        with told(self._path):
            return waiting_orders(self._db)

    def renew(self) -> None:
        """Keep the lease; writes only when a sixth of it has passed. Raises LeaseLost."""
        if clock.awake_and_asleep() - self._renewed < lease.RENEW_EVERY.total_seconds():
            return
        with told(self._path), self._fenced():
            pass

    def lease_left(self) -> timedelta:
        """How long the lease still holds, counting time that the machine was asleep."""
        return lease.TTL - timedelta(seconds=clock.awake_and_asleep() - self._renewed)

    def release(self) -> None:
        """Give the lease back and close the file; quiet where the lease is no longer ours, and the second time."""
        if self._closed:
            return
        self._closed = True
        self._witness.close()
        try:
            # On a full disk the lease is kept until it ends: what went wrong before it is what has to be told.
            with suppress(JournalUnavailable), told(self._path):
                lease.give_back(self._db, self._fence)
        finally:
            self._db.close()

    @contextmanager
    def _fenced(self) -> Iterator[None]:
        """A transaction that holds the lease from its first read to its commit, and renews it."""
        self._place.check_still_there()
        self._db.execute("BEGIN IMMEDIATE")
        try:
            row = self._db.execute("SELECT fence, holder FROM lease").fetchone()
            if row is None or row[0] != self._fence:
                taker = read_holder(row[1]) if row else None
                raise LeaseLost(
                    f"another runner has taken this run over: {taker or 'it has ended since'}",
                    note="this runner wrote nothing more",
                    hint="drctl status",
                )
            now = clock.awake_and_asleep()
            self._db.execute("UPDATE lease SET until = ?", (now + lease.TTL.total_seconds(),))
            yield
            self._db.execute("COMMIT")
            self._renewed = now
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _last(self) -> tuple[int, str]:
        row = self._db.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        seq, head = (row[0], row[1]) if row else (0, GENESIS)
        tip.check_reached(tip.read_tip(self._db), seq, str(self._path))
        return seq, head

    def _newest(self) -> Newest | None:
        return Newest(self._seq, self._fence, self._head) if self._seq else None

    def _tell(self) -> None:
        if (newest := self._newest()) is not None:
            self._witness.tell(newest)

    def _loss(self, said: Newest | None) -> Loss | None:
        if said is None:
            return None
        row = self._db.execute("SELECT hash FROM event WHERE seq = ?", (said.seq,)).fetchone()
        return loss_of(said, self._seq, row[0] if row else None)


def _use_log(connection: sqlite3.Connection) -> None:
    """Have SQLite write ahead. Two that make a new file at one moment refuse each other this without any patience."""
    ends = time.monotonic() + PATIENCE.total_seconds()
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if code_of(error) != sqlite3.SQLITE_BUSY or time.monotonic() >= ends:
                raise
            time.sleep(0.002)  # noqa: TID251 - waiting for another process, not for a step
        else:
            return


def _sync_folder(folder: Path) -> None:
    # A new file's name must survive a power cut too, or the run would be lost with everything in it.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
