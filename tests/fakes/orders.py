"""Orders as operators give them."""

from __future__ import annotations

from typing import Any

from drctl.model.order import Order, OrderKind


def order(kind: str, step: str = "", *, why: str = "because", by: str = "ana@ops", **more: Any) -> Order:
    """One order; its id tells what it is."""
    return Order(id=f"{kind}-{step}", kind=OrderKind(kind), by=by, step=step, why=why, **more)
