"""A progress that remembers."""

from __future__ import annotations

from datetime import datetime

from drctl.model.plan import Plan
from drctl.model.recorded import Recorded
from drctl.model.run import Run


class SilentProgress:
    """Counts what it was told."""

    def __init__(self) -> None:
        self.told: list[Recorded] = []
        self.begun = 0
        self.ended = 0

    def begin(self, plan: Plan, run: Run) -> None:
        self.begun += 1

    def recorded(self, record: Recorded, run: Run) -> None:
        self.told.append(record)

    def passed(self, now: datetime, run: Run) -> None:
        pass

    def end(self, run: Run) -> None:
        self.ended += 1
