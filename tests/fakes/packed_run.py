"""A small run whose runbook can be read, in a state folder: what evidence packs are made of in tests."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from drctl.journal.folder import JOURNAL
from drctl.journal.sqlite import SqliteJournal
from drctl.model import events as e
from drctl.model.events import Event
from tests.fakes.sample_run import RUN, at, passed

PARENT = """\
runbook: orders-failover
title: Fail the order service over to Éire
version: 1
objectives: { rto: 4h }
steps:
  - id: restore-db
    uses: runbook
    with: { runbook: ./parts/restore me.yaml }
  - id: serve
    uses: wait
    needs: [restore-db]
    marks: serving
    with: { duration: 1m }
"""
CHILD = """\
runbook: restore-me
title: Restore
version: 1
objectives: { rto: 1h }
steps:
  - id: look
    uses: wait
    with: { duration: 1m }
"""
SOURCES = {"orders-failover": PARENT, "parts/restore me.yaml": CHILD}
AMENDED = {**SOURCES, "orders-failover": PARENT.replace("duration: 1m", "duration: 2m")}


def events() -> list[Event]:
    """A run that was amended while it ran, and has made changes: one failed, one with request ids, one in doubt."""
    first, *others = passed()
    assert isinstance(first, e.RunStarted)
    started = dataclasses.replace(first, sources=SOURCES, inputs={}, settings={"estate": "amply", "folder": "/home/me"})
    changes: list[Event] = []
    for name in ("a", "b", "c"):
        changes.append(
            e.ChangeIntended(
                at=at(7), step="serve", name=name, summary=f"change {name}", operation="sqs:CreateQueue", target=name
            )
        )
    changes += [
        e.ChangeReturned(at=at(8), step="serve", name="a", request_ids=("req-1", "req-2")),
        e.ChangeFailed(at=at(8), step="serve", name="b", kind="throttle", because="slow", request_ids=("req-3",)),
        e.PlanAmended(at=at(9), by="bea@ops1", why="it needs longer", sources=AMENDED, difference="-1m\n+2m\n"),
    ]
    return [started, *others[:7], *changes, *others[7:]]


def unfinished() -> list[Event]:
    """The same run when it had just begun."""
    return events()[:5]


def write_run(state: Path, what: Sequence[Event] | None = None, run: str = RUN) -> Path:
    """The run in that state folder; its journal's file."""
    path = state / "runs" / run / JOURNAL
    journal = SqliteJournal.open(path, create=True)
    journal.append(events() if what is None else what)
    journal.release()
    return path
