"""A runbook in the place where it is unrolled: what its references stand for there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drctl.loading.language.drafts import StepDraft
from drctl.loading.language.items import Item
from drctl.loading.language.nesting import as_value
from drctl.loading.language.scope import Scope
from drctl.loading.language.substitution import Unfit
from drctl.loading.validation import nearest
from drctl.model.condition import Condition
from drctl.model.plan import UndoPolicy
from drctl.model.reference import Reference, Value
from drctl.model.values import Json


@dataclass(frozen=True, slots=True)
class Frame:
    """The top of a plan, or the step that nests the runbook. The three tables grow as its steps are unrolled."""

    scope: Scope
    inputs: Mapping[str, Value]
    variables: Mapping[str, Json]
    """The environment's and the outermost runbook's; they come before those of a nested runbook."""
    prefix: str = ""
    place: tuple[int, ...] = ()
    needs: tuple[str, ...] = ()
    """What the first steps wait for."""
    condition: Condition | None = None
    account: str | None = None
    final: bool = False
    critical: bool = True
    source_side: bool = False
    undo: UndoPolicy = UndoPolicy.AUTO
    chain: tuple[str, ...] = ()
    """The runbooks on the way here, the outermost first, this one last."""
    ends: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """For each step, the planned steps that whoever needs it waits for."""
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """For each step, the planned steps that it stands for."""
    outputs: dict[str, Mapping[str, Value]] = field(default_factory=dict)
    """For each step that nests a runbook, the outputs of that one."""

    def lookup(self, reference: Reference, item: Item | None) -> Value:
        """What `reference` stands for in the plan; where that is not known, a reference. Raises Unfit."""
        match reference.scope, reference.path:
            case "inputs", (name,):
                unknown = Reference("inputs", (self.prefix + name,))
                return self.inputs.get(name, unknown)
            case "env", (name,):
                variables = {**self.scope.runbook.variables, **self.variables}
                return as_value(variables[name]) if name in variables else reference
            case "item", path if item is not None:
                return as_value(_inside(item.value, path, reference))
            case "steps", (id, output):
                there = Reference("steps", (self.prefix + id, output))
                return self.outputs[id].get(output, there) if id in self.outputs else there
        return reference

    def main(self) -> tuple[str, ...]:
        """The planned steps of the whole runbook, without those that only stand in or clean up."""
        return tuple(member for step in self._main() for member in self.members[step.id])

    def last(self) -> tuple[str, ...]:
        """The planned steps after which the whole runbook is through."""
        steps = self._main()
        needed = {need for step in steps for need in self.scope.graph.needs[step.id]}
        return tuple(end for step in steps if step.id not in needed for end in self.ends[step.id])

    def _main(self) -> list[StepDraft]:
        stand_ins = self.scope.graph.replaced
        steps = self.scope.runbook.steps
        return [step for step in steps if not step.final and step.stop is None and step.id not in stand_ins]


def _inside(value: Json, path: tuple[str, ...], reference: Reference) -> Json:
    for part in path:
        if not isinstance(value, Mapping):
            raise Unfit(f"the item {value!r} has nothing inside it, and `{reference}` asks for {part!r}")
        if part not in value:
            raise Unfit(f"an item has no {part!r}; it has {', '.join(value)}", nearest(part, value))
        value = value[part]
    return value
