"""An order comes out of the inbox as it was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from drctl.journal.inbox import place_order
from drctl.journal.sqlite import SqliteJournal
from drctl.model.order import Order, OrderKind
from drctl.model.timing import Mark
from tests.fakes.clock import START
from tests.fakes.orders import order


@pytest.mark.parametrize(
    "given",
    [
        order(OrderKind.SKIP, "a"),
        order(OrderKind.MARK, mark=Mark.ONSET, instant=START),
        order(OrderKind.ASSIGN, finding="F1", owner="bo", due=START),
        order(OrderKind.AMEND, sources={"a": "text"}, difference="-b"),
    ],
    ids=lambda given: given.kind.value,
)
def test_what_a_runner_reads_is_what_was_ordered(tmp_path: Path, given: Order) -> None:
    journal = SqliteJournal.open(tmp_path / "journal.sqlite", create=True)
    try:
        place_order(tmp_path / "journal.sqlite", given)
        assert journal.orders() == (given,)
    finally:
        journal.release()
