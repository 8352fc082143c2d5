"""Stocktaking: what a drill finds when it begins, what it has built, and whether it has left anything behind.

Where nobody takes inventories (in a recovery, and in a simulated world that ends with its run) nothing of it happens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from datetime import datetime, timedelta

from drctl.engine.context import started
from drctl.engine.ledger import Ledger
from drctl.engine.parts import Parts
from drctl.engine.waiting import BREATH, let_pass
from drctl.model import events as e
from drctl.model.events import Event, Mode
from drctl.model.finding import Finding, FindingKind, Severity
from drctl.model.instant import format_instant
from drctl.model.inventory import Inventory, InventoryTime, Resource, Sought, Unread, own_resources
from drctl.model.outcome import leaves_no_trace
from drctl.model.plan import Plan
from drctl.model.run import Run, StepRun

PATIENCE = timedelta(minutes=3)
"""How long what has been deleted may still be shown: a queue for a minute (Amazon SQS API Reference, DeleteQueue)."""
_LOOK_AGAIN = timedelta(seconds=20)


class Stocktaking:
    """The inventories of one run. Each is recorded, and taken once, however often the run is taken up again."""

    def __init__(self, plan: Callable[[], Plan], run: Run, parts: Parts, ledger: Ledger) -> None:
        self._plan, self._run, self._parts, self._ledger = plan, run, parts, ledger

    def before(self) -> None:
        """See what there is before the first step: nothing of it is the drill's."""
        if self._is_due(InventoryTime.BEFORE) and not self._run.steps:
            self._record(InventoryTime.BEFORE, self._look())

    def built(self) -> None:
        """See what the drill has built, before any of it is taken back."""
        if self._is_due(InventoryTime.BUILT) and any(step.changes for step in self._run.steps.values()):
            self._record(InventoryTime.BUILT, self._look())

    def after(self) -> None:
        """See what the drill leaves. What it was to take back and has not is a finding, and so is what nobody saw."""
        if not self._is_due(InventoryTime.AFTER):
            return
        gone = leaves_no_trace(self._run, self._plan())
        found, until = self._look(), self._now() + PATIENCE
        while gone and own_resources(found, self._sought) and self._now() < until and not self._parts.pause.asked:
            let_pass(self._parts.clock, _LOOK_AGAIN, self._ledger.keep_lease)
            found = self._look()
        self._record(InventoryTime.AFTER, found, leftover=gone)
        self._record_cost()

    def _is_due(self, when: InventoryTime) -> bool:
        drill = started(self._run).mode is Mode.DRILL
        return self._parts.inventory is not None and drill and when not in self._run.inventories

    def _record(self, when: InventoryTime, found: Inventory, *, leftover: bool = False) -> None:
        first = when is InventoryTime.BEFORE
        own = own_resources(found, self._sought)
        taken = e.InventoryTaken(
            at=self._now(),
            when=when,
            seen=tuple(sorted(one.arn for one in found.resources)) if first else (),
            resources=own,
            unread=found.unread,
            leftover=leftover,
        )
        told = _left(own, leftover, self._run) if when is InventoryTime.AFTER else ()
        unknown = _not_seen(found.unread) if when is InventoryTime.AFTER and leftover else ()
        findings = [e.FindingRecorded(at=self._now(), finding=finding) for finding in (*told, *unknown)]
        events: list[Event] = [taken, *findings]
        self._ledger.write(events)

    def _record_cost(self) -> None:
        if self._parts.cost is None:
            return
        built, after = (self._run.inventories.get(when) for when in (InventoryTime.BUILT, InventoryTime.AFTER))
        made = {one.arn: one for taken in (after, built) if taken is not None for one in taken.resources}
        now = self._now()
        self._ledger.write([e.CostEstimated(at=now, cost=self._parts.cost(tuple(made.values()), now))])

    def _look(self) -> Inventory:
        """Look on another thread: the lease has to be kept meanwhile."""
        take, sought = self._parts.inventory, self._sought
        if take is None:
            raise AssertionError("nobody takes inventories here")
        looking: Future[Inventory] = self._parts.pool.submit(take, sought)
        while not looking.done():
            self._ledger.keep_lease()
            wait([looking], timeout=BREATH)
        return looking.result()

    def _now(self) -> datetime:
        return self._parts.clock.now()

    @property
    def _sought(self) -> Sought:
        return sought_of(self._run)


def sought_of(run: Run) -> Sought:
    """Whose things are looked for, by what the journal of `run` says."""
    before = run.inventories.get(InventoryTime.BEFORE)
    return Sought(
        run=started(run).run,
        names=frozenset(name for step in run.steps.values() for name in _made_names(step)),
        before=frozenset(before.seen) if before is not None else None,
        unread_before=before.unread if before is not None else (),
    )


def _made_names(step: StepRun) -> Sequence[str]:
    """What the step has called the things that it made."""
    made = (c for c in step.changes if not c.undoing and c.operation.partition(":")[2].startswith(_MAKES))
    return [change.target.rpartition(":")[2].rpartition("/")[2] for change in made]


_MAKES = ("Create", "Restore", "Copy", "Run", "Register", "Put")
"""How AWS begins the names of operations that make something."""


def _left(own: Sequence[Resource], leftover: bool, run: Run) -> Sequence[Finding]:
    if not own:
        return ()
    name = started(run).run
    if leftover:
        return [
            Finding(FindingKind.LEFTOVER, Severity.SERIOUS, f"{one.arn} was left: drctl cleanup {name}") for one in own
        ]
    until = started(run).expires_at
    expires = f" until {format_instant(until)}" if until is not None else ""
    kept = f"{len(own)} resources of this drill are kept{expires}: drctl cleanup {name}"
    return [Finding(FindingKind.LEFTOVER, Severity.INFO, kept)]


def _not_seen(unread: Sequence[Unread]) -> Sequence[Finding]:
    return [
        Finding(
            FindingKind.LEFTOVER,
            Severity.WARNING,
            f"what may be left of {one.what} in {one.account} {one.region} is not known: {one.because}",
        )
        for one in unread
    ]
