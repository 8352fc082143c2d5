"""The inbox of a run: what operators order, from any terminal, for whoever drives it.

It lies beside the events and is no part of their chain. An order needs no lease; the
runner takes it out in the very commit that writes its event, so that it is obeyed
once however often either side is killed.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from drctl.errors import JournalCorrupt, JournalUnavailable
from drctl.model.instant import parse_instant
from drctl.model.order import Order, OrderKind
from drctl.model.timing import Mark


def place_order(path: Path, order: Order) -> None:
    """Afterwards the journal at `path` holds the order until its runner has taken it. Raises JournalUnavailable."""
    body = json.dumps(asdict(order), sort_keys=True, default=datetime.isoformat)
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=10, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("INSERT OR IGNORE INTO inbox (id, body) VALUES (?, ?)", (order.id, body))
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise JournalUnavailable(f"the journal {path} takes no order: {error}", note="nothing was ordered") from error


def withdraw(path: Path, order: Order) -> bool:
    """Take back an order that nobody has obeyed; False where it is too late for that."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=10, isolation_level=None)
        try:
            return connection.execute("DELETE FROM inbox WHERE id = ?", (order.id,)).rowcount == 1
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise JournalUnavailable(f"the journal {path} cannot be used: {error}") from error


def waiting_orders(connection: sqlite3.Connection) -> tuple[Order, ...]:
    """What lies in the inbox, oldest first. Raises JournalCorrupt for what is no order."""
    return tuple(_read(body) for (body,) in connection.execute("SELECT body FROM inbox ORDER BY place"))


_TYPED = {"kind": OrderKind, "mark": Mark, "instant": parse_instant, "due": parse_instant}


def _read(body: str) -> Order:
    try:
        told: dict[str, Any] = json.loads(body)
        typed = {name: read(told[name]) for name, read in _TYPED.items() if told.get(name) is not None}
        return Order(**{**told, **typed})
    except (ValueError, TypeError, KeyError) as error:
        raise JournalCorrupt(f"an order in the inbox cannot be read: {error}") from error
