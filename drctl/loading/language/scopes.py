"""Every runbook of a plan is checked by itself, and against what it nests."""

from __future__ import annotations

from collections.abc import Mapping

from drctl.loading.language.drafts import RunbookDraft, StepDraft
from drctl.loading.language.fallbacks import Outputs
from drctl.loading.language.gather import Gathered
from drctl.loading.language.needs import read_graph
from drctl.loading.language.nesting import check_nested
from drctl.loading.language.reference_checks import ReferenceChecks
from drctl.loading.language.scope import Scope
from drctl.loading.problems import Problems
from drctl.model.values import Json
from drctl.ports.action import Catalogue


def checked_scopes(
    gathered: Gathered, catalogue: Catalogue, variables: Mapping[str, Json] | None, problems: Problems
) -> dict[str, Scope]:
    """The scope of each runbook by its key. What is wrong with its needs and references is noted."""
    scopes: dict[str, Scope] = {}
    drafts = [draft for draft in gathered.drafts.values() if draft is not None]
    nested_outputs = _NestedOutputs(gathered, scopes)
    for draft in drafts:
        graph = read_graph(draft, problems)
        scopes[draft.key] = Scope(draft, graph, catalogue, variables, nested_outputs.of)
    for draft in drafts:
        ReferenceChecks(scopes[draft.key], gathered, problems).run()
        for step in draft.steps:
            nested = gathered.nested(draft, step)
            if nested is not None:
                check_nested(step, nested, problems)
    return scopes


class _NestedOutputs:
    def __init__(self, gathered: Gathered, scopes: Mapping[str, Scope]) -> None:
        self._gathered, self._scopes = gathered, scopes
        self._under_way: set[str] = set()

    def of(self, runbook: RunbookDraft, step: StepDraft) -> Outputs | None:
        """What the runbook that `step` nests puts out; None where that is not known."""
        nested = self._gathered.nested(runbook, step)
        if nested is None or nested.key in self._under_way:
            # Runbooks that nest each other are told as such; asking on would never end.
            return None
        self._under_way.add(nested.key)
        try:
            scope = self._scopes[nested.key]
            return {name: scope.kind_of_value(value) for name, value in nested.outputs.items()}
        finally:
            self._under_way.discard(nested.key)
