"""One run's journal: an SQLite file with the events, and the lease beside them.

Events and lease share one file, so that "am I still the runner?" and "write this
event" are one transaction: a runner that was stopped and wakes after its lease was
taken cannot write one more byte.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from drctl.clock import awake_and_asleep
from drctl.errors import JournalCorrupt, JournalUnavailable, LeaseHeld, LeaseLost
from drctl.journal.chain import GENESIS, checked, link
from drctl.journal.codec import encode
from drctl.journal.holder import Holder, this_process
from drctl.model.events import Event
from drctl.model.recorded import Recorded

TTL = timedelta(seconds=60)
"""How long a lease holds without being renewed: how long a run waits for a runner that hangs."""
RENEW_EVERY = timedelta(seconds=10)

_ERROR = sqlite3.SQLITE_ERROR
"""SQLite's code for what is wrong in a file or a statement; text that is no UTF-8 comes without any code."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY, fence INTEGER NOT NULL, body TEXT NOT NULL,
                                  hash TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS lease (one INTEGER PRIMARY KEY CHECK (one = 1), fence INTEGER NOT NULL,
                                  holder TEXT, until REAL NOT NULL) STRICT;
INSERT OR IGNORE INTO lease VALUES (1, 0, NULL, 0);
"""


class SqliteJournal:
    """The journal of one run, held under a lease from `open` to `release`."""

    def __init__(self, path: Path, connection: sqlite3.Connection, fence: int) -> None:
        self._path = path
        self._db = connection
        self._fence = fence
        self._closed = False
        self._renewed = awake_and_asleep()
        self._seq, self._head = self._last()

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> SqliteJournal:
        """The journal at `path` with its lease taken by this process.

        Raises LeaseHeld where another runner drives the run, JournalUnavailable where the file cannot be written.
        """
        with _told(path):
            if create:
                path.parent.mkdir(parents=True, exist_ok=True)
            elif not path.exists():
                raise JournalUnavailable(f"there is no journal at {path}")
            connection = sqlite3.connect(path, timeout=10, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                # FULL: a commit that has returned survives a power cut. That is the promise everything stands on.
                connection.execute("PRAGMA synchronous=FULL")
                connection.executescript(_SCHEMA)
                if create:
                    _sync_folder(path.parent)
                return cls(path, connection, _take_lease(connection))
            except BaseException:
                connection.close()
                raise

    @property
    def fence(self) -> int:
        """The number of this lease; every event written under it carries it."""
        return self._fence

    def append(self, events: Sequence[Event]) -> tuple[Recorded, ...]:
        """Write all of `events` in one durable commit, or none."""
        records: list[Recorded] = []
        seq, head = self._seq, self._head
        with _told(self._path), self._fenced():
            for event in events:
                seq, body = seq + 1, encode(event)
                head = link(head, seq, self._fence, body)
                self._db.execute("INSERT INTO event VALUES (?, ?, ?, ?)", (seq, self._fence, body, head))
                records.append(Recorded(seq, self._fence, event, head))
        self._seq, self._head = seq, head
        return tuple(records)

    def read(self) -> tuple[Recorded, ...]:
        """Every event so far, its chain checked."""
        with _told(self._path):
            return _read(self._db, self._path)

    def renew(self) -> None:
        """Keep the lease; writes only when a sixth of it has passed. Raises LeaseLost."""
        if awake_and_asleep() - self._renewed < RENEW_EVERY.total_seconds():
            return
        with _told(self._path), self._fenced():
            pass

    def lease_left(self) -> timedelta:
        """How long the lease still holds, counting time that the machine was asleep."""
        return TTL - timedelta(seconds=awake_and_asleep() - self._renewed)

    def release(self) -> None:
        """Give the lease back and close the file; quiet where the lease is no longer ours, and the second time."""
        if self._closed:
            return
        self._closed = True
        try:
            # On a full disk the lease is kept until it ends: what went wrong before it is what has to be told.
            with suppress(JournalUnavailable), _told(self._path):
                self._db.execute("UPDATE lease SET holder = NULL, until = 0 WHERE fence = ?", (self._fence,))
        finally:
            self._db.close()

    @contextmanager
    def _fenced(self) -> Iterator[None]:
        """A transaction that holds the lease from its first read to its commit, and renews it."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            row = self._db.execute("SELECT fence, holder FROM lease").fetchone()
            if row is None or row[0] != self._fence:
                taker = _holder(row[1]) if row else None
                raise LeaseLost(
                    f"another runner has taken this run over: {taker or 'it has ended since'}",
                    note="this runner wrote nothing more",
                    hint="drctl status",
                )
            now = awake_and_asleep()
            self._db.execute("UPDATE lease SET until = ?", (now + TTL.total_seconds(),))
            yield
            self._db.execute("COMMIT")
            self._renewed = now
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _last(self) -> tuple[int, str]:
        row = self._db.execute("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        return (row[0], row[1]) if row else (0, GENESIS)


def read_journal(path: Path) -> tuple[Recorded, ...]:
    """The events in the journal at `path`, without taking its lease; while another process writes it, too."""
    with _told(path):
        if not path.exists():
            raise JournalUnavailable(f"there is no journal at {path}")
        try:
            return _read_only(path, "mode=ro")
        except sqlite3.OperationalError:
            if _unmerged(path):
                # Without them the newest events would be missing, and nothing would show it.
                raise
            # A read-only folder has no room for SQLite's shared memory; nobody can be writing there either.
            return _read_only(path, "mode=ro&immutable=1")


def _unmerged(path: Path) -> bool:
    """Whether a runner that was killed left events beside the journal's own file."""
    log = path.with_name(f"{path.name}-wal")
    return log.exists() and log.stat().st_size > 0


def _read_only(path: Path, query: str) -> tuple[Recorded, ...]:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?{query}", uri=True, timeout=10)
    try:
        return _read(connection, path)
    finally:
        connection.close()


def _read(connection: sqlite3.Connection, path: Path) -> tuple[Recorded, ...]:
    # A view of that name could compute for ever.
    made = connection.execute("SELECT type, sql FROM sqlite_schema WHERE name = 'event' COLLATE NOCASE").fetchall()
    if [kind for kind, sql in made if str(sql).upper().startswith("CREATE TABLE")] != ["table"]:
        raise JournalCorrupt(f"{path} is no journal: it has no table of events", hint="use a copy of this journal")
    rows = connection.execute("SELECT seq, fence, body, hash FROM event ORDER BY seq").fetchall()
    return tuple(checked(rows, str(path)))


def _take_lease(connection: sqlite3.Connection) -> int:
    """The number of the new lease. Raises LeaseHeld where a living runner holds it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        row = connection.execute("SELECT fence, holder, until FROM lease").fetchone()
        if row is None:
            raise JournalCorrupt("the journal has lost its lease", hint="use a copy of this journal")
        fence, holder_text, until = row
        holder = _holder(holder_text)
        if holder is not None and not holder.gone:
            _refuse_while_held(holder, until - awake_and_asleep())
        me = json.dumps(asdict(this_process()))
        connection.execute(
            "UPDATE lease SET fence = ?, holder = ?, until = ?",
            (fence + 1, me, awake_and_asleep() + TTL.total_seconds()),
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return int(fence) + 1


def _refuse_while_held(holder: Holder, left: float) -> None:
    if not holder.here:
        # Two machines' clocks are never compared: how old its last sign of life is, nobody can say.
        raise LeaseHeld(f"{holder} drives this run", hint="continue on that machine, where the journal was written")
    if left > 0:
        raise LeaseHeld(
            f"{holder} drives this run",
            context=(f"its lease was renewed {max(TTL.total_seconds() - left, 0):.0f} s ago",),
            hint=f"end that process, or wait: the lease ends in {left:.0f} s unless it is renewed",
        )


def _holder(text: str | None) -> Holder | None:
    try:
        return None if text is None else Holder(**json.loads(text))
    except (ValueError, TypeError) as error:
        what = f"who holds the lease cannot be read: {error}"
        raise JournalCorrupt(what, hint="use a copy of this journal") from error


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """SQLite's and the system's errors, as what an operator can act on."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", _ERROR) & 0xFF == _ERROR:
            # Not the disk's fault: the file answers, and what is in it is no journal.
            raise _damaged(path, error) from error
        raise JournalUnavailable(
            f"the journal {path} cannot be used: {error}",
            note="what was recorded before is safe; nothing more was started",
            hint="free the disk or the folder, then resume the run",
        ) from error
    except sqlite3.DatabaseError as error:
        raise _damaged(path, error) from error
    except OSError as error:
        raise JournalUnavailable(f"the journal {path} cannot be used: {error.strerror or error}") from error


def _damaged(path: Path, error: sqlite3.Error) -> JournalCorrupt:
    return JournalCorrupt(f"the journal {path} is damaged: {error}", hint="use a copy of this journal")


def _sync_folder(folder: Path) -> None:
    # A new file's name must survive a power cut too, or the run would be lost with everything in it.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
