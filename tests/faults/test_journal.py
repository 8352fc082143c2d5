"""Whatever happens to a journal's file, what is read of it is what was written, or nothing is.

The laws of each test are its docstring. `tally` compares what was counted with docs/reliability.md.
"""

from __future__ import annotations

import itertools
import os
import random
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drctl import clock
from drctl.errors import CopiedJournal, JournalCorrupt, JournalUnavailable, LeaseHeld
from drctl.journal import sqlite
from drctl.journal.codec import encode
from drctl.journal.reading import read_journal
from drctl.journal.sqlite import SqliteJournal
from drctl.journal.whole import whole_part
from drctl.journal.witness import Newest, place_of, read_witness
from drctl.model.events import StepWaiting
from tests.faults.journals import SAMPLE, Looks, killed, overwrite, written
from tests.faults.tally import tally

PAGE = 4096
FRAME = 24 + PAGE
"""A frame of SQLite's write-ahead log: one page behind its header."""
NOBODY = 65534


def long(place: int) -> StepWaiting:
    return StepWaiting(at=datetime(2030, 1, 1, tzinfo=UTC), step=f"s{place}", until=f"{place}" * 1200)


@pytest.fixture
def leases_end(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From then on, each look at the clock finds that a minute has passed: every lease has ended by the next one."""
    minutes, real = itertools.count(1), clock.awake_and_asleep

    def end() -> None:
        monkeypatch.setattr(clock, "awake_and_asleep", lambda: real() + next(minutes) * 61)

    return end


def test_a_flipped_bit_never_gives_other_events(path: Path) -> None:
    """The events as they were, or a refusal; and the first altered event is named where it was in an event's row."""
    records = written(path, 4)
    content = path.read_bytes()
    # The events' page byte by byte; of the schema's every second, of the mostly empty ones behind them every 16th.
    places = [*range(0, PAGE, 2), *range(PAGE, 2 * PAGE), *range(2 * PAGE, len(content), 16)]
    owners = {}
    for record in records:
        for text in (encode(record.event).encode(), record.hash.encode()):
            begins = content.index(text, PAGE)
            owners.update(dict.fromkeys(range(begins, begins + len(text)), record.seq))
    dice, looks, named = random.Random(20261114), Looks(records), 0
    with path.open("r+b", buffering=0) as file:
        for place in places:
            os.pwrite(file.fileno(), bytes([content[place] ^ 1 << dice.randrange(8)]), place)
            refusal = looks.look(path)
            if place in owners:
                assert isinstance(refusal, JournalCorrupt)
            if place in owners and place % 3 == 0:
                damage = whole_part(path)[1]
                assert damage is not None
                assert damage.event == owners[place]
                named += 1
            os.pwrite(file.fileno(), content[place : place + 1], place)
    assert named > 200
    assert min(looks.same, looks.refused) > 1000
    tally(
        fault="a flipped bit in the journal",
        how="one bit of every byte of the events' page, of every second of the schema, of every 16th of the others",
        injected=looks.injected,
    )


def test_a_journal_cut_short_never_gives_other_events(path: Path) -> None:
    """The events as they were, or a refusal: what was merged into the file is never missing without a word."""
    journal = SqliteJournal.open(path, create=True)
    records = journal.append([long(place) for place in range(8)])
    journal.release()
    looks, size = Looks(records), path.stat().st_size
    assert size % PAGE == 0
    for length in range(size - 1, size - 1 - PAGE, -1):
        os.truncate(path, length)
        looks.look(path)
    assert looks.refused > PAGE // 2
    tally(
        fault="the journal cut short",
        how="the file ends at every byte of its last page",
        injected=looks.injected,
    )


@pytest.mark.thorough
def test_a_power_cut_takes_exactly_what_was_not_answered(path: Path, leases_end: Callable[[], None]) -> None:
    """The log ends anywhere: every append that was answered by then is there, and of the next one nothing.

    Then the run goes on with the next number. The witness has got as far as it can have got.
    """
    files = killed(path, [[SAMPLE[0]], SAMPLE[1:3], SAMPLE[3:5]])
    leases_end()
    log = path.with_name(f"{path.name}-wal")
    size = len(files.log)
    cuts = sorted({*range(0, size, 64), *range(size - FRAME, size)}, reverse=True)
    overwrite(path, files.main)
    lost = 0
    for length in cuts:
        log.write_bytes(files.log[:length])
        answered = files.newest(length)
        place_of(path).write_bytes(answered.witness if answered is not None else b"")
        if answered is None:
            # Not even all the tables were written: there was no journal yet.
            with suppress(JournalCorrupt):
                assert read_journal(path) == ()
            continue
        expected, read = answered.records, read_journal(path)
        lost += len(expected) - len(read)
        assert read == expected
        if length % 512 == 0:
            journal = SqliteJournal.open(path)
            assert journal.append([SAMPLE[5]])[0].seq == len(expected) + 1
            assert journal.read()[:-1] == expected
            journal.release()
            overwrite(path, files.main)
    tally(
        fault="a power cut while events are written",
        how="the write-ahead log ends at every byte of its last frame, and at every 64th before",
        injected=len(cuts),
        lost=lost,
    )


def test_a_bit_flipped_in_the_log_never_gives_other_events(path: Path) -> None:
    """SQLite takes it for a power cut, and gives the events before it. The witness tells that there were more."""
    files = killed(path, [[event] for event in SAMPLE[:3]])
    log, looks = path.with_name(f"{path.name}-wal"), Looks(files.answered[-1].records)
    overwrite(path, files.main)
    dice, places = random.Random(20261115), range(0, len(files.log), 64)
    for place in places:
        content = bytearray(files.log)
        content[place] ^= 1 << dice.randrange(8)
        log.write_bytes(content)
        looks.look(path)
    assert looks.refused > 1000
    tally(
        fault="a flipped bit in the log of a running journal",
        how="one bit of every 64th byte of the write-ahead log",
        injected=looks.injected,
    )


def test_lost_newest_events_are_found_and_gone_on_without_only_by_force(
    path: Path, leases_end: Callable[[], None]
) -> None:
    """The log ends at an earlier commit, or is gone: nobody reads or drives what is left as if it were the whole.

    A takeover goes on behind what is left, under a lease of a higher number; then the journal is whole again.
    """
    files = killed(path, [[event] for event in SAMPLE[:8]])
    log, newest = path.with_name(f"{path.name}-wal"), files.answered[-1]
    leases_end()
    logs = [files.log[:length] for length in range(len(files.log) - FRAME, 0, -FRAME)]
    for content in (*logs, b"", None):
        left = files.newest(len(content or b""))
        overwrite(path, files.main)
        log.write_bytes(content or b"")
        if content is None:
            log.unlink()
        place_of(path).write_bytes(newest.witness)
        with pytest.raises(JournalCorrupt) as told:
            read_journal(path)
        if left is None:
            # Not even all the tables had been written by then.
            continue
        missing = f"8 were written, {len(left.records)} are there"
        assert missing in told.value.what
        with pytest.raises(JournalCorrupt, match=missing):
            SqliteJournal.open(path)
        journal = SqliteJournal.open(path, by_force=True)
        assert journal.read() == left.records
        (record,) = journal.append([SAMPLE[8]])
        journal.release()
        assert record.seq == len(left.records) + 1
        assert record.fence > newest.records[-1].fence
        SqliteJournal.open(path).release()
        assert read_journal(path) == (*left.records, record)
    tally(
        fault="a disk that loses the newest events",
        how="the write-ahead log ends at every earlier frame, is empty, and is gone; refused until a takeover",
        injected=len(logs) + 2,
    )


def test_a_damaged_witness_says_nothing_and_is_written_anew(path: Path) -> None:
    """The journal is the truth: no witness, or a damaged one, never keeps anybody from it."""
    looks, witness = Looks(written(path, 6)), place_of(path)
    whole = witness.read_bytes()
    damaged = [bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
               for at in range(len(whole)) for bit in range(8)]  # fmt: skip
    damaged += [whole[:length] for length in range(len(whole))]
    damaged += [whole + b"\n", whole * 2, bytes(len(whole)), bytes(4096)]
    for content in damaged:
        witness.write_bytes(content)
        looks.look(path)
    witness.unlink()
    looks.look(path)
    assert looks.refused == 0
    for content in damaged[::100]:
        witness.write_bytes(content)
        SqliteJournal.open(path).release()
        said = read_witness(path)
        assert said is not None
        assert (said.seq, said.hash) == (6, looks.before[-1].hash)
    tally(
        fault="a damaged witness",
        how="every bit of it flipped, cut at every byte, more behind it, zeros, and none at all",
        injected=looks.injected,
    )


def test_a_witness_that_lags_accuses_nobody(path: Path, leases_end: Callable[[], None]) -> None:
    """A runner that was killed between its commit and its witness, and a power cut, leave an older one."""
    files = killed(path, [[event] for event in SAMPLE[:8]])
    overwrite(path, files.main)
    leases_end()
    looks = Looks(files.answered[-1].records)
    for older in files.answered:
        place_of(path).write_bytes(older.witness)
        path.with_name(f"{path.name}-wal").write_bytes(files.log)
        looks.look(path)
        SqliteJournal.open(path).release()
        assert read_witness(path) == Newest(8, 2, looks.before[-1].hash)
        overwrite(path, files.main)
    assert looks.refused == 0
    tally(
        fault="a witness that lags",
        how="the witness of every earlier commit beside the whole journal",
        injected=looks.injected,
    )


def until_it_is_full(journal: SqliteJournal) -> int:
    """Append until the disk is full; how many events were recorded."""
    recorded = 0
    while True:
        try:
            journal.append([long(recorded % 10)])
        except JournalUnavailable as refused:
            assert refused.exit_code == 3  # noqa: PT017 - any number of appends may go well before
            return recorded
        recorded += 1


def test_a_full_disk_loses_nothing_and_the_run_goes_on(path: Path) -> None:
    """The append is refused, what was recorded is whole, and with room again the numbers go on without a gap."""
    path.parent.mkdir(parents=True)
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", path.parent], capture_output=True, check=False
    ).returncode:
        pytest.skip("this system does not let us mount a file system")
    rounds = 20
    try:
        for left in range(rounds):
            journal = SqliteJournal.open(path, create=True)
            before = len(journal.read())
            ballast = path.with_name("ballast")
            room = os.statvfs(path.parent)
            ballast.write_bytes(bytes((room.f_bavail - left) * room.f_frsize))
            recorded = until_it_is_full(journal)
            assert len(read_journal(path)) == before + recorded
            ballast.unlink()
            assert journal.append([SAMPLE[0]])[0].seq == before + recorded + 1
            journal.release()
            assert len(read_journal(path)) == before + recorded + 1
            for file in path.parent.iterdir():
                file.unlink()
    finally:
        subprocess.run(["umount", path.parent], check=True)
    tally(
        fault="a full disk",
        how="a file system of 512 KiB with 0 to 19 pages left",
        injected=rounds,
    )


def test_a_write_that_is_cut_by_a_limit_loses_nothing_and_the_run_goes_on(path: Path) -> None:
    """As with a full disk, at any byte of what an append writes: the kernel writes a part, and then refuses."""
    journal = SqliteJournal.open(path, create=True)
    log, expected = path.with_name(f"{path.name}-wal"), 0
    rooms = range(0, 3 * FRAME, 100)
    for room in rooms:
        with largest_file(log.stat().st_size + room), pytest.raises(JournalUnavailable):
            journal.append([long(room % 10)] * 8)
        assert len(read_journal(path)) == expected
        assert journal.append([SAMPLE[0]])[0].seq == expected + 1
        expected += 1
    assert [record.seq for record in journal.read()] == list(range(1, expected + 1))
    journal.release()
    tally(
        fault="a write that is cut off",
        how="a limit on the size of files at every 100th byte of an append (RLIMIT_FSIZE)",
        injected=len(rooms),
    )


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python ignores the signal, so that a write answers EFBIG.
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_journal_that_may_not_grow_loses_nothing_and_the_run_goes_on(path: Path) -> None:
    """SQLite's own word for a full disk, at every number of pages."""
    journal = SqliteJournal.open(path, create=True)
    rounds = 25
    for spare in range(rounds):
        before = len(journal.read())
        (pages,) = journal._db.execute("PRAGMA page_count").fetchone()
        journal._db.execute(f"PRAGMA max_page_count = {pages + spare}")
        recorded = until_it_is_full(journal)
        journal._db.execute("PRAGMA max_page_count = 1000000")
        assert len(journal.read()) == before + recorded
        assert journal.append([SAMPLE[0]])[0].seq == before + recorded + 1
    journal.release()
    tally(
        fault="no more pages for the journal",
        how="SQLite's max_page_count with 0 to 24 pages left",
        injected=rounds,
    )


@contextmanager
def without_privileges() -> Iterator[None]:
    """As somebody to whom permissions apply."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can look into."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_read_only_state_folder_is_read_and_never_driven(open_folder: Path) -> None:
    """Reading gives every event, opening says that it cannot be written, and the files stay as they are."""
    path = open_folder / "journal.sqlite"
    records = written(path, 6)
    content, rounds = path.read_bytes(), 0
    for folder_mode, file_mode in [(0o555, 0o444), (0o555, 0o644), (0o755, 0o444)]:
        path.chmod(file_mode)
        open_folder.chmod(folder_mode)
        with without_privileges():
            assert read_journal(path) == records
            if os.access(path, os.W_OK, effective_ids=True) and os.access(open_folder, os.W_OK, effective_ids=True):
                continue
            with pytest.raises(JournalUnavailable):
                SqliteJournal.open(path)
        rounds += 1
        assert path.read_bytes() == content
    open_folder.chmod(0o755)
    tally(
        fault="a read-only state folder",
        how="folder and file, the folder, and the file without permission to write",
        injected=rounds,
    )


def refused_twice(copy: Path, original: Path) -> int:
    """With leave or without: what there is of the original is named. How often it was refused."""
    for accept in (False, True):
        with pytest.raises(CopiedJournal) as told:
            SqliteJournal.open(copy, by_force=accept)
        assert str(original) in told.value.what
        assert told.value.exit_code == 2
    return 2


def remove(path: Path) -> None:
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def test_a_copied_journal_is_never_driven_beside_its_original(path: Path, tmp_path: Path) -> None:
    """Not while the original is there, whatever is asked for; and once it is gone, only when that is asked for."""
    records = written(path, 6)
    elsewhere = tmp_path / "runs" / "dr-sim-1"
    copies = [path.parent.with_name("copy") / path.name, elsewhere / path.name, path.with_name("copy.sqlite")]
    refused = 0
    for held in (False, True):
        holder = SqliteJournal.open(path) if held else None
        for copy in copies:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            refused += refused_twice(copy, path)
            assert held or read_journal(copy) == records
            remove(copy)
        if holder is not None:
            holder.append([SAMPLE[6]])
            holder.release()
    assert len(read_journal(path)) == 7
    os.link(path, copies[0])
    refused += refused_twice(copies[0], path)
    remove(copies[0])
    # The honest case: the folder was moved to another disk.
    elsewhere.mkdir(parents=True, exist_ok=True)
    moved = elsewhere / path.name
    shutil.copyfile(path, moved)
    path.unlink()
    with pytest.raises(CopiedJournal) as told:
        SqliteJournal.open(moved)
    assert "drctl takeover dr-sim-1" in str(told.value.hint)
    taken = SqliteJournal.open(moved, by_force=True)
    assert taken.append([SAMPLE[7]])[0].seq == 8
    taken.release()
    SqliteJournal.open(moved).release()
    tally(
        fault="a copied journal",
        how="copies and a hard link, opened with and without leave, while the original is driven and while it is not",
        injected=refused + 1,
    )


def test_a_journal_restored_over_the_original_asks_for_a_takeover(path: Path) -> None:
    """What came after the backup is not in it, which nobody may overlook."""
    written(path, 3)
    backup = path.with_name("backup")
    shutil.copyfile(path, backup)
    journal = SqliteJournal.open(path)
    journal.append([SAMPLE[3]])
    journal.release()
    backup.replace(path)
    with pytest.raises(CopiedJournal, match="restored"):
        SqliteJournal.open(path)
    restored = SqliteJournal.open(path, by_force=True)
    assert len(restored.read()) == 3
    restored.release()
    tally(
        fault="a journal restored from a backup",
        how="an older copy put in the journal's place",
        injected=1,
    )


def test_a_moved_folder_is_the_same_journal(path: Path, tmp_path: Path) -> None:
    written(path, 3)
    moved = path.parent.rename(path.parent.with_name("renamed")) / path.name
    SqliteJournal.open(moved).release()
    (tmp_path / "link").symlink_to(moved.parent)
    SqliteJournal.open(tmp_path / "link" / path.name).release()
    assert len(read_journal(moved)) == 3


@pytest.mark.parametrize("replaced", [False, True])
def test_a_runner_whose_journal_is_gone_stops(path: Path, replaced: bool) -> None:
    """What it would write after that, nobody would ever read."""
    journal = SqliteJournal.open(path, create=True)
    journal.append([SAMPLE[0]])
    if replaced:
        shutil.copyfile(path, path.with_name("other"))
    path.unlink()
    if replaced:
        path.with_name("other").replace(path)
    with pytest.raises(JournalUnavailable, match="moved or deleted"):
        journal.append([SAMPLE[1]])
    with suppress(JournalUnavailable):
        journal.release()
    if replaced:
        tally(
            fault="a journal that is deleted under its runner",
            how="the file unlinked, and another put in its place",
            injected=1,
        )


def test_a_holder_that_was_stopped_in_the_middle_of_a_write_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease cannot be taken, and whoever tries is told whom to end."""
    monkeypatch.setattr(sqlite, "PATIENCE", sqlite.PATIENCE * 0.001)
    journal = SqliteJournal.open(path, create=True)
    with journal._fenced(), pytest.raises(LeaseHeld) as told:
        SqliteJournal.open(path)
    assert "in the middle of writing" in told.value.what
    assert f"kill -9 {os.getpid()}" in str(told.value.hint)
    journal.release()
