"""The parameters of every planned step are what its action takes, as far as that is known before the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from drctl.loading.fields import show
from drctl.loading.language.drafts import InputDraft
from drctl.loading.language.inputs import named
from drctl.loading.language.instances import Instance
from drctl.loading.language.kinds import is_described, kinds_at
from drctl.loading.language.samples import KindOf, check_with_samples
from drctl.loading.language.scope import STATE
from drctl.loading.problems import Problems
from drctl.loading.yaml_source import Path
from drctl.model.reference import Reference, Template, Value
from drctl.model.resolve import as_text
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Catalogue, ParamProblem

_SHOWN_AS_TEXT = frozenset({ValueKind.INTEGER, ValueKind.NUMBER, ValueKind.BOOLEAN})


def kinds_in_plan(
    inputs: Mapping[str, InputDraft], specs: Mapping[str, ActionSpec], groups: Mapping[str, tuple[str, ...]]
) -> KindOf:
    """What the references that are left in a plan stand for: outputs of planned steps, and inputs nobody gave."""

    def kind_of(reference: Reference) -> ValueKind | None:
        match reference.scope, reference.path:
            case "inputs", (name,):
                return inputs[name].kind if name in inputs else None
            case "steps", (id, _) if id in groups:
                return ValueKind.LIST
            case "steps", (id, output) if id in specs:
                return ValueKind.STRING if output == STATE else specs[id].outputs.get(output)
        return None

    return kind_of


def fitted(instance: Instance, kind_of: KindOf, catalogue: Catalogue) -> Instance:
    """`instance` with numbers and truth values shown as text where a reference brings one to a place for text.

    Only what a reference brings is converted: a number that is written where text belongs is a mistake.
    """
    schema = catalogue.schema(instance.step.uses)

    def fit(value: Value, path: Path) -> Value:
        if isinstance(value, Mapping):
            return {key: fit(inner, (*path, key)) for key, inner in value.items()}
        if isinstance(value, tuple):
            return tuple(fit(inner, (*path, index)) for index, inner in enumerate(value))
        if isinstance(value, str | Template | None) or not _brought(instance, value, path):
            return value
        kind = kind_of(value) if isinstance(value, Reference) else _kind(value)
        taken = kinds_at(schema, path)
        if kind not in _SHOWN_AS_TEXT or ValueKind.STRING not in taken or kind in taken:
            return value
        return Template((value,)) if isinstance(value, Reference) else as_text(value)

    return replace(instance, params={key: fit(value, (key,)) for key, value in instance.params.items()})


def check_parameters(instance: Instance, kind_of: KindOf, catalogue: Catalogue, problems: Problems) -> None:
    """Note what the action does not take, at the place where it is written."""
    kind = instance.step.uses
    schema = catalogue.schema(kind)
    found = check_with_samples(instance.params, schema, kind_of, lambda params: catalogue.check(kind, params))
    places: dict[Path, list[ParamProblem]] = {}
    for problem in found:
        places.setdefault(_written(instance.params, problem.path), []).append(problem)
    for path, several in places.items():
        message = several[0].message
        if several[0].path != path:
            # A union tells of each of its types; one sentence about the place says as much.
            takes = " or ".join(sorted(named(other) for other in kinds_at(schema, path)))
            message = f"expected {takes}, got {show(_at(instance.params, path))}" if takes else message
        origin = _origin(instance, path)
        if origin is not None:
            message = f"{message} (from `${{{{ {origin} }}}}`)"
        told = instance.step.problem(
            ("with", *path), message, several[0].suggestion, at_key=not is_described(schema, path)
        )
        problems.add_cause_free(told, hint=f"drctl actions {kind}")


def _brought(instance: Instance, value: Value, path: Path) -> bool:
    return isinstance(value, Reference) or ("with", *path) in instance.origins


def _kind(value: Value) -> ValueKind | None:
    match value:
        case bool():
            return ValueKind.BOOLEAN
        case int():
            return ValueKind.INTEGER
        case float():
            return ValueKind.NUMBER
    return None


def _written(params: Value, path: Path) -> Path:
    """`path` without what a checker adds to it: nothing is written inside a single value."""
    for length in range(len(path)):
        here = _at(params, path[:length])
        if not isinstance(here, Mapping | tuple):
            return path[:length]
    return path


def _at(value: Value, path: Path) -> Value:
    for part in path:
        if isinstance(value, Mapping) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, tuple) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def _origin(instance: Instance, path: Path) -> Reference | None:
    for length in range(len(path), 0, -1):
        if found := instance.origins.get(("with", *path[:length])):
            return found
    return None
