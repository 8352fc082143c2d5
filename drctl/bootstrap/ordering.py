"""Give an order to a run: to the runner that drives it, or, where nobody does, to the journal itself."""

from __future__ import annotations

import functools
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from drctl.bootstrap import texts
from drctl.bootstrap.reaching import present
from drctl.bootstrap.records import plan_of
from drctl.engine.context import started
from drctl.engine.orders import Rules, carry_out
from drctl.errors import LeaseHeld, Refused, SimulationGone
from drctl.journal.folder import RunFolder
from drctl.journal.inbox import place_order, withdraw
from drctl.journal.reading import read_journal
from drctl.journal.sqlite import SqliteJournal
from drctl.model import events as e
from drctl.model.order import Order
from drctl.model.recorded import Recorded
from drctl.model.run import Run

PATIENCE = timedelta(seconds=60)
"""How long a runner is given to obey: as long as a call to AWS may take, for which a pause waits."""
_LOOKS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Obeyed:
    """An order that was carried out."""

    order: Order
    run: str
    event: int
    """The event that records it."""
    driven: bool
    """Whether a runner is at work, and goes on by it; else the next one does."""


class OrderWasRefused(Refused):
    """The order came too late, or cannot be meant. It is recorded where a runner had to decide."""

    name = "order-refused"


def new_order_id() -> str:
    """A name that no other order has."""
    return uuid.uuid4().hex


def give(order: Order, folder: RunFolder, patience: timedelta = PATIENCE) -> Obeyed:
    """Have `order` obeyed. Afterwards it is an event of the run, whoever drives it.

    Raises OrderWasRefused, and LeaseHeld where a runner holds the run and does not answer: the order is withdrawn then.
    """
    placed = False
    began, pause = time.monotonic(), threading.Event()
    while True:
        if (record := _recorded(folder, order)) is not None:
            return _answer(order, folder, record, driven=placed)
        try:
            journal = SqliteJournal.open(folder.journal)
        except LeaseHeld as held:
            if not placed:
                place_order(folder.journal, order)
                placed = True
            elif time.monotonic() - began > patience.total_seconds() and withdraw(folder.journal, order):
                held.context = (*held.context, "it did not take the order, which was withdrawn")
                held.hint = f"drctl takeover {folder.run} --reason TEXT"
                raise
            pause.wait(_LOOKS)
            continue
        try:
            return _carried_out(order, folder, journal)
        finally:
            journal.release()


def _carried_out(order: Order, folder: RunFolder, journal: SqliteJournal) -> Obeyed:
    """Obey in the runner's place: nobody drives the run."""
    records = journal.read()
    # The runner that has just left may have obeyed it with its last breath.
    if (record := _find(records, order)) is None:
        run = Run.of(records)
        plan = plan_of(run)
        events = carry_out(order, run, plan, _rules(run), _now(run))
        if isinstance(events[0], e.OrderRefused) and order.id not in {waiting.id for waiting in journal.orders()}:
            # Nobody has heard of it but who gives it, and nothing comes of it: it is no part of the run.
            raise _refusal(events[0], folder)
        record = next(r for r in journal.append(events, (order.id,)) if getattr(r.event, "order", "") == order.id)
    return _answer(order, folder, record, driven=False)


def _answer(order: Order, folder: RunFolder, record: Recorded, *, driven: bool) -> Obeyed:
    if isinstance(record.event, e.OrderRefused):
        raise _refusal(record.event, folder)
    return Obeyed(order=order, run=folder.run, event=record.seq, driven=driven)


def _refusal(refused: e.OrderRefused, folder: RunFolder) -> OrderWasRefused:
    return OrderWasRefused(f"{refused.kind} was refused: {refused.because}", hint=f"drctl status {folder.run}")


def _recorded(folder: RunFolder, order: Order) -> Recorded | None:
    return _find(read_journal(folder.journal), order)


def _find(records: tuple[Recorded, ...], order: Order) -> Recorded | None:
    return next((record for record in reversed(records) if getattr(record.event, "order", "") == order.id), None)


def _rules(run: Run) -> Rules:
    known = texts.catalogue()

    def asks_person(kind: str) -> bool:
        spec = known.spec(kind)
        return spec is not None and spec.asks_person

    return Rules(asks_person, functools.partial(texts.recorded_plan, started(run)))


def _now(run: Run) -> datetime:
    """The present instant of the run's world; the newest recorded one where that has ended."""
    first = started(run)
    try:
        return present(first, run.last_at)
    except SimulationGone:
        return run.last_at or first.at
