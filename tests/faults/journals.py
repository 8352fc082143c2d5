"""A small journal to be damaged, and what may be seen of it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from drctl.errors import JournalCorrupt, JournalUnavailable
from drctl.journal.reading import read_journal
from drctl.journal.sqlite import SqliteJournal
from drctl.journal.witness import place_of
from drctl.model.events import Event
from drctl.model.recorded import Recorded
from tests.fakes.sample_run import passed

SAMPLE: Sequence[Event] = passed()


def written(path: Path, count: int, *, each: int = 1) -> tuple[Recorded, ...]:
    """A journal at `path` with the first `count` events of the sample run, given back and merged into one file."""
    journal = SqliteJournal.open(path, create=True)
    for place in range(0, count, each):
        journal.append(SAMPLE[place : min(place + each, count)])
    records = journal.read()
    journal.release()
    return records


@dataclass
class Looks:
    """What reading a damaged journal gave, again and again."""

    before: tuple[Recorded, ...]
    same: int = 0
    refused: int = 0

    def look(self, path: Path) -> JournalCorrupt | JournalUnavailable | None:
        """Read the journal: the events that were there before, or a refusal. Anything else fails the test."""
        try:
            read = read_journal(path)
        except (JournalCorrupt, JournalUnavailable) as error:
            self.refused += 1
            return error
        assert read == self.before
        self.same += 1
        return None

    @property
    def injected(self) -> int:
        return self.same + self.refused


@dataclass(frozen=True)
class Answered:
    """What there was when an append was answered."""

    reach: int
    """The size of the log."""
    records: tuple[Recorded, ...]
    witness: bytes


@dataclass
class Log:
    """The write-ahead log beside a journal, as it was when its runner was killed, and how far each commit reached."""

    main: bytes
    log: bytes
    answered: list[Answered]
    """One for the journal without any event, and one for each append."""

    def newest(self, length: int) -> Answered | None:
        """The last append that was answered by the time the log had that length."""
        return max((one for one in self.answered if one.reach <= length), key=lambda one: one.reach, default=None)


def killed(path: Path, appends: Sequence[Sequence[Event]]) -> Log:
    """The files of a runner that was killed after these appends. The journal at `path` is merged and given back."""
    log, witness = path.with_name(f"{path.name}-wal"), place_of(path)
    journal = SqliteJournal.open(path, create=True)
    answered = [Answered(log.stat().st_size, (), b"")]
    for events in appends:
        journal.append(events)
        answered.append(Answered(log.stat().st_size, journal.read(), witness.read_bytes()))
    files = Log(path.read_bytes(), log.read_bytes(), answered)
    journal.release()
    return files


def overwrite(path: Path, content: bytes) -> None:
    """Give the file that content and leave it the file that it is: another would be taken for a copy."""
    with path.open("r+b" if path.exists() else "wb") as file:
        file.write(content)
        file.truncate()
