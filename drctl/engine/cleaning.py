"""Cleanup: look, delete what the drill has made, wait, look again, until nothing of it is left.

It keeps nothing in memory that it could not find again: killed anywhere and run again, it comes to the same end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from drctl.engine.waiting import let_pass
from drctl.model import events as e
from drctl.model.cleanup import NOT_TAGGED, Cleaned, Gone, Never, NotYet, Send, Step, sort_out
from drctl.model.events import Event
from drctl.model.failure import CallFailure, FailureKind
from drctl.model.inventory import Inventory, Resource, Sought
from drctl.ports.clock import Clock

LIMIT = timedelta(minutes=30)
"""How long a cleanup goes on; the slowest that it waits for, a database, is gone within minutes."""
_LOOK_AGAIN = timedelta(seconds=15)
_SEND_AGAIN = timedelta(seconds=90)
"""When a call that was accepted without effect is sent again: AWS may show for a minute what is gone."""
_FOR_GOOD = frozenset({FailureKind.AUTH, FailureKind.VALIDATION})


class Remover(Protocol):
    """Deletes, one call at a time."""

    def next_step(self, resource: Resource) -> Step:
        """What to do next. Only looks, and looks at the resource's own tags again."""

    def send(self, resource: Resource) -> CallFailure | None:
        """Make the call that `next_step` named; the failure where AWS did not accept it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaning:
    """One cleanup of one run."""

    sought: Sought
    take: Callable[[Sought], Inventory]
    remover: Remover
    clock: Clock
    by: str
    record: Callable[[Sequence[Event]], None]
    """Makes events durable."""
    keep_lease: Callable[[], None]
    wanted: Callable[[Resource], bool] = lambda resource: True

    def planned(self) -> Cleaned:
        """What would be deleted, and what would be left; nothing is done."""
        found = self.take(self.sought)
        mine, others = sort_out(found, self.sought, self.wanted)
        return Cleaned(
            run=self.sought.run,
            deleted=tuple(one.arn for one in mine),
            left=tuple((one.arn, NOT_TAGGED) for one in others),
            unread=found.unread,
        )

    def go(self) -> Cleaned:
        """Delete until nothing of the drill is left, or nothing more can be done, or the limit is reached."""
        course, began = _Course(), self.clock.now()
        while True:
            found = self.take(self.sought)
            mine, others = sort_out(found, self.sought, self.wanted)
            mine = tuple(one for one in mine if one.arn not in course.gone)
            course.see(mine)
            late = self.clock.now() - began >= LIMIT
            if not mine or late or not self._once(mine, course):
                break
            let_pass(self.clock, _LOOK_AGAIN, self.keep_lease)
        cleaned = Cleaned(
            run=self.sought.run,
            deleted=course.deleted,
            left=(
                *((one.arn, course.reasons.get(one.arn, "the time was up")) for one in mine),
                *((one.arn, NOT_TAGGED) for one in others),
            ),
            unread=found.unread,
        )
        told = tuple(f"{arn}: {because}" for arn, because in cleaned.left)
        self.record([e.CleanupEnded(at=self.clock.now(), by=self.by, left=told, unread=cleaned.unread)])
        return cleaned

    def _once(self, mine: Sequence[Resource], course: _Course) -> bool:
        """Do one thing for each; False where nothing can change by waiting."""
        hopeful = False
        for one in mine:
            self.keep_lease()
            hopeful |= self._bring_nearer(one, course)
        return hopeful

    def _bring_nearer(self, one: Resource, course: _Course) -> bool:
        if one.arn in course.hopeless:
            return False
        match self.remover.next_step(one):
            case Gone():
                course.gone.add(one.arn)
                return True
            case NotYet(because):
                course.reasons[one.arn] = because
                return True
            case Never(because):
                course.give_up(one.arn, because)
                return False
            case Send(operation):
                now = self.clock.now()
                if (sent := course.sent.get((one.arn, operation))) is not None and now - sent < _SEND_AGAIN:
                    return True
                self.record([e.DeletionIntended(at=now, by=self.by, arn=one.arn, operation=operation)])
                failure = self.remover.send(one)
                if failure is None:
                    course.accepted(one.arn, operation, now)
                    return True
                if failure.kind in _FOR_GOOD:
                    course.give_up(one.arn, str(failure))
                    return False
                course.reasons[one.arn] = str(failure)
                return True


class _Course:
    """What one cleanup has done so far."""

    def __init__(self) -> None:
        self.reasons: dict[str, str] = {}
        self.sent: dict[tuple[str, str], datetime] = {}
        self.gone: set[str] = set()
        self.hopeless: set[str] = set()
        self._touched: dict[str, None] = {}
        self._there: frozenset[str] = frozenset()

    @property
    def deleted(self) -> tuple[str, ...]:
        return tuple(arn for arn in self._touched if arn not in self._there)

    def see(self, there: Sequence[Resource]) -> None:
        self._there = frozenset(one.arn for one in there)

    def accepted(self, arn: str, operation: str, now: datetime) -> None:
        self.sent[arn, operation] = now
        self._touched[arn] = None
        self.reasons[arn] = "AWS has accepted its deletion, and it is still there"

    def give_up(self, arn: str, because: str) -> None:
        self.reasons[arn] = because
        self.hopeless.add(arn)
