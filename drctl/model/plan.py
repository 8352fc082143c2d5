"""A plan: a runbook whose loops and nested runbooks are unrolled, ready to be driven.

A plan is pure data. It is made again from the text that event 1 of the journal
pins, so that a resumed run follows the runbook it began with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from drctl.model.condition import Condition
from drctl.model.reference import Value
from drctl.model.timing import Mark
from drctl.model.values import Json


class OnDeadline(StrEnum):
    HOLD = "hold"
    FAIL = "fail"
    FALLBACK = "fallback"


class AfterDrill(StrEnum):
    """What becomes of the changes of a drill that has reached its end."""

    KEEP = "keep"
    UNDO = "undo"
    """Taken back, last first, before the verdict: for drills that work on copies of their own."""


class OnStop(StrEnum):
    """What a stop condition does with the run once it no longer holds."""

    HOLD = "hold"
    """Nothing more is begun, and a person decides."""
    ABORT = "abort"
    """The run ends; what it has changed stays."""
    UNDO = "undo"
    """The run ends, and what it has changed is taken back."""


class UndoPolicy(StrEnum):
    AUTO = "auto"
    """Undone when a drill that nobody watches fails, and on request."""
    NEVER = "never"
    """Left as it is, whatever happens."""


@dataclass(frozen=True, slots=True)
class Objectives:
    """How long the recovery may take, and how much data may be lost."""

    rto: timedelta
    rpo: timedelta | None
    """None for a runbook that recovers no data, such as one that only moves traffic: no loss is measured then."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a failed step starts over by itself, and how long it waits before."""

    attempts: int = 1
    delay: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Store:
    """The data store whose recovery point a step establishes.

    An ephemeral store holds nothing that cannot be rebuilt; its loss is reported but not counted in RPO.
    """

    name: str
    ephemeral: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    id: str
    uses: str
    params: Mapping[str, Value]
    title: str = ""
    account: str | None = None
    needs: tuple[str, ...] = ()
    condition: Condition | None = None
    item: Json = None
    expect: timedelta = timedelta(minutes=1)
    deadline: timedelta = timedelta(minutes=30)
    on_deadline: OnDeadline = OnDeadline.HOLD
    fallback: str | None = None
    retry: Retry = field(default_factory=Retry)
    critical: bool = True
    source_side: bool = False
    adopt: bool = False
    irreversible: bool = False
    marks: Mark | None = None
    store: Store | None = None
    undo: UndoPolicy = UndoPolicy.AUTO
    final: bool = False
    """Runs at the end of a drill, whatever happened before (`finally`)."""
    dormant: bool = False
    """Runs only when the step whose `fallback` it is has given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopCondition:
    """What must hold for as long as the run goes on: a check that is looked at again and again beside the steps."""

    check: PlannedStep
    """It reads only, needs nothing, and holds where its action says Done."""
    then: OnStop = OnStop.HOLD
    every: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sustain:
    """What has to stay green after `verified`, for how long, and how often it is looked at."""

    lasts: timedelta
    checks: tuple[str, ...]
    """Steps of the plan that only look."""
    every: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run drives. `steps` are in an order in which each follows what it needs."""

    runbook: str
    title: str
    objectives: Objectives
    steps: tuple[PlannedStep, ...]
    inputs: Mapping[str, Json] = field(default_factory=dict)
    variables: Mapping[str, Json] = field(default_factory=dict)
    after_drill: AfterDrill = AfterDrill.KEEP
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """A `foreach` step's id and the ids it was unrolled into."""
    stops: tuple[StopCondition, ...] = ()
    sustain: Sustain | None = None
    """None where nothing is proven after `verified`."""
    owner: str = ""
    """Who has to see to what a run of it has found; empty where the runbook does not say."""

    _by_id: Mapping[str, PlannedStep] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {step.id: step for step in self.steps})

    def step(self, id: str) -> PlannedStep:
        """The step of that id; KeyError where there is none."""
        return self._by_id[id]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(self._by_id)
