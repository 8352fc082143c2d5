"""A runbook as it is written: read and typed, its references found, nothing unrolled yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from drctl.loading.yaml_source import Document, Path
from drctl.model.condition import Condition
from drctl.model.plan import AfterDrill, Objectives, OnDeadline, OnStop, Retry, UndoPolicy
from drctl.model.problem import Problem
from drctl.model.reference import Value
from drctl.model.timing import Mark
from drctl.model.values import Json, ValueKind

NESTED = "runbook"
"""`uses: runbook` runs another runbook's steps in the place of this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputDraft:
    """One declared input. Without a default it is required. `kind` is None where the declaration is wrong."""

    name: str
    kind: ValueKind | None
    required: bool
    default: Json = None
    choices: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreDraft:
    name: Value
    ephemeral: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StopDraft:
    """What an entry of `stop_when` says besides its check."""

    then: OnStop
    every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDraft:
    """One entry of `steps`, `finally` or `stop_when`. What it does not say is None or the language's default."""

    document: Document
    path: Path
    id: str
    uses: str
    final: bool
    title: Value = ""
    account: Value = None
    needs: tuple[tuple[str, Path], ...] = ()
    """What it needs, each with the place where it says so."""
    condition: Condition | None = None
    foreach: Value = None
    params: Mapping[str, Value] = field(default_factory=dict)
    runbook: str | None = None
    """The runbook that is nested here, as it is written."""
    expect: timedelta | None = None
    deadline: timedelta | None = None
    on_deadline: OnDeadline = OnDeadline.HOLD
    fallback: str | None = None
    retry: Retry = field(default_factory=Retry)
    critical: bool = True
    source_side: bool = False
    adopt: bool = False
    marks: Mark | None = None
    store: StoreDraft | None = None
    undo: UndoPolicy = UndoPolicy.AUTO
    stop: StopDraft | None = None
    """Where it is a stop condition and no step of its own."""

    def problem(self, path: Path, message: str, suggestion: str | None = None, *, at_key: bool = False) -> Problem:
        """A problem at `path` inside this step."""
        return self.document.problem((*self.path, *path), message, suggestion, at_key=at_key)

    @property
    def nests(self) -> bool:
        """Whether it stands for the steps of another runbook."""
        return self.uses == NESTED

    @property
    def params_path(self) -> Path:
        """Where its parameters are: the inputs of a nested runbook, `with:` of everything else."""
        return ("with", "inputs") if self.nests else ("with",)


@dataclass(frozen=True, slots=True, kw_only=True)
class SustainDraft:
    document: Document
    lasts: timedelta
    every: timedelta
    checks: tuple[tuple[str, Path], ...]
    """The steps by their ids, each with the place where it is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookDraft:
    document: Document
    key: str
    """The name its text is pinned under."""
    name: str
    title: str
    objectives: Objectives
    after_drill: AfterDrill
    inputs: Mapping[str, InputDraft]
    variables: Mapping[str, Json]
    scenario: str | None
    steps: tuple[StepDraft, ...]
    """`steps`, then `finally`, then `stop_when`, as written; ids are unique."""
    outputs: Mapping[str, Value]
    sustain: SustainDraft | None = None
    owner: str = ""

    def find(self, id: str) -> StepDraft | None:
        """The step of that id, or None."""
        return next((step for step in self.steps if step.id == id), None)
