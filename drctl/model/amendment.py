"""What a new text of a runbook changes of a run's plan."""

from __future__ import annotations

from drctl.model.plan import Plan


def touched_steps(before: Plan, after: Plan) -> tuple[str, ...]:
    """The steps that `after` changes, takes away or adds, in the order of the plans."""
    now = {step.id: step for step in after.steps}
    changed = [step.id for step in before.steps if now.get(step.id) != step]
    return (*changed, *(id for id in now if id not in before.ids))


def beyond_steps(before: Plan, after: Plan) -> tuple[str, ...]:
    """What `after` changes besides steps, by the words of the language: none of it can be amended."""
    parts = {
        "runbook": (before.runbook, after.runbook),
        "objectives": (before.objectives, after.objectives),
        "after_drill": (before.after_drill, after.after_drill),
        "inputs": (dict(before.inputs), dict(after.inputs)),
        "stop_when": (before.stops, after.stops),
        "sustain": (before.sustain, after.sustain),
        "owner": (before.owner, after.owner),
    }
    return tuple(name for name, (one, other) in parts.items() if one != other)
