"""A display that fails must not stop a recovery."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from drctl.model.plan import Plan
from drctl.model.recorded import Recorded
from drctl.model.run import Run
from drctl.ports.progress import Progress

_log = logging.getLogger(__name__)


class GuardedProgress:
    """Shows progress through `displays`, the best first; one that fails is given up for the next.

    When none is left the run goes on unseen, and the log says why. `run` is the id of the run
    as soon as it has one, for whoever has to say how to resume it.
    """

    def __init__(self, *displays: Progress) -> None:
        self._displays = list(displays)
        self._plan: Plan | None = None
        self.run: str | None = None

    def begin(self, plan: Plan, run: Run) -> None:
        self._show(run, lambda display: display.begin(plan, run))
        self._plan = plan

    def recorded(self, record: Recorded, run: Run) -> None:
        self._show(run, lambda display: display.recorded(record, run))

    def passed(self, now: datetime, run: Run) -> None:
        self._show(run, lambda display: display.passed(now, run))

    def end(self, run: Run) -> None:
        self._show(run, lambda display: display.end(run))

    def _show(self, run: Run, what: Callable[[Progress], None]) -> None:
        self.run = run.started.run if run.started is not None else self.run
        while self._displays:
            try:
                what(self._displays[0])
            except Exception:
                _log.exception("a display of the progress failed; the run goes on")
                self._give_up(run)
            else:
                return

    def _give_up(self, run: Run) -> None:
        failed = self._displays.pop(0)
        # A live display that is left as it is would hide the cursor and paint over what follows.
        _quietly(lambda: failed.end(run))
        if self._displays and self._plan is not None:
            plan, spare = self._plan, self._displays[0]
            _quietly(lambda: spare.begin(plan, run))


def _quietly(call: Callable[[], None]) -> None:
    try:
        call()
    except Exception:
        _log.exception("a display of the progress failed; the run goes on")
