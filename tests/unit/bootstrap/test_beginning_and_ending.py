"""A drill begins whole or not at all, and one that has ended stays ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from drctl.bootstrap import drills, resuming, simulated
from drctl.bootstrap.requests import DrillRequest
from drctl.engine.parts import PauseRequest
from drctl.errors import JournalUnavailable, Refused
from drctl.journal.reading import read_journal
from drctl.journal.sqlite import SqliteJournal
from drctl.model import events as e
from drctl.model.recorded import Recorded
from drctl.model.verdict import Verdict
from tests.fakes.clock import START
from tests.fakes.progress import SilentProgress

RUNBOOK = """\
runbook: pause
title: Wait a little
version: 1
objectives: { rto: 1h, rpo: 1h }
steps:
  - id: pause
    uses: wait
    with: { duration: 1s }
"""


@dataclass
class World:
    """A simulated AWS that was started, and whether it was ended again."""

    url: str = "http://127.0.0.1:1"
    world: str = "w"
    onset: datetime = START
    stopped: list[bool] = field(default_factory=list)

    def clock(self) -> datetime:
        return START

    def stop(self) -> None:
        self.stopped.append(True)


def test_a_drill_whose_first_event_cannot_be_written_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, runbook = World(), tmp_path / "pause.yaml"
    runbook.write_text(RUNBOOK)
    monkeypatch.setattr(simulated, "start", lambda *_: world)

    def full(journal: SqliteJournal, events: Sequence[e.Event]) -> tuple[Recorded, ...]:
        raise JournalUnavailable("the disk is full")

    monkeypatch.setattr(SqliteJournal, "append", full)
    request = DrillRequest(runbook=str(runbook), inputs={}, estate="none", state_dir=tmp_path / "state")
    with pytest.raises(Refused, match="the disk is full"):
        drills.start_drill(request, SilentProgress(), None, PauseRequest())
    assert world.stopped
    assert list((tmp_path / "state" / "runs").iterdir()) == []


def test_a_run_that_ended_while_it_was_taken_up_is_told_as_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its simulated AWS is gone by then, and nothing may be written behind its last event."""
    path = tmp_path / "runs" / "dr-1" / "journal.sqlite"
    journal = SqliteJournal.open(path, create=True)
    first = e.RunStarted(
        at=START, run="dr-1", runbook="pause", mode=e.Mode.DRILL, approve=e.Approve.AUTO, environment="simulated",
        simulated=True, sources={"pause": RUNBOOK}, inputs={}, variables={},
        settings={"url": "http://127.0.0.1:1", "world": "w", "speed": "instant", "estate": "none", "accounts": {},
                  "default_account": "", "home_region": "eu-west-1", "role": ""},
    )  # fmt: skip
    before = journal.append([first])
    journal.append([e.RunFinished(at=START, verdict=Verdict.PASSED, reasons=())])
    journal.release()
    monkeypatch.setattr(resuming, "read_journal", lambda *_, **__: before)
    outcome = resuming.resume("dr-1", tmp_path, SilentProgress(), None, pause=PauseRequest())
    assert (outcome.exit_code, outcome.document["state"]) == (0, "finished")
    assert len(read_journal(path)) == 2
