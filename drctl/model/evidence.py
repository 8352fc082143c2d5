"""What verification saw: the facts that the report and the verdict stand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from drctl.model.values import EMPTY, Json


@dataclass(frozen=True, slots=True)
class RecoveryPoint:
    """The newest moment whose data is present in a recovered store, and how that is known."""

    at: datetime
    method: str
    precision: timedelta | None = None
    """By how much less may be missing than it says: the period of a beacon. None where the method names an instant."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen after a step: whether it holds, one plain sentence, and the step's outputs."""

    holds: bool
    fact: str
    outputs: Mapping[str, Json] = field(default_factory=dict)
    recovery_point: RecoveryPoint | None = None
    warning: str = ""
    """What went wrong without the step failing for it, such as a notification that did not go out."""

    @classmethod
    def of(
        cls,
        fact: str,
        *,
        outputs: Mapping[str, Json] = EMPTY,
        recovery_point: RecoveryPoint | None = None,
        warning: str = "",
    ) -> Evidence:
        """Evidence that holds."""
        return cls(True, fact, outputs, recovery_point, warning)

    @classmethod
    def missing(cls, fact: str) -> Evidence:
        """Evidence that does not hold (yet); the step waits for it until its deadline."""
        return cls(False, fact)
