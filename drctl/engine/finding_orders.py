"""What becomes of an order to give a finding to somebody else, or another day. Pure."""

from __future__ import annotations

from datetime import datetime

from drctl.model import events as e
from drctl.model.order import Order
from drctl.model.run import Run


def assign(order: Order, run: Run, now: datetime) -> tuple[e.Event, ...] | str:
    """The assignment; else why it is refused."""
    ids = [f"F{place}" for place in range(1, len(run.findings) + 1)]
    if order.finding not in ids:
        has = f"it has {ids[0]} to {ids[-1]}" if len(ids) > 1 else f"it has {ids[0]}" if ids else "it has none"
        return f"this run has no finding {order.finding!r}; {has}"
    if not order.owner and order.due is None:
        return "it names neither an owner nor a day"
    return (
        e.FindingAssigned(
            at=now,
            finding=order.finding,
            by=order.by,
            why=order.why,
            owner=order.owner,
            due=order.due,
            order=order.id,
        ),
    )
