"""The journal on disk keeps what it was given, and only its runner writes."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from drctl import clock
from drctl.errors import JournalCorrupt, JournalUnavailable, LeaseHeld, LeaseLost, NotFound
from drctl.journal import holder, reading
from drctl.journal.folder import find_run
from drctl.journal.reading import read_journal
from drctl.journal.sqlite import SqliteJournal
from drctl.model.events import RunHeld, StepWaiting

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def waiting(text: str) -> StepWaiting:
    return StepWaiting(at=NOW, step="a", until=text)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "journal.sqlite"


Open = Callable[..., SqliteJournal]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens journals as SqliteJournal does, and gives them back when the test is over."""
    journals: list[SqliteJournal] = []

    def open_one(path: Path, *, create: bool = False) -> SqliteJournal:
        journals.append(SqliteJournal.open(path, create=create))
        return journals[-1]

    yield open_one
    for journal in journals:
        # Twice is quiet, and some tests have done it already.
        with suppress(JournalCorrupt):
            journal.release()


def test_what_was_appended_is_read_back_in_order(opened: Open, path: Path) -> None:
    journal = opened(path, create=True)
    journal.append([waiting("one"), waiting("two")])
    journal.append([RunHeld(at=NOW, because="three")])
    assert [record.seq for record in journal.read()] == [1, 2, 3]
    assert journal.read() == read_journal(path)


def test_a_journal_is_reopened_where_it_was(opened: Open, path: Path) -> None:
    first = opened(path, create=True)
    first.append([waiting("one")])
    first.release()
    second = opened(path)
    record = second.append([waiting("two")])[0]
    assert (record.seq, record.fence) == (2, 2)
    assert len(second.read()) == 2


def test_a_held_journal_is_refused_and_the_holder_is_named(opened: Open, path: Path) -> None:
    journal = opened(path, create=True)
    with pytest.raises(LeaseHeld, match=rf"process {os.getpid()}"):
        opened(path)
    journal.release()
    opened(path).release()


def test_a_killed_holder_is_not_waited_for(opened: Open, path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from drctl.journal.sqlite import SqliteJournal;"
        "j = SqliteJournal.open(Path(sys.argv[1]), create=True); print('held', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"held\n"
    with pytest.raises(LeaseHeld):
        opened(path)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    opened(path).release()


def test_a_runner_whose_lease_was_taken_writes_nothing_more(
    opened: Open, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = opened(path, create=True)
    stale.append([waiting("one")])
    # A minute and a second later, as a process that was stopped would find it.
    real = clock.awake_and_asleep
    monkeypatch.setattr(clock, "awake_and_asleep", lambda: real() + 61)
    fresh = opened(path)
    assert stale.lease_left() < timedelta(0)
    with pytest.raises(LeaseLost):
        stale.append([waiting("stale")])
    with pytest.raises(LeaseLost):
        stale.renew()
    stale.release()
    assert [record.event for record in fresh.read()] == [waiting("one")]
    fresh.append([waiting("still mine")])


def test_a_renewed_lease_is_kept(opened: Open, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = opened(path, create=True)
    real = clock.awake_and_asleep
    monkeypatch.setattr(clock, "awake_and_asleep", lambda: real() + 50)
    journal.renew()
    monkeypatch.setattr(clock, "awake_and_asleep", lambda: real() + 100)
    with pytest.raises(LeaseHeld):
        opened(path)


def test_all_of_an_append_is_written_or_none(opened: Open, path: Path) -> None:
    journal = opened(path, create=True)
    unencodable = StepWaiting(at=NOW, step="a", until="x", percent=object())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="JSON"):
        journal.append([waiting("one"), unencodable])
    journal.append([waiting("two")])
    assert [record.event for record in journal.read()] == [waiting("two")]


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE event SET body = replace(body, 'two', 'owt') WHERE seq = 2",
        "UPDATE event SET fence = 9 WHERE seq = 2",
        "DELETE FROM event WHERE seq = 2",
        "UPDATE event SET hash = replace(hash, 'a', 'b') WHERE seq = 2",
    ],
)
def test_an_altered_event_is_found(opened: Open, path: Path, forgery: str) -> None:
    journal = opened(path, create=True)
    journal.append([waiting("one"), waiting("two"), waiting("three")])
    journal.release()
    with sqlite3.connect(path) as forger:
        forger.execute(forgery)
    forger.close()
    with pytest.raises(JournalCorrupt, match="event 2"):
        read_journal(path)


def test_a_file_that_is_no_journal_is_refused(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"not a database, but long enough to be looked at as one" * 20)
    with pytest.raises(JournalCorrupt):
        opened(path)
    with pytest.raises(JournalCorrupt):
        read_journal(path)


def test_a_journal_that_is_not_there_is_not_made_by_opening_it(opened: Open, path: Path) -> None:
    with pytest.raises(JournalUnavailable):
        opened(path)
    assert not path.exists()


def test_a_copy_of_a_killed_runners_files_reads_the_same(opened: Open, path: Path, tmp_path: Path) -> None:
    journal = opened(path, create=True)
    journal.append([waiting("one")])
    # The write-ahead log has not been folded into the file yet: a copy of the folder is what a crash leaves.
    shutil.copytree(path.parent, tmp_path / "copy")
    assert read_journal(tmp_path / "copy" / path.name) == journal.read()


def test_a_holder_in_another_container_is_never_taken_for_gone(
    opened: Open, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process numbers are its own: that none of them is alive here says nothing."""
    journal = opened(path, create=True)
    monkeypatch.setattr(holder, "_space", lambda: "pid:[1]")
    monkeypatch.setattr(holder, "_alive", lambda pid: False)
    with pytest.raises(LeaseHeld):
        opened(path)
    journal.release()


@pytest.mark.parametrize("damage", ["UPDATE lease SET holder = 'nobody'", "DELETE FROM lease WHERE 1"])
def test_a_lease_that_cannot_be_read_is_damage_and_no_bug(opened: Open, path: Path, damage: str) -> None:
    opened(path, create=True).release()
    with sqlite3.connect(path) as forger:
        forger.execute(damage)
        forger.execute("INSERT OR IGNORE INTO lease VALUES (1, 1, '{}', 0)")
    forger.close()
    with pytest.raises(JournalCorrupt):
        opened(path)


def test_text_that_is_no_text_is_damage_and_not_a_full_disk(opened: Open, path: Path) -> None:
    journal = opened(path, create=True)
    journal.append([waiting("one")])
    journal.release()
    with sqlite3.connect(path) as forger:
        forger.execute("UPDATE event SET body = CAST(x'ff' AS TEXT)")
    forger.close()
    with pytest.raises(JournalCorrupt):
        read_journal(path)
    path.write_bytes(b"")
    with pytest.raises(JournalCorrupt):
        read_journal(path)


def test_a_journal_whose_newest_events_cannot_be_read_is_not_read_without_them(
    opened: Open, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = opened(path, create=True)
    journal.append([waiting("one")])
    real = reading._read_only

    def no_room_for_shared_memory(path: Path, query: str, read: Callable[..., Any]) -> Any:
        if "immutable" not in query:
            raise sqlite3.OperationalError("unable to open database file")
        return real(path, query, read)

    monkeypatch.setattr(reading, "_read_only", no_room_for_shared_memory)
    with pytest.raises((JournalUnavailable, JournalCorrupt), match="unable to open"):
        read_journal(path)
    journal.release()
    assert len(read_journal(path)) == 1


def test_no_run_is_called_by_an_empty_name(opened: Open, tmp_path: Path) -> None:
    opened(tmp_path / "runs" / "dr-1" / "journal.sqlite", create=True).release()
    assert find_run(tmp_path, "dr").run == "dr-1"
    with pytest.raises(NotFound):
        find_run(tmp_path, "")


def test_the_latest_run_is_the_one_that_began_last(opened: Open, tmp_path: Path) -> None:
    """An older one may have been written to since."""
    for run, began in (("dr-1", NOW), ("dr-2", NOW + timedelta(minutes=1))):
        journal = opened(tmp_path / "runs" / run / "journal.sqlite", create=True)
        journal.append([RunHeld(at=began, because="it stands for the first event")])
        journal.release()
    os.utime(tmp_path / "runs" / "dr-1" / "journal.sqlite", (2**31, 2**31))
    assert find_run(tmp_path, "latest").run == "dr-2"
