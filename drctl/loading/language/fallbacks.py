"""`on_deadline: fallback:STEP`: which steps can take the place of which."""

from __future__ import annotations

from collections.abc import Mapping

from drctl.loading.language.drafts import RunbookDraft, StepDraft
from drctl.loading.problems import Problems
from drctl.loading.validation import nearest
from drctl.model.values import ValueKind

Outputs = Mapping[str, ValueKind | None]
"""What a step puts out; the kind is None where it is not known."""


def find_replaced(runbook: RunbookDraft, steps: Mapping[str, StepDraft], problems: Problems) -> dict[str, str]:
    """For each step that is a fallback, the step it replaces; what cannot be a fallback is noted."""
    replaced: dict[str, str] = {}
    for step in runbook.steps:
        if step.fallback is None:
            continue
        target = steps.get(step.fallback)
        wrong = _no_fallback(step, step.fallback, target, replaced)
        if wrong is None and target is not None:
            replaced[target.id] = step.id
            continue
        near = nearest(step.fallback, [id for id in steps if id != step.id]) if target is None else None
        problems.add(step.problem(("on_deadline",), wrong or "", near))
    return replaced


def _no_fallback(step: StepDraft, name: str, target: StepDraft | None, replaced: dict[str, str]) -> str | None:
    """Why `target` cannot be the fallback of `step`; None where it can."""
    if target is None:
        return f"there is no step {name!r} to fall back to"
    if target is step:
        return "a step is not its own fallback"
    if target.final != step.final:
        return f"{name!r} is in another section; a fallback is in the same one as the step it replaces"
    if target.fallback is not None:
        return f"{name!r} has a fallback itself; fallbacks do not chain"
    if target.nests or target.foreach is not None:
        return f"{name!r} stands for several steps; a fallback is a single one"
    if step.nests or step.foreach is not None:
        return "a step that stands for several has no fallback"
    if target.id in replaced:
        return f"{name!r} is the fallback of {replaced[target.id]!r} already"
    return None


def check_stand_in(
    primary: StepDraft, fallback: str, wanted: Outputs, offered: Outputs, readers: Mapping[str, str], problems: Problems
) -> None:
    """Whoever reads an output of `primary` must find it in its fallback too. `readers` says who reads what."""
    for name, reader in readers.items():
        kind, other = wanted.get(name), offered.get(name)
        if name not in offered:
            because = f"{fallback!r} has no output {name!r}, which {reader!r} reads of {primary.id!r}"
        elif kind is not None and other is not None and not other.fits(kind):
            because = f"{reader!r} reads {name!r} of {primary.id!r}, {kind} there and {other} in {fallback!r}"
        else:
            continue
        problems.add(primary.problem(("on_deadline",), because))
