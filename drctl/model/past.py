"""What a step's own journal says of its earlier attempts.

A decision is made from the world first. The past answers only what the world
cannot: which deployment was ours, what the value was before we changed it, and
whether a call of ours is in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from drctl.model.failure import FailureKind
from drctl.model.values import Json


class ChangeState(StrEnum):
    INTENDED = "intended"
    """Written down before the call; no answer was recorded: in doubt."""
    RETURNED = "returned"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastChange:
    name: str
    summary: str
    state: ChangeState
    intended_at: datetime
    operation: str = ""
    target: str = ""
    flip: bool = False
    settle: timedelta = timedelta(0)
    facts: Mapping[str, Json] = field(default_factory=dict)
    undo: Mapping[str, Json] = field(default_factory=dict)
    failure_kind: str = ""
    failure: str = ""
    undoing: bool = False
    epoch: int = 1
    """The epoch it was intended in; an operator's retry begins a new one."""
    doubt_settled: bool = False
    """Whether an operator has looked since, and wants the step tried again whatever has become of this call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The step's identity and its recorded changes, oldest first, of every epoch."""

    run: str
    step: str
    epoch: int = 1
    began: datetime | None = None
    """When the attempt that is being driven began, where a journal says so."""
    elapsed: timedelta = timedelta(0)
    """How long ago that was."""
    adopt: bool = False
    drill: bool = False
    onset: datetime | None = None
    """When what is recovered from began; when it was declared, which is later, where nobody has said."""
    changes: tuple[PastChange, ...] = ()
    journal_lost_at: datetime | None = None
    """Where the newest events were lost: changes from before this instant may be missing from `changes`."""

    def since(self, change: PastChange) -> timedelta:
        """How long ago `change` was written down; as long ago as the attempt began, where nobody recorded that."""
        return self.elapsed if self.began is None else self.began + self.elapsed - change.intended_at

    def last(self, name: str) -> PastChange | None:
        """The newest change of that name, of whatever state."""
        return next((change for change in reversed(self.changes) if change.name == name), None)

    def returned(self, name: str) -> PastChange | None:
        """The newest change of that name that AWS accepted."""
        return next((c for c in reversed(self.changes) if c.name == name and c.state is ChangeState.RETURNED), None)

    def first_undo(self, name: str) -> Mapping[str, Json] | None:
        """The value before this step's first change of that name: what undo goes back to."""
        return next((c.undo for c in self.changes if c.name == name and c.undo), None)

    def made(self, name: str) -> tuple[PastChange, ...]:
        """The changes of that name that were made, or may have been: all but those that AWS refused, oldest first."""
        return tuple(
            c for c in self.changes
            if c.name == name and (c.state is not ChangeState.FAILED or c.failure_kind == FailureKind.AMBIGUOUS)
        )  # fmt: skip

    def refused_for(self, kind: str) -> tuple[PastChange, ...]:
        """The changes that AWS refused for this class of failure (such as `capacity`), oldest first."""
        return tuple(c for c in self.changes if c.state is ChangeState.FAILED and c.failure_kind == kind)
