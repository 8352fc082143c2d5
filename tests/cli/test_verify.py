"""`drctl verify` calls a journal whole only where every event is as it was written, and names the first that is not."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from drctl.cli import cli
from drctl.journal.reading import read_journal
from drctl.journal.sqlite import SqliteJournal
from drctl.journal.witness import place_of
from drctl.model.events import Event
from drctl.model.recorded import Recorded
from drctl.model.run import Run
from tests.fakes.sample_run import RUN, passed

EVENTS = passed()
Verify = Callable[..., Result]


@pytest.fixture
def verify(tmp_path: Path) -> Verify:
    return lambda *words: CliRunner().invoke(cli, ["verify", "latest", "--state-dir", str(tmp_path), *words])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "runs" / RUN / "journal.sqlite"
    write(path, EVENTS)
    return path


def write(path: Path, events: Sequence[Event]) -> None:
    journal = SqliteJournal.open(path, create=True)
    journal.append(events)
    journal.release()


def forge(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as forger, forger:
        for statement in statements:
            forger.execute(statement)


def test_a_whole_journal_is_told_in_one_line(path: Path, verify: Verify) -> None:
    head = read_journal(path)[-1].hash
    answered = verify()
    assert (answered.exit_code, answered.stdout) == (0, f"{len(EVENTS)} events, head {head}, whole\n")
    document = json.loads(verify("--output", "json").stdout)
    assert document == {
        "run": RUN,
        "whole": True,
        "events": len(EVENTS),
        "head_hash": head,
        "last_event": {"seq": len(EVENTS), "type": "RunFinished", "at": "2026-11-14T04:18:00Z"},
        "damage": None,
    }


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE event SET body = replace(body, 'step', 'stop') WHERE seq = 7",
        "UPDATE event SET fence = 9 WHERE seq = 7",
        "UPDATE event SET hash = 'no hash' WHERE seq = 7",
        "UPDATE event SET body = CAST(x'ff' AS TEXT) WHERE seq = 7",
        "DELETE FROM event WHERE seq = 7",
        "DELETE FROM event WHERE seq >= 7",
        "UPDATE event SET seq = 700 WHERE seq = 7",
    ],
)
def test_the_first_event_that_is_not_as_written_is_named_with_what_is_whole_before_it(
    path: Path, verify: Verify, forgery: str
) -> None:
    sixth = read_journal(path)[5]
    forge(path, forgery)
    answered = verify()
    assert answered.exit_code == 2
    assert "event 7 " in answered.stderr
    assert f"before it 6 events, head {sixth.hash}, whole" in answered.stderr
    document = json.loads(verify("--output", "json").stdout)
    assert (document["whole"], document["events"], document["damage"]["event"]) == (False, 6, 7)
    assert document["head_hash"] == sixth.hash
    assert document["error"]["exit_code"] == 2


def test_an_altered_event_says_when_it_was_recorded(path: Path, verify: Verify) -> None:
    forge(path, "UPDATE event SET fence = 9 WHERE seq = 7")
    assert f"recorded at {read_at(EVENTS[6])}" in verify().stderr


def read_at(event: Event) -> str:
    return event.at.isoformat()


SIX_LEFT = (
    "DELETE FROM event WHERE seq > 6",
    "UPDATE tip SET (seq, hash) = (SELECT seq, hash FROM event WHERE seq = 6)",
)


def test_newest_events_that_are_lost_are_found_by_the_witness(path: Path, verify: Verify) -> None:
    sixth = read_journal(path)[5]
    forge(path, *SIX_LEFT)
    answered = verify()
    assert answered.exit_code == 2
    assert f"{len(EVENTS)} were written, 6 are there" in answered.stderr
    assert f"drctl takeover {RUN} --reason" in answered.stderr
    assert f"before it 6 events, head {sixth.hash}, whole" in answered.stderr
    document = json.loads(verify("--output", "json").stdout)
    assert (document["whole"], document["events"], document["damage"]["event"]) == (False, 6, 7)


def test_another_newest_event_than_the_witness_saw_is_found(path: Path, verify: Verify) -> None:
    """Whoever makes the whole chain anew makes other hashes."""
    elsewhere = path.with_name("other.sqlite")
    write(elsewhere, [*EVENTS[:-2], EVENTS[-1], EVENTS[-1]])
    path.write_bytes(elsewhere.read_bytes())
    elsewhere.unlink()
    document = json.loads(verify("--output", "json").stdout)
    assert (document["events"], document["damage"]["event"]) == (len(EVENTS) - 1, len(EVENTS))
    assert document["damage"]["recorded_at"] is None


def test_a_removed_tail_is_found_by_a_hash_that_was_kept(path: Path, verify: Verify) -> None:
    """Whoever puts both records of the newest event right as well leaves a chain that is whole."""
    records = read_journal(path)
    forge(path, *SIX_LEFT)
    place_of(path).unlink()
    assert verify().stdout.startswith("6 events, ")
    assert verify("--head", records[5].hash).exit_code == 0
    missed = verify("--head", records[-1].hash)
    assert missed.exit_code == 2
    assert records[-1].hash in missed.stderr


def test_a_hash_of_an_earlier_report_is_still_found(path: Path, verify: Verify) -> None:
    assert verify("--head", read_journal(path)[3].hash).exit_code == 0
    assert verify("--head", "short").exit_code == 2


@pytest.mark.parametrize("events", [EVENTS[1:], []], ids=["another begins it", "empty"])
def test_a_journal_that_does_not_begin_a_run_is_refused(
    tmp_path: Path, verify: Verify, events: Sequence[Event]
) -> None:
    write(tmp_path / "runs" / "dr-1" / "journal.sqlite", events)
    answered = json.loads(verify("--output", "json").stdout)
    assert (answered["damage"]["event"], answered["events"]) == (1, 0)


def test_events_that_tell_of_no_run_are_refused(path: Path, verify: Verify, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Run.apply

    def stumbling(run: Run, record: Recorded) -> None:
        if record.seq == 5:
            raise KeyError("x")
        real(run, record)

    monkeypatch.setattr(Run, "apply", stumbling)
    document = json.loads(verify("--output", "json").stdout)
    assert (document["events"], document["damage"]["event"]) == (4, 5)


def test_damage_that_hits_no_event_is_found_too(path: Path, verify: Verify) -> None:
    """SQLite's own structure: here, the count of unused pages."""
    content = bytearray(path.read_bytes())
    content[39] ^= 1
    path.write_bytes(content)
    answered = json.loads(verify("--output", "json").stdout)
    assert (answered["events"], answered["damage"]["event"]) == (len(EVENTS), None)


def test_a_file_that_is_no_journal_at_all_is_refused(path: Path, verify: Verify) -> None:
    path.write_bytes(b"no database" * 999)
    assert verify().exit_code == 2
    answered = json.loads(verify("--output", "json").stdout)
    assert answered["error"]["name"] == "journal-corrupt"
