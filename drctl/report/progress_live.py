"""Progress on a terminal: a table that is painted over, at most eight times a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.live import Live

from drctl.model.plan import Plan
from drctl.model.recorded import Recorded
from drctl.model.run import Run
from drctl.report.live_view import live_view

FRAME = 1 / 8
"""Seconds between two frames."""


class LiveProgress:
    """Paints the run on `console`, which is a terminal. `suspended` makes room for a question."""

    def __init__(self, console: Console, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._monotonic = monotonic
        self._live: Live | None = None
        self._plan: Plan | None = None
        self._now: datetime | None = None
        self._painted = float("-inf")
        # A question is asked on its own thread, while the engine's goes on reporting.
        self._screen = threading.RLock()
        self._suspended = 0
        self._note = ""

    def begin(self, plan: Plan, run: Run) -> None:
        self._plan = plan
        self._now = run.last_at
        if self._live is not None:
            # The plan was amended on the way.
            self._paint(run)
            return
        self._live = Live(console=self._console, auto_refresh=False, redirect_stdout=False, vertical_overflow="crop")
        self._live.start()
        self._paint(run)

    def recorded(self, record: Recorded, run: Run) -> None:
        self._now = record.event.at
        self._paint_when_due(run)

    def passed(self, now: datetime, run: Run) -> None:
        self._now = now
        self._paint_when_due(run)

    def end(self, run: Run) -> None:
        self._paint(run)
        with self._screen:
            if self._live is not None:
                self._live.stop()
                self._live = None

    def note(self, text: str) -> None:
        """Shows `text` on the line for what a run waits for, until there is another one, or none."""
        self._note = text

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Nothing is painted inside; afterwards the table is painted again below what was written."""
        with self._screen:
            self._suspended += 1
            if self._live is not None:
                self._live.stop()
        try:
            yield
        finally:
            with self._screen:
                self._suspended -= 1
                if self._live is not None and not self._suspended:
                    self._live.start()

    def _paint_when_due(self, run: Run) -> None:
        if self._monotonic() - self._painted >= FRAME:
            self._paint(run)

    def _paint(self, run: Run) -> None:
        with self._screen:
            if self._live is None or self._plan is None or self._now is None or self._suspended:
                return
            view = live_view(self._plan, run, self._now, height=self._console.size.height - 1, note=self._note)
            self._live.update(view, refresh=True)
            self._painted = self._monotonic()
