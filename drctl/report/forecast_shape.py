"""The shape of the run document's `forecast`: how a run is expected to go on, and what that stands on."""

from __future__ import annotations

from collections.abc import Mapping

# Not typing's: before Python 3.12 pydantic can make a schema of this one only.
from typing_extensions import TypedDict

from drctl.model.forecast import DecisionKind
from drctl.model.timing import Mark
from drctl.report.shape_values import Time


class ForecastStepSection(TypedDict):
    """How long one step takes, by what is known of it."""

    id: str
    p50_s: float
    p90_s: float
    of: int
    """Of how many attempts that succeeded; 0 for a guess."""
    guess: bool
    """Whether nothing is known, and both are the runbook's `expect`."""
    environment: str
    """Where it was measured; empty for a guess. Another one than the run's where nothing is known of that."""


class ForecastSourceSection(TypedDict):
    """What the forecast stands on, as it was known when the run began."""

    runs: int
    """How many runs of the past were read."""
    unread: int
    """How many journals could not be read, or were left out to begin in time."""
    measured: int
    """Of how many steps times are known."""
    guesses: int
    """Of how many steps the runbook's `expect` has to do."""


class ForecastChainSection(TypedDict):
    """The longest chain of the plan before anything of it had begun, by what was known then."""

    p50_s: float
    p90_s: float
    steps: list[str]


class ForecastMarkSection(TypedDict):
    """When a mark that is still to come is expected."""

    p50: Time
    p90: Time


class DecideBySection(TypedDict):
    """Until when somebody has to decide for the objective to be met."""

    what: DecisionKind
    step: str | None
    """Null for `declare` and `resume`."""
    p50: Time
    p90: Time
    """On a bad day, when every step takes its p90."""


class EatsSection(TypedDict):
    """The step that takes most of the head-room."""

    step: str
    over_s: float
    """By how much it is over its p50; 0 where it is only the longest that is left."""
    remaining_s: float
    """How much is still left of it."""


class ForecastPathSection(TypedDict):
    """One step of the path that decides when the recovery ends: as it was, then as it is expected."""

    step: str
    begins: Time
    ends: Time
    ended: bool
    expected_s: float
    """Its p50."""


class ForecastSection(TypedDict):
    """How the run is expected to go on. Of one that has ended, what its steps were expected to take."""

    at: Time
    """As seen then: at the newest event, or later where a run in an environment is looked at."""
    source: ForecastSourceSection
    before: ForecastChainSection
    expected_finish_p50: Time | None
    """When `rto.counted_to` is reached. Null where this run will not reach it, or has ended."""
    expected_finish_p90: Time | None
    headroom_p50_s: float | None
    """What is left of the objective then; below zero where it is missed."""
    headroom_p90_s: float | None
    marks: Mapping[Mark, ForecastMarkSection]
    """The marks that are still to come."""
    decide_by: DecideBySection | None
    eats: EatsSection | None
    path: list[ForecastPathSection]
    steps: list[ForecastStepSection]
