"""How long a step takes: at best guess and on a bad day, from attempts that were recorded, or else from the runbook.

p50 and p90 are nearest ranks: of n durations in order, the one at place n·p/100, rounded up. Each is a duration that
was really measured, and of one attempt both are that attempt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from drctl.model.plan import PlannedStep


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTimes:
    """How long one step of a runbook takes, with all of its waits."""

    step: str
    uses: str
    p50: timedelta
    p90: timedelta
    of: int
    """Of how many attempts; 0 where it is a guess: the runbook's `expect`."""
    environment: str = ""
    """Where they were measured; empty for a guess."""

    @property
    def guess(self) -> bool:
        return self.of == 0


def guessed(step: PlannedStep) -> StepTimes:
    """The runbook's `expect`. A guess has no spread: p90 is p50."""
    return StepTimes(step=step.id, uses=step.uses, p50=step.expect, p90=step.expect, of=0)


def measured(step: str, uses: str, durations: Sequence[timedelta], environment: str) -> StepTimes:
    """The times of a step that has taken these `durations`, of which there is at least one."""
    ordered = sorted(durations)
    return StepTimes(
        step=step,
        uses=uses,
        p50=nearest_rank(ordered, 50),
        p90=nearest_rank(ordered, 90),
        of=len(ordered),
        environment=environment,
    )


def nearest_rank(ordered: Sequence[timedelta], percent: int) -> timedelta:
    """The least of `ordered` (rising, not empty) that at least `percent` of a hundred of them do not exceed."""
    # In whole numbers: 0.9 * 10 is not always 9.
    return ordered[max(-(-len(ordered) * percent // 100), 1) - 1]
