"""The instants of a recovery, and the two numbers that are computed from them.

onset → detected → declared → executing → fenced → data-writable → serving → verified → sustained
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from drctl.model.instant import format_instant


class Mark(StrEnum):
    ONSET = "onset"
    DETECTED = "detected"
    DECLARED = "declared"
    EXECUTING = "executing"
    FENCED = "fenced"
    DATA_WRITABLE = "data-writable"
    SERVING = "serving"
    VERIFIED = "verified"
    SUSTAINED = "sustained"


SETTABLE = frozenset({Mark.FENCED, Mark.DATA_WRITABLE, Mark.SERVING, Mark.VERIFIED, Mark.SUSTAINED})
"""The marks a runbook's step may set; the others come from the run itself."""


_REACHED = (Mark.FENCED, Mark.DATA_WRITABLE, Mark.SERVING, Mark.VERIFIED, Mark.SUSTAINED)
_FIRST = (Mark.ONSET, Mark.DETECTED, Mark.DECLARED, Mark.EXECUTING)
_ORDERED = (
    *((one, other) for place, one in enumerate(_FIRST) for other in (*_FIRST[place + 1 :], *_REACHED)),
    (Mark.SERVING, Mark.VERIFIED),
    (Mark.VERIFIED, Mark.SUSTAINED),
)
"""Which mark cannot come after which. Fencing, data and traffic come in the order of the runbook."""


def out_of_order(marks: Mapping[Mark, datetime], mark: Mark) -> str:
    """Which of `marks` the one that is given contradicts, as a sentence; empty where it fits them all."""
    for one, other in _ORDERED:
        if mark in (one, other) and one in marks and other in marks and marks[other] < marks[one]:
            instants = f"{format_instant(marks[other])} is before {format_instant(marks[one])}"
            return f"{other} cannot be before {one}: {instants}"
    return ""


@dataclass(frozen=True, slots=True)
class RecoveryTime:
    """RTO as measured. `total` counts from onset, or from declared where onset is unknown (`counted_from`).

    It ends when the service was verified; where the runbook verifies nothing, when it was serving.
    `None` means that the run has not got there, or that its instants cannot be: one that ends before it began.
    """

    objective: timedelta
    total: timedelta | None
    exec: timedelta | None
    counted_from: Mark
    counted_to: Mark

    @property
    def met(self) -> bool | None:
        """Whether the objective was met; None while that is not known."""
        return None if self.total is None else self.total <= self.objective


def recovery_time(objective: timedelta, marks: Mapping[Mark, datetime], end: Mark) -> RecoveryTime:
    """The recovery time from the recorded marks, up to `end`."""
    start = Mark.ONSET if Mark.ONSET in marks else Mark.DECLARED
    begun, executing, ended = marks.get(start), marks.get(Mark.EXECUTING), marks.get(end)
    return RecoveryTime(
        objective=objective,
        total=_span(begun, ended),
        exec=_span(executing, ended),
        counted_from=start,
        counted_to=end,
    )


def _span(begun: datetime | None, ended: datetime | None) -> timedelta | None:
    # A clock that was set back in between measured nothing, which is unknown and not zero.
    return ended - begun if begun is not None and ended is not None and begun <= ended else None


@dataclass(frozen=True, slots=True)
class StoreLoss:
    """What one store lost: everything after its recovery point, up to the onset."""

    store: str
    recovery_point: datetime | None
    loss: timedelta | None
    method: str
    ephemeral: bool = False
    precision: timedelta | None = None
    """By how much the true loss may be less: the period of the beacon that has told; None for any other method."""


@dataclass(frozen=True, slots=True)
class RecoveryPointLoss:
    """RPO as measured: one loss for each store; the worst one is compared with the objective."""

    objective: timedelta | None
    """None where the runbook recovers no data."""
    stores: tuple[StoreLoss, ...]

    @property
    def unread(self) -> tuple[StoreLoss, ...]:
        """The stores whose recovery point nobody knows: they are unknown, never zero."""
        return tuple(store for store in self.stores if not store.ephemeral and store.loss is None)

    @property
    def actual(self) -> timedelta | None:
        """The worst loss; None where a store's is unknown, or no durable store was recovered."""
        losses = [store.loss for store in self.stores if not store.ephemeral and store.loss is not None]
        return None if self.unread or not losses else max(losses)

    @property
    def met(self) -> bool | None:
        if self.objective is None:
            return None
        known = [store.loss for store in self.stores if not store.ephemeral and store.loss is not None]
        # One store beyond the objective is enough to miss it, whatever the unread ones hold.
        if any(loss > self.objective for loss in known):
            return False
        return None if self.actual is None else True


def store_loss(
    store: str,
    recovery_point: datetime | None,
    method: str,
    reference: datetime | None,
    *,
    ephemeral: bool = False,
    precision: timedelta | None = None,
) -> StoreLoss:
    """The loss of one store against `reference`: the onset, the last moment at which a write was accepted.

    A recovery point after the onset is no loss; it is never a negative one.
    """
    loss = None
    if recovery_point is not None and reference is not None:
        loss = max(reference - recovery_point, timedelta(0))
    return StoreLoss(store, recovery_point, loss, method, ephemeral, precision)


def loss_vector(objective: timedelta | None, stores: Sequence[StoreLoss]) -> RecoveryPointLoss:
    """All the stores' losses against the objective."""
    return RecoveryPointLoss(objective, tuple(stores))
