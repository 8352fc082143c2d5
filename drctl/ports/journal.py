"""The memory of a run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from drctl.model.events import Event
from drctl.model.order import Order
from drctl.model.recorded import Recorded


class Journal(Protocol):
    """Append-only, hash-chained, fenced. One runner writes."""

    def append(self, events: Sequence[Event], obeyed: Sequence[str] = ()) -> tuple[Recorded, ...]:
        """Write all of `events` or none; return only once they would survive a power cut.

        In the same commit the orders whose ids are in `obeyed` leave the inbox.

        Raises LeaseLost where another runner has taken over, JournalUnavailable where it cannot be written.
        """

    def read(self) -> tuple[Recorded, ...]:
        """Everything recorded so far, in order, its hash chain checked. Raises JournalCorrupt."""

    def orders(self) -> tuple[Order, ...]:
        """What operators have ordered and what has not been obeyed or refused yet, oldest first.

        Cheap to ask for at every turn: it may tell of an order a moment late.
        """

    def renew(self) -> None:
        """Keep the lease. Raises LeaseLost."""

    def lease_left(self) -> timedelta:
        """How long the lease still holds, counting time that the machine was asleep."""

    def release(self) -> None:
        """Give the lease back, so that the next runner need not wait for its end."""
