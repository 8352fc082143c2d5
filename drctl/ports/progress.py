"""Where the engine tells what is happening, as it happens."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from drctl.model.plan import Plan
from drctl.model.recorded import Recorded
from drctl.model.run import Run


class Progress(Protocol):
    """Called on the engine's thread only. A display that fails must not stop a recovery."""

    def begin(self, plan: Plan, run: Run) -> None:
        """The run is about to be driven; `run` is what is recorded of it so far."""

    def recorded(self, record: Recorded, run: Run) -> None:
        """An event is durable; `run` has it folded in."""

    def passed(self, now: datetime, run: Run) -> None:
        """Time has gone by."""

    def end(self, run: Run) -> None:
        """Nobody drives the run any more."""
