"""An operator's process: it opens, writes and gives back journals as it is told, one JSON line for each command.

Started as `python -m tests.faults.worker`, by `tests.faults.operators`.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from drctl import clock
from drctl.errors import DrctlError
from drctl.journal import sqlite
from drctl.journal.sqlite import SqliteJournal
from drctl.model.events import StepWaiting

AT = datetime(2030, 1, 1, tzinfo=UTC)


class Worker:
    """What one process holds."""

    def __init__(self) -> None:
        self.journal: SqliteJournal | None = None
        self.passed = 0.0
        real = clock.awake_and_asleep
        clock.awake_and_asleep = lambda: real() + self.passed

    def open(self, path: str, create: bool, moment: float) -> dict[str, Any]:
        """Open the journal at that moment of the monotonic clock, which all processes of a machine share."""
        while time.monotonic() < moment:
            pass
        self.journal = SqliteJournal.open(Path(path), create=create)
        return {"fence": self.journal.fence}

    def append(self, texts: list[str]) -> dict[str, Any]:
        """Append an event for each text."""
        for text in texts:
            self._held().append([StepWaiting(at=AT, step="a", until=text)])
        return {}

    def append_until_lost(self, name: str) -> dict[str, Any]:
        """Append without end, and tell how many appends were answered before the lease was lost."""
        answered = 0
        try:
            print(json.dumps({"begun": True}), flush=True)  # noqa: T201 - this is the answer to the other process
            while True:
                self._held().append([StepWaiting(at=AT, step="a", until=f"{name} {answered}")])
                answered += 1
        except DrctlError as error:
            return {"answered": answered, "error": error.name}

    def renew(self) -> dict[str, Any]:
        """Keep the lease."""
        self._held().renew()
        return {}

    def release(self) -> dict[str, Any]:
        """Give the journal back."""
        self._held().release()
        self.journal = None
        return {}

    def sleep(self, seconds: float) -> dict[str, Any]:
        """Find that so much time has passed, as a machine that was asleep does."""
        self.passed += seconds
        return {}

    def patience(self, seconds: float) -> dict[str, Any]:
        """Wait so long for another process that writes."""
        sqlite.PATIENCE = timedelta(seconds=seconds)
        return {}

    def _held(self) -> SqliteJournal:
        if self.journal is None:
            raise AssertionError("no journal is open")
        return self.journal


def main() -> None:
    """Answer commands until nobody gives any."""
    worker = Worker()
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = getattr(worker, command.pop("do"))(**command)
        except DrctlError as error:
            answer = {
                "error": error.name,
                "exit_code": error.exit_code,
                "what": error.what,
                "context": error.context,
                "hint": error.hint,
            }
        print(json.dumps(answer), flush=True)  # noqa: T201 - this is the answer to the other process


if __name__ == "__main__":
    main()
