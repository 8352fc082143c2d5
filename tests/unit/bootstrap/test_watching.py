"""A run is watched while somebody else drives it: from its journal or a copy of that, and nothing is written."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drctl.bootstrap import watching
from drctl.bootstrap.watching import PATIENCE, Watched, watch
from drctl.errors import JournalCorrupt, NotFound
from drctl.journal.sqlite import SqliteJournal
from drctl.model import events as e
from drctl.model.events import Event
from drctl.model.plan import Plan
from drctl.model.run import Run
from drctl.report.progress_plain import PlainProgress
from tests.fakes.sample_run import PLAN, RUN, failed, passed


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "plan_of", lambda run: PLAN)


@pytest.fixture
def journal(tmp_path: Path, plans: None) -> Iterator[SqliteJournal]:
    """The journal of a run that is driven: held under a lease."""
    opened = SqliteJournal.open(tmp_path / "runs" / RUN / "journal.sqlite", create=True)
    yield opened
    opened.release()


class Watcher:
    """Somebody who watches: what he is shown, and what happens between his looks."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.lines: list[str] = []
        self.notes: list[tuple[str, str]] = []
        self.clock = 0.0

    def watch(self, between: Iterator[Callable[[], object]], name: str = "latest") -> Watched:
        def wait() -> None:
            self.clock += 2
            next(between)()

        return watch(
            name,
            self.state,
            PlainProgress(self.lines.append),
            wait=wait,
            note=lambda told, command: self.notes.append((told, command)),
            monotonic=lambda: self.clock,
        )


def appended(journal: SqliteJournal, events: list[Event], count: int) -> Iterator[Callable[[], object]]:
    """The rest of `events` after the first, `count` at a time."""
    for place in range(1, len(events), count):
        yield lambda place=place: journal.append(events[place : place + count])  # type: ignore[misc]


@pytest.mark.parametrize(("events", "code"), [(passed(), 0), (failed(), 1)], ids=["passed", "failed"])
def test_everything_is_shown_as_it_happens_and_the_end_is_the_runs_own(
    journal: SqliteJournal, tmp_path: Path, events: list[Event], code: int
) -> None:
    journal.append(events[:1])
    watcher = Watcher(tmp_path)
    watched = watcher.watch(appended(journal, events, 4))
    told: list[str] = []
    shown = PlainProgress(told.append)
    run = Run()
    for record in journal.read():
        run.apply(record)
        if record.seq == 1:
            shown.begin(PLAN, run)
        else:
            shown.recorded(record, run)
    shown.end(run)
    assert watcher.lines == told
    assert (watched.exit_code, watched.run.head_hash) == (code, run.head_hash)
    assert set(watcher.notes) == {("", "")}


def test_a_run_that_is_over_is_told_at_once(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.append(passed())
    assert Watcher(tmp_path).watch(iter(())).exit_code == 0


def test_whoever_watches_hears_that_nobody_drives(journal: SqliteJournal, tmp_path: Path) -> None:
    events = passed()
    journal.append(events[:5])
    watcher = Watcher(tmp_path)

    def between() -> Iterator[Callable[[], object]]:
        yield journal.release
        again = SqliteJournal.open(tmp_path / "runs" / RUN / "journal.sqlite")
        yield lambda: again.append(events[5:])
        again.release()

    watcher.watch(between())
    assert watcher.notes == [("", ""), ("nobody drives this run now", f"drctl resume {RUN}"), ("", "")]


def test_nothing_is_written(journal: SqliteJournal, tmp_path: Path) -> None:
    folder = tmp_path / "runs" / RUN
    journal.append(passed()[:5])
    connection = sqlite3.connect(folder / "journal.sqlite")
    before = connection.execute("PRAGMA data_version").fetchone()
    watcher = Watcher(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        watcher.watch(iter([lambda: None, lambda: None, _leave]))
    assert connection.execute("PRAGMA data_version").fetchone() == before
    assert connection.execute("SELECT count(*) FROM inbox").fetchone() == (0,)
    connection.close()
    # And the runner still has its lease.
    journal.append(passed()[5:])


def _leave() -> None:
    raise KeyboardInterrupt


def test_a_copy_is_watched_while_it_is_copied_anew(journal: SqliteJournal, tmp_path: Path) -> None:
    events, elsewhere = passed(), tmp_path / "elsewhere"

    def copied(more: list[Event]) -> None:
        journal.append(more)
        copy = elsewhere / "runs" / RUN / "journal.sqlite"
        copy.parent.mkdir(parents=True, exist_ok=True)
        source, target = sqlite3.connect(tmp_path / "runs" / RUN / "journal.sqlite"), sqlite3.connect(tmp_path / "half")
        source.backup(target)
        source.close()
        target.close()
        (tmp_path / "half").replace(copy)

    copied(events[:6])
    broken = elsewhere / "runs" / RUN / "journal.sqlite"
    watcher = Watcher(elsewhere)
    watched = watcher.watch(
        iter(
            [lambda: copied(events[6:12]), lambda: broken.write_bytes(b"half a copy" * 99), lambda: copied(events[12:])]
        )
    )
    assert watched.exit_code == 0
    assert [told.partition(":")[0] for told, _ in watcher.notes if told] == ["shown as of 03"]


def test_a_journal_that_stays_unreadable_is_given_up(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.append(passed()[:6])
    path = tmp_path / "runs" / RUN / "journal.sqlite"
    copy = tmp_path / "copy" / "runs" / RUN / "journal.sqlite"
    copy.parent.mkdir(parents=True)
    journal.release()
    shutil.copyfile(path, copy)
    watcher = Watcher(tmp_path / "copy")
    spoilt = iter([lambda: copy.write_bytes(b"half a copy" * 99), *[lambda: None] * 1000])
    with pytest.raises(JournalCorrupt):
        watcher.watch(spoilt)
    assert PATIENCE.total_seconds() < watcher.clock < PATIENCE.total_seconds() + 10


def test_a_journal_that_was_exchanged_is_not_gone_on_with(journal: SqliteJournal, tmp_path: Path) -> None:
    journal.append(passed()[:6])
    watcher = Watcher(tmp_path)

    def exchange() -> None:
        db = sqlite3.connect(tmp_path / "runs" / RUN / "journal.sqlite")
        db.execute("UPDATE event SET hash = 'x' WHERE seq = 6")
        db.commit()
        db.close()

    with pytest.raises(KeyboardInterrupt):
        watcher.watch(iter([exchange, _leave]))
    assert any("event 6, which was there before" in told for told, _ in watcher.notes)


def test_a_run_that_is_not_there_is_not_waited_for(tmp_path: Path, plans: None) -> None:
    with pytest.raises(NotFound):
        Watcher(tmp_path).watch(iter(()), name="dr-none")


def test_an_amended_plan_is_the_one_that_is_shown(
    journal: SqliteJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def plan_of(run: Run) -> Plan:
        asked.append(len(run.amended))
        return PLAN

    monkeypatch.setattr(watching, "plan_of", plan_of)
    events = passed()
    amended = e.PlanAmended(at=events[4].at, by="ops", why="faster", sources={}, difference="")
    journal.append(events[:5])
    Watcher(tmp_path).watch(iter([lambda: journal.append([amended]), lambda: journal.append(events[5:])]))
    assert asked == [0, 1]
