"""The engine's hand on the journal: what is appended is folded into the run and told, in that order."""

from __future__ import annotations

from collections.abc import Sequence

from drctl.model.events import ChangeIntended, Event, Marked
from drctl.model.order import Order
from drctl.model.run import Run
from drctl.model.timing import Mark
from drctl.ports.journal import Journal
from drctl.ports.progress import Progress


class Ledger:
    """Appends events; afterwards `run` has them, and `progress` was told."""

    def __init__(self, journal: Journal, run: Run, progress: Progress) -> None:
        self._journal, self.run, self._progress = journal, run, progress

    def write(self, events: Sequence[Event], obeyed: Sequence[str] = ()) -> None:
        """Make `events` durable in one commit, in which the orders `obeyed` leave the inbox.

        Raises LeaseLost and JournalUnavailable.
        """
        if not events:
            return
        for record in self._journal.append(self._with_first_act(events), obeyed):
            self.run.apply(record)
            self._progress.recorded(record, self.run)

    def orders(self) -> tuple[Order, ...]:
        """What operators have ordered since."""
        return self._journal.orders()

    def keep_lease(self) -> None:
        """Renew the lease where it is time to. Raises LeaseLost."""
        self._journal.renew()

    def _with_first_act(self, events: Sequence[Event]) -> Sequence[Event]:
        if Mark.EXECUTING in self.run.marks:
            return events
        first = next((event for event in events if isinstance(event, ChangeIntended) and not event.undoing), None)
        if first is None:
            return events
        return [*events, Marked(at=first.at, mark=Mark.EXECUTING, instant=first.at, source=first.step)]
