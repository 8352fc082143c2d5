"""What an action's world looks like, as a table; the laws do the rest.

What a law cannot apply to is named in `exempt`, with the reason; a law that is neither
met nor exempt is a failure.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from drctl.actions.catalogue import ACTIONS, ActionCatalogue
from drctl.model.past import Past
from drctl.model.values import Json
from drctl.ports.action import Action, BoundStep
from drctl.ports.approvals import Answer
from drctl.ports.probes import Probes
from drctl.ports.programs import Programs
from drctl.testing.outside import no_probes, no_programs
from drctl.testing.simulated import Simulated

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
    over_http: bool = False
    """Whether its HTTP goes to the hosts that the simulated AWS plays, instead of to `probes`."""
    programs: Programs = field(default_factory=no_programs)
    made: Callable[[Simulated], int] = field(default=lambda simulated: len(simulated.calls()))
    """How much has been done: calls that change something, unless the action does something else."""
    answer: Answer | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """One step, with what it may find and what it makes of that. A case without `live` is judged by `sees` alone."""

    kind: str
    params: Mapping[str, Json]
    """`with:`, as plain data."""
    sees: Sightings = field(default_factory=Sightings)
    live: Live | None = None
    account: str | None = None
    name: str = ""
    """Tells the cases of one action apart."""
    exempt: Mapping[str, str] = field(default_factory=dict)
    """Law → why it does not apply: a field of Sightings, or live, undo, foreign_live; and where nothing but the
    journal tells whether a call was made, without_journal and lost_answer; and denied_look where a look that is
    not allowed is told with everything else that is wrong, and refused."""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()

    @property
    def bound(self) -> BoundStep:
        return catalogue_of(self.kind).bind(self.kind, self.params)

    @property
    def action(self) -> Action[Any, Any]:
        return self.bound.action


def catalogue_of(kind: str) -> ActionCatalogue:
    """The catalogue that has the action: drctl's own, else with what is installed besides."""
    return _own() if kind in ACTIONS else _all()


@functools.cache
def _own() -> ActionCatalogue:
    return ActionCatalogue()


@functools.cache
def _all() -> ActionCatalogue:
    return ActionCatalogue.with_installed()
