"""What the references of one runbook can name, and of which kind it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from drctl.loading.language.drafts import RunbookDraft, StepDraft
from drctl.loading.language.fallbacks import Outputs
from drctl.loading.language.needs import LocalGraph
from drctl.loading.validation import nearest
from drctl.model.reference import Reference, Template, Value
from drctl.model.values import Json, ValueKind
from drctl.ports.action import Catalogue

STATE = "state"
"""`${{ steps.s.state }}` is how a step ended; every step has it."""

Wrong = tuple[str, str | None]
"""What is wrong with a reference, and what was probably meant."""


class Scope:
    """One runbook as its references see it. `variables` are the plan's; None where no environment is known."""

    def __init__(
        self,
        runbook: RunbookDraft,
        graph: LocalGraph,
        catalogue: Catalogue,
        variables: Mapping[str, Json] | None,
        outputs_of_nested: Callable[[RunbookDraft, StepDraft], Outputs | None],
    ) -> None:
        self.runbook, self.graph, self.catalogue = runbook, graph, catalogue
        self._variables = variables
        self._outputs_of_nested = outputs_of_nested
        self._steps = {step.id: step for step in runbook.steps}

    def outputs_of(self, step: StepDraft) -> Outputs | None:
        """What `step` puts out: a list of each where it is a `foreach`. None where its action is not known."""
        if step.nests:
            outputs = self._outputs_of_nested(self.runbook, step)
        else:
            spec = self.catalogue.spec(step.uses)
            outputs = None if spec is None else {**spec.outputs, STATE: ValueKind.STRING}
        if outputs is not None and step.foreach is not None:
            return dict.fromkeys(outputs, ValueKind.LIST)
        return outputs

    def kind_of(self, reference: Reference) -> ValueKind | None:
        """The kind of value that `reference` names; None where that depends on the value."""
        match reference.scope, reference.path:
            case "inputs", (name,):
                draft = self.runbook.inputs.get(name)
                return draft.kind if draft is not None else None
            case "steps", (id, output):
                step = self._steps.get(id)
                outputs = self.outputs_of(step) if step is not None else None
                return outputs.get(output) if outputs is not None else None
        return None

    def kind_of_value(self, value: Value) -> ValueKind | None:
        """The kind of `value`, where it is a reference, text with references in it, or a list or mapping."""
        match value:
            case Reference():
                return self.kind_of(value)
            case bool():
                return ValueKind.BOOLEAN
            case int():
                return ValueKind.INTEGER
            case float():
                return ValueKind.NUMBER
            case str() | Template():
                return ValueKind.STRING
            case tuple():
                return ValueKind.LIST
            case None:
                return None
        return ValueKind.OBJECT

    def wrong_with(self, reference: Reference, step: StepDraft | None, *, static: bool = False) -> tuple[Wrong, ...]:
        """Why `reference` names nothing where `step` (or, without one, the runbook's outputs) stands.

        With `static`, it must be known before anything runs.
        """
        match reference.scope:
            case "inputs":
                found = self._wrong_input(reference.path[0])
            case "env":
                found = self._wrong_variable(reference.path[0])
            case "item":
                inside = step is not None and step.foreach is not None
                found = None if inside else ("`item` is known only in a step with `foreach`", None)
            case _ if static:
                found = f"`{reference}` is not known before the run, and this has to be", None
            case _:
                return self._wrong_step_or_output(reference, step)
        return () if found is None else (found,)

    def _wrong_step_or_output(self, reference: Reference, step: StepDraft | None) -> tuple[Wrong, ...]:
        id, output = reference.path
        other = self._steps.get(id)
        if other is None:
            return (self.no_step(id),)
        wrong = (self.wrong_step(other, step), self._wrong_output(other, output))
        return tuple(each for each in wrong if each is not None)

    def no_step(self, id: str) -> Wrong:
        """There is no step of that id."""
        return f"there is no step {id!r}", nearest(id, [known for known in self._steps if "[" not in known])

    def _wrong_input(self, name: str) -> Wrong | None:
        if name in self.runbook.inputs:
            return None
        return f"there is no input {name!r}", nearest(name, self.runbook.inputs)

    def _wrong_variable(self, name: str) -> Wrong | None:
        if name in self.runbook.variables or self._variables is None or name in self._variables:
            return None
        known = [*self.runbook.variables, *self._variables]
        return f"neither the environment nor the runbook has a variable {name!r}", nearest(name, known)

    def wrong_step(self, other: StepDraft, step: StepDraft | None) -> Wrong | None:
        """Why `step` cannot know yet how `other` ended; None where it can."""
        replaced = self.graph.replaced.get(other.id)
        if step is not None and other.id == step.id:
            return f"{other.id!r} cannot refer to itself", None
        if replaced is not None:
            return f"{other.id!r} runs only as the fallback of {replaced!r}; refer to that one", None
        if other.stop is not None:
            return f"{other.id!r} is a stop condition, which has no outputs", None
        if step is None:
            return (f"{other.id!r} is a `finally` step; outputs are read before it runs", None) if other.final else None
        if self.graph.is_upstream(step, other):
            return None
        if other.final and not step.final:
            return f"{other.id!r} is a `finally` step: it runs after every step of `steps`", None
        if self.graph.replaced.get(step.id) == other.id:
            return f"{step.id!r} takes the place of {other.id!r}, which has given up then", None
        if self.graph.ancestors.has(other.id, step.id):
            return f"{other.id!r} comes after {step.id!r}", None
        return f"{other.id!r} is not upstream of {step.id!r}: add it to `needs`", None

    def _wrong_output(self, other: StepDraft, output: str) -> Wrong | None:
        outputs = self.outputs_of(other)
        if outputs is None or output in outputs:
            return None
        known = [name for name in outputs if name != STATE]
        has = f"it has {', '.join(known)}" if known else "it has none"
        return f"{other.id!r} ({other.uses}) has no output {output!r}; {has}", nearest(output, outputs)
