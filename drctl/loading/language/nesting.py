"""What a nested runbook is given: each input known, of its type, and none missing."""

from __future__ import annotations

from collections.abc import Mapping

from drctl.loading.language.drafts import InputDraft, RunbookDraft, StepDraft
from drctl.loading.language.inputs import check_value
from drctl.loading.language.substitution import Substitution
from drctl.loading.problems import Problems
from drctl.loading.validation import nearest
from drctl.model.reference import Reference, Template, Value, references_in
from drctl.model.resolve import as_text
from drctl.model.values import Json, ValueKind


def check_nested(step: StepDraft, nested: RunbookDraft, problems: Problems) -> None:
    """Note what is wrong with the inputs that `step` gives to `nested`, as far as its own text tells."""
    for name, value in step.params.items():
        at = ("with", "inputs", name)
        draft = nested.inputs.get(name)
        if draft is None:
            message = f"the runbook {nested.name!r} has no input {name!r}"
            problems.add(step.problem(at, message, nearest(name, nested.inputs), at_key=True))
        elif not references_in(value) and (wrong := _wrong_with(draft, plain(value))):
            problems.add(step.problem(at, wrong))
    for name, draft in nested.inputs.items():
        if draft.required and name not in step.params:
            problems.add(step.problem(("with", "inputs", name), f"is missing: {nested.name!r} requires it"))
    if step.final and any(inner.final for inner in nested.steps):
        message = f"the runbook {nested.name!r} has a `finally` of its own, and cannot be nested in one"
        problems.add(step.problem(("with", "runbook"), message))


def bound_inputs(
    step: StepDraft, nested: RunbookDraft, substitution: Substitution, problems: Problems
) -> dict[str, Value]:
    """The values that the inputs of `nested` have where `step` stands: what it is given, else the default."""
    bound: dict[str, Value] = {}
    for name, draft in nested.inputs.items():
        if draft.kind is None:
            continue
        if name not in step.params:
            if not draft.required:
                bound[name] = as_value(draft.default)
            continue
        at = ("with", "inputs", name)
        value = substitution.value(step.params[name], at)
        known = not references_in(value)
        if draft.kind is ValueKind.STRING and at in substitution.origins and isinstance(value, int | float):
            value = as_text(value)
        # What is written out has been checked with the text; what came from elsewhere is known only now.
        if known and (wrong := _wrong_with(draft, plain(value))):
            problems.add_cause_free(step.problem(at, wrong))
            continue
        bound[name] = value
    return bound


def plain(value: Value) -> Json:
    """`value`, which has no reference in it, as plain data. AssertionError where it has one."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, Reference | Template):
        raise AssertionError("a reference is not plain data")
    return value


def as_value(data: Json) -> Value:
    """Plain data as a value. Text in it stays what it is: what was given to a run is never read as a reference."""
    if isinstance(data, Mapping):
        return {key: as_value(inner) for key, inner in data.items()}
    if isinstance(data, str | int | float | None):
        return data
    return tuple(as_value(inner) for inner in data)


def _wrong_with(draft: InputDraft, value: Json) -> str | None:
    if draft.kind is None or (value is None and not draft.required and draft.default is None):
        return None
    if wrong := check_value(draft.kind, value):
        return wrong
    if draft.choices and value not in draft.choices:
        return f"expected one of {', '.join(map(str, draft.choices))}"
    return None
