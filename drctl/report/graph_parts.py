"""What is drawn of a plan: its steps in three lines each, and the arrows between them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drctl.model.duration import format_duration
from drctl.model.graph import Ancestors
from drctl.model.plan import Plan, PlannedStep
from drctl.report.wording import objectives_in_words

APPROVAL = "approval"


class Look(StrEnum):
    """How a step is drawn."""

    STEP = "step"
    APPROVAL = "approval"
    """A person decides."""
    IRREVERSIBLE = "irreversible"
    DORMANT = "dormant"
    """Runs only in the place of another one."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """`to` runs after `before`, or (`instead`) in its place if that gives up."""

    before: str
    to: str
    instead: bool = False


def arrows_of(plan: Plan) -> tuple[Arrow, ...]:
    """Every need that does not follow from others, and every fallback."""
    # A fallback needs what the step it replaces needs, which the arrow from that one says well enough.
    replaced = {step.fallback: step.id for step in plan.steps if step.fallback is not None}
    before = {s.id: (*s.needs, *((replaced[s.id],) if s.id in replaced else ())) for s in plan.steps}
    above = Ancestors(list(before), before)
    arrows = [
        Arrow(need, step.id)
        for step in plan.steps
        for need in step.needs
        if not any(above.has(other, need) for other in before[step.id])
    ]
    return (*arrows, *(Arrow(s.id, s.fallback, instead=True) for s in plan.steps if s.fallback is not None))


def look_of(step: PlannedStep) -> Look:
    """How `step` is drawn."""
    if step.dormant:
        return Look.DORMANT
    if step.uses == APPROVAL:
        return Look.APPROVAL
    return Look.IRREVERSIBLE if step.irreversible else Look.STEP


def facts_of(step: PlannedStep) -> str:
    """What is planned of `step`, in one short line."""
    facts = [step.uses, f"~{format_duration(step.expect)}"]
    if step.account is not None:
        facts.append(f"in {step.account}")
    if step.marks is not None:
        facts.append(f"marks {step.marks.value}")
    if step.store is not None:
        facts.append(f"store {step.store.name}")
    if not step.critical:
        facts.append("not critical")
    return " · ".join(facts)


def headline_of(plan: Plan) -> str:
    """The size of `plan` and its objectives, in one line."""
    count = len(plan.steps)
    objectives = objectives_in_words(plan.objectives, between=" · ")
    return f"{plan.runbook} · {count} step{'' if count == 1 else 's'} · {objectives}"
