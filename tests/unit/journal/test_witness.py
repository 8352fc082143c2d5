"""The witness knows the newest event, and neither stops a run nor accuses a journal that is whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl import clock
from drctl.errors import DrctlError, JournalCorrupt, LeaseLost
from drctl.journal import witness
from drctl.journal.folder import find_run
from drctl.journal.reading import read_journal
from drctl.journal.sqlite import SqliteJournal
from drctl.journal.witness import LENGTH, Loss, Newest, Witness, place_of, read_witness
from drctl.model.events import StepWaiting

EVENTS = [StepWaiting(at=datetime(2030, 1, 1, tzinfo=UTC), step="a", until=str(place)) for place in range(9)]
Open = Callable[..., SqliteJournal]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "dr-1" / "journal.sqlite"


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens journals, and gives them back when the test is over."""
    journals: list[SqliteJournal] = []

    def open_one(path: Path, *, create: bool = False, by_force: bool = False) -> SqliteJournal:
        journals.append(SqliteJournal.open(path, create=create, by_force=by_force))
        return journals[-1]

    yield open_one
    for journal in journals:
        with suppress(DrctlError):
            journal.release()


def test_each_append_is_witnessed_once_it_is_durable(opened: Open, path: Path) -> None:
    journal = opened(path, create=True)
    assert read_witness(path) is None
    for count in (1, 3):
        last = journal.append(EVENTS[:count])[-1]
        assert read_witness(path) == Newest(last.seq, 1, last.hash)
        assert place_of(path).stat().st_size == LENGTH
    opened(path, by_force=True)
    with pytest.raises(LeaseLost):
        journal.append(EVENTS[:1])
    said = read_witness(path)
    assert said is not None
    assert (said.seq, said.hash) == (last.seq, last.hash)


@given(st.integers(1, 10**12 - 1), st.integers(0, 10**12 - 1), st.binary(min_size=32, max_size=32))
def test_what_was_said_is_read_back(seq: int, fence: int, digest: bytes) -> None:
    newest = Newest(seq, fence, digest.hex())
    line = witness._line(newest)
    assert len(line) == LENGTH
    assert witness._parsed(line) == newest


@given(st.binary(max_size=2 * LENGTH))
def test_other_bytes_say_nothing(line: bytes) -> None:
    assert witness._parsed(line) is None


@pytest.mark.parametrize("gone", [False, True])
def test_a_journal_without_a_witness_is_read_and_gets_one_from_the_next_runner(
    opened: Open, path: Path, gone: bool
) -> None:
    journal = opened(path, create=True)
    journal.append(EVENTS[:2])
    journal.release()
    if gone:
        place_of(path).unlink()
    else:
        place_of(path).write_bytes(b"")
    assert len(read_journal(path)) == 2
    opened(path).release()
    said = read_witness(path)
    assert said is not None
    assert said.seq == 2


def test_a_stopped_runner_that_lost_its_lease_says_nothing_more(
    opened: Open, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it was stopped between its commit and its witness: that goes into a file that nobody reads."""
    stale = opened(path, create=True)
    stale.append(EVENTS[:1])
    real = clock.awake_and_asleep
    monkeypatch.setattr(clock, "awake_and_asleep", lambda: real() + 61)
    last = opened(path).append(EVENTS[1:3])[-1]
    with pytest.raises(LeaseLost):
        stale.append(EVENTS[3:])
    stale._tell()
    assert read_witness(path) == Newest(last.seq, 2, last.hash)


@pytest.mark.parametrize("call", ["open", "pwrite"])
def test_a_witness_that_cannot_be_written_stops_no_run(
    opened: Open, path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """The event is durable. The older witness accuses nobody, and once there is room it is right again."""
    journal = opened(path, create=True)
    if call == "pwrite":
        journal.append(EVENTS[:1])

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, call, full)
        journal.append(EVENTS[1:2])
    assert read_journal(path) == journal.read()
    last = journal.append(EVENTS[2:3])[-1]
    assert read_witness(path) == Newest(last.seq, 1, last.hash)
    assert not list(path.parent.glob("*-new"))


def test_half_a_witness_is_never_put_in_the_place_of_a_whole_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir(parents=True)
    first = Newest(1, 1, "a" * 64)
    Witness(path).tell(first)
    real = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda file, line, at: real(file, line[:50], at))
    Witness(path).tell(Newest(2, 1, "b" * 64))
    assert read_witness(path) == first
    assert not list(path.parent.glob("*-new"))


@pytest.fixture
def short(opened: Open, path: Path) -> Path:
    """A journal that has lost its third to fifth event."""
    journal = opened(path, create=True)
    journal.append(EVENTS[:2])
    journal.release()
    before = path.read_bytes()
    journal = opened(path)
    journal.append(EVENTS[2:5])
    journal.release()
    path.write_bytes(before)
    return path


def test_a_loss_is_refused_with_what_to_type_and_leaves_the_lease_free(opened: Open, short: Path) -> None:
    for look in (read_journal, opened):
        with pytest.raises(JournalCorrupt, match="5 were written, 2 are there") as told:
            look(short)
        assert "drctl takeover dr-1 --reason TEXT" in str(told.value.hint)
        assert told.value.exit_code == 2
    assert find_run(short.parents[2], "latest").run == "dr-1"
    opened(short, by_force=True).append(EVENTS[5:6])


def test_a_loss_is_known_until_the_takeover_has_recorded_something(opened: Open, short: Path) -> None:
    """A takeover that is killed before that leaves the loss to the next one."""
    for _ in range(2):
        journal = opened(short, by_force=True)
        assert journal.loss == Loss(written=5, there=2)
        assert len(journal.read()) == 2
        journal.release()
    journal = opened(short, by_force=True)
    record = journal.append(EVENTS[5:6])[0]
    assert (record.seq, journal.loss) == (3, None)
    assert len(read_journal(short)) == 3


def test_a_lease_number_that_was_lost_is_not_given_again(opened: Open, short: Path) -> None:
    """Else a runner that was stopped would take the new runner's lease for its own."""
    said = read_witness(short)
    assert said is not None
    assert opened(short, by_force=True).fence == said.fence + 1 == 3


def test_a_takeover_that_was_killed_before_the_new_witness_is_found_out(
    opened: Open, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many events as were written, and others: still no whole journal."""
    journal = opened(short, by_force=True)
    with monkeypatch.context() as killed:
        killed.setattr(Witness, "forget", lambda _: None)
        killed.setattr(Witness, "tell", lambda *_: None)
        journal.append(EVENTS[5:8])
    journal.release()
    with pytest.raises(JournalCorrupt, match=r"event 5 in .* is not the one that was written"):
        read_journal(short)
    again = opened(short, by_force=True)
    assert str(again.loss) == "event 5 of the journal is not the one that was written"
    again.append(EVENTS[8:])
    assert len(read_journal(short)) == 6


def test_a_copied_folder_is_as_whole_as_its_witness_says(opened: Open, path: Path, tmp_path: Path) -> None:
    """A copy without the witness is read as it is; one that lacks what its witness knows of is refused."""
    journal = opened(path, create=True)
    journal.append(EVENTS[:2])
    shutil.copytree(path.parent, tmp_path / "copy")
    copy = tmp_path / "copy" / path.name
    assert len(read_journal(copy)) == 2
    journal.append(EVENTS[2:3])
    shutil.copyfile(place_of(path), place_of(copy))
    with pytest.raises(JournalCorrupt, match="3 were written, 2 are there"):
        read_journal(copy)
    place_of(copy).unlink()
    assert len(read_journal(copy)) == 2


def test_a_loss_is_told_by_its_numbers() -> None:
    assert str(Loss(142, 139)) == "events 140 to 142 of the journal were lost"
    assert str(Loss(142, 141)) == "event 142 of the journal was lost"


WRITER = """
import sys
from pathlib import Path
from drctl.journal.sqlite import SqliteJournal
from tests.unit.journal.test_witness import EVENTS
journal = SqliteJournal.open(Path(sys.argv[1]), create=True)
journal.append(EVENTS[:1])
print("begun", flush=True)
for count in range(300):
    journal.append(EVENTS[:1 + count % 3])
print(len(journal.read()), flush=True)
"""


def test_a_reader_beside_a_runner_that_writes_is_never_told_of_a_loss(path: Path) -> None:
    """Nor beside runners that follow one another, each with a witness of its own."""
    seen = [0]
    for _ in range(2):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"begun\n"
        while writer.poll() is None:
            seen.append(len(read_journal(path)))
        assert writer.returncode == 0
        assert len(read_journal(path)) == int(writer.stdout.read())
        writer.stdout.close()
    assert seen == sorted(seen)
    assert len(set(seen)) > 10
