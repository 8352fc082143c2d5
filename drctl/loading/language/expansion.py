"""Loops and nested runbooks are unrolled: a draft becomes single steps, each with its own id.

A step of a `foreach` is `step[key]`, a step of a nested runbook `parent/child`. What
needs the one waits for all of them; the first steps of a nested runbook wait for what
its parent needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from drctl.loading.language.drafts import StepDraft
from drctl.loading.language.frames import Frame
from drctl.loading.language.gather import MOST_NESTED, Gathered
from drctl.loading.language.instances import Instance, instance_of
from drctl.loading.language.items import Item, items_of
from drctl.loading.language.nesting import bound_inputs
from drctl.loading.language.scope import Scope
from drctl.loading.language.substitution import Substitution, Told
from drctl.loading.problems import Problems
from drctl.loading.sources import nested_key
from drctl.loading.yaml_source import Path
from drctl.model.problem import Problem
from drctl.model.reference import Value
from drctl.ports.action import Catalogue

MOST_STEPS = 2000
"""How many steps a plan may have once loops and nested runbooks are unrolled."""


class TooManySteps(Exception):
    """The plan would have more than MOST_STEPS."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """What a step has become: the planned steps to wait for, those it stands for, and a nested runbook's outputs."""

    ends: tuple[str, ...]
    members: tuple[str, ...]
    outputs: Mapping[str, Value]


class Expansion:
    """Unrolls into `instances` and `groups`; what is found to be wrong is added to `problems`."""

    def __init__(
        self, scopes: Mapping[str, Scope], gathered: Gathered, catalogue: Catalogue, problems: Problems
    ) -> None:
        self._scopes, self._gathered, self._catalogue, self._problems = scopes, gathered, catalogue, problems
        self._count = 0
        self.instances: list[Instance] = []
        self.groups: dict[str, tuple[str, ...]] = {}

    def unroll(self, frame: Frame) -> None:
        """Unroll the runbook of `frame`. Raises TooManySteps."""
        graph = frame.scope.graph
        steps = {step.id: step for step in frame.scope.runbook.steps}
        for id in dict.fromkeys((*graph.order, *steps)):
            waited_for = [end for need in graph.needs[id] for end in frame.ends.get(need, ())]
            first = not graph.needs[id] and not steps[id].final
            self._unroll_step(steps[id], frame, tuple(dict.fromkeys(frame.needs if first else waited_for)))

    def _unroll_step(self, step: StepDraft, frame: Frame, needs: tuple[str, ...]) -> None:
        planned: list[_Planned] = []
        for item in items_of(step, self._substitution(step, frame, None), self._problems):
            self._count += 1
            if self._count > MOST_STEPS:
                raise TooManySteps
            planned.append(self._plan(step, frame, item, needs))
        # A loop over nothing keeps the order: whoever needs it waits for what it would have waited for.
        frame.ends[step.id] = tuple(end for each in planned for end in each.ends) or needs
        frame.members[step.id] = tuple(member for each in planned for member in each.members)
        if step.nests:
            frame.outputs[step.id] = _outputs(step, [each.outputs for each in planned])
        elif step.foreach is not None:
            self.groups[frame.prefix + step.id] = frame.members[step.id]

    def _plan(self, step: StepDraft, frame: Frame, item: Item, needs: tuple[str, ...]) -> _Planned:
        substitution = self._substitution(step, frame, item if step.foreach is not None else None)
        index = step.path[-1]
        instance = instance_of(
            step,
            frame,
            substitution,
            item,
            id=frame.prefix + step.id + item.suffix,
            place=(*frame.place, int(step.final), index if isinstance(index, int) else 0, item.number),
            needs=needs,
            spec=None if step.nests else self._catalogue.spec(step.uses),
        )
        if step.nests:
            return self._nest(step, frame, instance, substitution)
        self.instances.append(instance)
        return _Planned((instance.id,), (instance.id,), {})

    def _nest(self, step: StepDraft, frame: Frame, instance: Instance, substitution: Substitution) -> _Planned:
        nested = self._gathered.nested(frame.scope.runbook, step)
        if len(frame.chain) > MOST_NESTED and step.runbook is not None:
            way = " → ".join((*frame.chain, nested_key(frame.chain[-1], step.runbook)))
            message = f"runbooks are nested deeper than {MOST_NESTED} levels: {way}"
            self._problems.add(step.problem(("with", "runbook"), message))
            return _Planned((), (), {})
        if nested is None or nested.key in frame.chain:
            # It cannot be read, or nests itself: that has been told, and there is nothing to unroll.
            return _Planned((), (), {})
        inner = Frame(
            scope=self._scopes[nested.key],
            inputs=bound_inputs(step, nested, substitution, self._problems),
            variables=frame.variables,
            prefix=f"{instance.id}/",
            place=instance.place,
            needs=instance.needs,
            condition=instance.condition,
            account=instance.account,
            final=instance.final,
            critical=instance.critical,
            source_side=instance.source_side,
            undo=instance.undo,
            chain=(*frame.chain, nested.key),
        )
        self.unroll(inner)
        read = Substitution(lambda reference: inner.lookup(reference, None), self._teller(nested.document.problem))
        outputs = {name: read.value(value, ("outputs", name)) for name, value in nested.outputs.items()}
        return _Planned(inner.last(), inner.main(), outputs)

    def _substitution(self, step: StepDraft, frame: Frame, item: Item | None) -> Substitution:
        return Substitution(lambda reference: frame.lookup(reference, item), self._teller(step.problem))

    def _teller(self, problem: Callable[[Path, str, str | None], Problem]) -> Told:
        return lambda path, message, suggestion: self._problems.add_cause_free(problem(path, message, suggestion))


def _outputs(step: StepDraft, each: list[Mapping[str, Value]]) -> Mapping[str, Value]:
    """The outputs of nested runbooks: a list of each where there is a loop."""
    if step.foreach is None:
        return each[0]
    names = dict.fromkeys(name for outputs in each for name in outputs)
    return {name: tuple(outputs.get(name) for outputs in each) for name in names}
