"""The `needs` of one runbook: each names a step that may come before, and none comes before itself."""

from __future__ import annotations

from dataclasses import dataclass

from drctl.loading.language.drafts import RunbookDraft, StepDraft
from drctl.loading.language.fallbacks import find_replaced
from drctl.loading.problems import Problems
from drctl.loading.validation import nearest
from drctl.model.graph import Ancestors, find_cycles, in_order


@dataclass(frozen=True, slots=True)
class LocalGraph:
    """What needs what in one runbook. A misspelt need counts as the step that was probably meant."""

    needs: dict[str, tuple[str, ...]]
    replaced: dict[str, str]
    """For a fallback step, the step whose place it takes."""
    ancestors: Ancestors
    order: tuple[str, ...]
    """The steps, each after what it needs; without those that hang on a cycle."""

    def is_upstream(self, step: StepDraft, other: StepDraft) -> bool:
        """Whether `other` has ended whenever `step` starts. Everything normal has when a final step does."""
        if other.stop is not None:
            return False
        if step.final and not other.final:
            return True
        return self.ancestors.has(step.id, other.id)


def read_graph(runbook: RunbookDraft, problems: Problems) -> LocalGraph:
    """The graph of `runbook`; unknown, impossible and cyclic needs are noted and left out."""
    steps = {step.id: step for step in runbook.steps}
    replaced = find_replaced(runbook, {id: step for id, step in steps.items() if step.stop is None}, problems)
    needs = {
        step.id: tuple(
            dict.fromkeys(
                found
                for need, path in step.needs
                if (found := _needed(step, need, path, steps, replaced, problems)) is not None
            )
        )
        for step in runbook.steps
    }
    names = list(steps)
    # A fallback starts where the step it replaces would have: it needs the same.
    full = {id: (*needs[id], *(needs[replaced[id]] if id in replaced else ())) for id in names}
    # What needs a step that has a fallback may have to wait for that one instead.
    stands_in = {primary: fallback for fallback, primary in replaced.items()}
    waits = {
        id: (*full[id], *(stands_in[need] for need in full[id] if need in stands_in and stands_in[need] != id))
        for id in names
    }
    for cycle in find_cycles(names, waits):
        first = steps[cycle[0]]
        way = " → ".join((*cycle, cycle[0]))
        problems.add(first.problem(("needs",), f"steps need each other: {way}", at_key=True))
    after_it = {id: (*waits[id], replaced[id]) if id in replaced else waits[id] for id in names}
    return LocalGraph(full, replaced, Ancestors(names, full), in_order(names, after_it))


def _needed(
    step: StepDraft,
    need: str,
    path: tuple[str | int, ...],
    steps: dict[str, StepDraft],
    replaced: dict[str, str],
    problems: Problems,
) -> str | None:
    found = steps.get(need)
    if found is None:
        # With the word that was meant in its place, what depends on it is not wrong a second time.
        near = nearest(need, [id for id in steps if id != step.id])
        problems.add(step.problem(path, f"there is no step {need!r}", near))
        found = steps.get(near) if near is not None else None
        if found is None or found.stop is not None or found.final != step.final or found.id in replaced:
            return None
        return found.id
    if found is step:
        problems.add(step.problem(path, f"{need!r} needs itself"))
    elif found.stop is not None:
        problems.add(step.problem(path, f"{need!r} is a stop condition, and nothing waits for one"))
    elif found.final and not step.final:
        problems.add(step.problem(path, f"{need!r} is a `finally` step: it runs after every step of `steps`"))
    elif step.final and not found.final:
        because = "a `finally` step runs whatever happened before, and so needs no step of `steps`"
        problems.add(step.problem(path, f"{need!r}: {because}"))
    elif need in replaced:
        if replaced[need] == step.id:
            because = f"it runs only in the place of {step.id!r}"
            problems.add(step.problem(path, f"{need!r} cannot be needed here: {because}"))
        else:
            because = f"{need!r} runs only as the fallback of {replaced[need]!r}; need that one"
            problems.add(step.problem(path, because, replaced[need]))
    elif replaced.get(step.id) == need:
        problems.add(step.problem(path, f"{step.id!r} takes the place of {need!r}, and so cannot need it"))
    else:
        return need
    return None
