"""What references stand for: inputs, variables, and what earlier steps have recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from drctl.model.plan import Plan, PlannedStep
from drctl.model.reference import Reference
from drctl.model.resolve import Unrecorded
from drctl.model.run import Run, StepState
from drctl.model.values import Json


def facts_for(step: PlannedStep, plan: Plan, run: Run) -> Callable[[Reference], Json]:
    """A look-up of references as `step` may use them. It raises Unrecorded for what is not there (yet)."""

    def lookup(reference: Reference) -> Json:
        match reference.scope:
            case "inputs":
                return _within(plan.inputs, reference.path, reference)
            case "env":
                return _within(plan.variables, reference.path, reference)
            case "item":
                return _within(step.item, reference.path, reference)
            case "steps":
                return _recorded(plan, run, reference)
        raise Unrecorded(reference)

    return lookup


def _recorded(plan: Plan, run: Run, reference: Reference) -> Json:
    step, *path = reference.path
    if step in plan.groups:
        return [_of_step(run, member, path, reference) for member in plan.groups[step]]
    return _of_step(run, step, path, reference)


def _of_step(run: Run, id: str, path: Sequence[str], reference: Reference) -> Json:
    recorded = run.step(id)
    # A fallback stands in for the step that gave up, for its outputs too.
    while recorded.state is StepState.FELL_BACK and recorded.fell_back_to:
        recorded = run.step(recorded.fell_back_to)
    if list(path) == ["state"]:
        return recorded.state.value
    if recorded.state is not StepState.SUCCEEDED or recorded.evidence is None:
        raise Unrecorded(reference)
    return _within(recorded.evidence.outputs, path, reference)


def _within(value: Json, path: Sequence[str], reference: Reference) -> Json:
    for part in path:
        if not isinstance(value, Mapping) or part not in value:
            raise Unrecorded(reference)
        value = value[part]
    return value
