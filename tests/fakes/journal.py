"""A journal in memory, that can lose its power."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from drctl.errors import LeaseLost
from drctl.journal.chain import GENESIS, link
from drctl.journal.codec import decode, encode
from drctl.model.events import Event
from drctl.model.order import Order
from drctl.model.recorded import Recorded


class PowerCut(BaseException):
    """The process is gone; nothing after this line runs."""


class MemoryJournal:
    """What was appended, as the text that a disk would hold. `cut_before`/`cut_after` count appends from 1."""

    def __init__(self, cut_before: int | None = None, cut_after: int | None = None) -> None:
        self.lines: list[tuple[int, int, str, str]] = []
        self.appends = 0
        self.cut_before, self.cut_after = cut_before, cut_after
        self.fence = 1
        self.stolen = False
        self.inbox: dict[str, Order] = {}
        self.coming: list[tuple[int, Order]] = []
        """Orders that come in once so many appends have been made."""

    def append(self, events: Sequence[Event], obeyed: Sequence[str] = ()) -> tuple[Recorded, ...]:
        self._check()
        self.appends += 1
        if self.appends == self.cut_before:
            raise PowerCut
        records = []
        for event in events:
            seq = len(self.lines) + 1
            body = encode(event)
            head = link(self.lines[-1][3] if self.lines else GENESIS, seq, self.fence, body)
            self.lines.append((seq, self.fence, body, head))
            records.append(Recorded(seq, self.fence, decode(body), head))
        for id in obeyed:
            self.inbox.pop(id, None)
        if self.appends == self.cut_after:
            raise PowerCut
        return tuple(records)

    def read(self) -> tuple[Recorded, ...]:
        return tuple(Recorded(seq, fence, decode(body), digest) for seq, fence, body, digest in self.lines)

    def reopened(self, cut_before: int | None = None, cut_after: int | None = None) -> MemoryJournal:
        """The same disk, under a new lease."""
        again = MemoryJournal(cut_before, cut_after)
        again.lines, again.fence, again.inbox = self.lines, self.fence + 1, self.inbox
        again.coming = [(0, order) for _, order in self.coming]
        return again

    def events(self) -> list[Event]:
        return [record.event for record in self.read()]

    def orders(self) -> tuple[Order, ...]:
        arrived = [order for at, order in self.coming if at <= self.appends]
        self.coming = [(at, order) for at, order in self.coming if at > self.appends]
        self.inbox |= {order.id: order for order in arrived}
        return tuple(self.inbox.values())

    def renew(self) -> None:
        self._check()

    def lease_left(self) -> timedelta:
        return timedelta(0) if self.stolen else timedelta(minutes=1)

    def release(self) -> None:
        pass

    def _check(self) -> None:
        if self.stolen:
            raise LeaseLost("another runner has taken this run over")
