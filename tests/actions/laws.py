"""What every action has to keep, as a table: a case says what an action's world looks like, the laws do the rest.

A new action is one file in `tests/actions/cases` with `CASES`. What a law cannot apply
to is named in `exempt`, with the reason; a law that is neither met nor exempt is a failure.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drctl.actions.catalogue import ActionCatalogue
from drctl.model.past import Past
from drctl.model.values import Json
from drctl.ports.action import Action, BoundStep
from drctl.ports.approvals import Answer
from drctl.ports.probes import Probes
from drctl.ports.programs import Programs
from tests.fakes.outside import NoPrograms, no_probes
from tests.simulated import Simulated

RUN = "dr-test-1"
STEP = "the-step"
PAST = Past(run=RUN, step=STEP)
FOREIGN_RUN = "dr-somebody-else"


@dataclass(frozen=True)
class Sight:
    """The world as `observe` may find it, and the step's own past."""

    seen: Any
    past: Past = PAST


Sights = Mapping[str, Sight]
"""Sights by what they show: the name of the test."""


@dataclass(frozen=True, kw_only=True)
class Sightings:
    """What `decide` and `decide_undo` must answer to what they see."""

    absent: Sights = field(default_factory=dict)
    """→ Change"""
    settling: Sights = field(default_factory=dict)
    """→ Wait"""
    there: Sights = field(default_factory=dict)
    """→ Done"""
    dead_end: Sights = field(default_factory=dict)
    """→ Refuse, with a hint"""
    unknown: Sights = field(default_factory=dict)
    """A status nobody thought of → Refuse"""
    foreign: Sights = field(default_factory=dict)
    """→ Refuse; and undo leaves it alone, without a Change"""
    undo_own: Sights = field(default_factory=dict)
    """Undo → Change"""
    undo_over: Sights = field(default_factory=dict)
    """Undo → Done"""


@dataclass(frozen=True, kw_only=True)
class Live:
    """A small world in the simulated AWS, and what the step makes of it."""

    plant: Callable[[Simulated], None]
    """Makes what is there before the step."""
    takes: tuple[str, ...] = ()
    """The names of the changes, in order, from the planted world to done."""
    undo_takes: tuple[str, ...] = ()
    fingerprint: Callable[[Simulated], object] | None = None
    """What undo has to bring back: the same before the step and after its undo."""
    plant_foreign: Callable[[Simulated], None] | None = None
    """Adds somebody else's resource under the step's name."""
    probes: Probes = field(default_factory=no_probes)
    programs: Programs = field(default_factory=NoPrograms)
    made: Callable[[Simulated], int] = field(default=lambda simulated: len(simulated.calls()))
    """How much has been done: calls that change something, unless the action does something else."""
    answer: Answer | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    kind: str
    params: Mapping[str, Json]
    """`with:`, as plain data."""
    sees: Sightings = field(default_factory=Sightings)
    live: Live | None = None
    account: str | None = None
    name: str = ""
    """Tells the cases of one action apart."""
    exempt: Mapping[str, str] = field(default_factory=dict)
    """Law → why it does not apply: a field of Sightings, or live, undo, foreign_live."""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()

    @property
    def bound(self) -> BoundStep:
        return ActionCatalogue().bind(self.kind, self.params)

    @property
    def action(self) -> Action[Any, Any]:
        return self.bound.action


def every_case() -> tuple[Case, ...]:
    """Every case of every action."""
    files = sorted((Path(__file__).parent / "cases").glob("*.py"))
    modules = [importlib.import_module(f"tests.actions.cases.{file.stem}") for file in files]
    return tuple(case for module in modules for case in module.CASES)
