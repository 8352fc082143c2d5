"""What a command asks for, and what it gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from drctl.bootstrap.given_marks import GivenMarks
from drctl.model.events import Approve
from drctl.model.problem import Problem

if TYPE_CHECKING:
    from drctl.report.shape import RunDocument

SIMULATED = "simulated"
"""The environment that is built in."""


@dataclass(frozen=True, kw_only=True)
class DrillRequest:
    """A drill as it was asked for; names are not looked up yet."""

    runbook: str
    environment: str = SIMULATED
    estate: str = "amply"
    inputs: Mapping[str, str]
    scenario: str | None = None
    faults: tuple[str, ...] = ()
    speed: str = "instant"
    approve: Approve = Approve.AUTO
    keep: bool = False
    skip_if_blocked: bool = False
    despite_window: str | None = None
    marks: GivenMarks = field(default_factory=GivenMarks)
    """When it began, was noticed and was declared, in a drill in an environment."""
    state_dir: Path


@dataclass(frozen=True, kw_only=True)
class RecoverRequest:
    """A recovery as it was asked for; names are not looked up yet."""

    runbook: str
    environment: str
    incident: str
    """What the incident is called where it is dealt with, such as INC-2041."""
    inputs: Mapping[str, str]
    marks: GivenMarks = field(default_factory=GivenMarks)
    """When it began, was noticed and was declared, as far as anybody knows yet."""
    state_dir: Path


@dataclass(frozen=True)
class Outcome:
    """What a drive of a run has come to."""

    document: RunDocument
    exit_code: int
    run: str


@dataclass(frozen=True)
class ValidatedFile:
    """One file that was checked: what it is, and everything that is wrong with it."""

    path: str
    kind: str
    problems: tuple[Problem, ...]
