"""A runbook and every runbook nested in it are read, once each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from drctl.errors import InputInvalid, NotFound
from drctl.loading.language.drafts import RunbookDraft, StepDraft
from drctl.loading.language.structure import read_runbook
from drctl.loading.problems import Problems
from drctl.loading.sources import Source, Sources, nested_key
from drctl.model.graph import find_cycles
from drctl.ports.action import Catalogue

MOST_NESTED = 8
"""How many runbooks deep a runbook may be nested."""


@dataclass(slots=True)
class Gathered:
    """The drafts by the names that their texts are pinned under; None where a text is not a runbook."""

    drafts: dict[str, RunbookDraft | None] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def nested(self, runbook: RunbookDraft, step: StepDraft) -> RunbookDraft | None:
        """The runbook that `step` of `runbook` stands for; None where there is none to go on with."""
        return None if step.runbook is None else self.drafts.get(nested_key(runbook.key, step.runbook))


def gather(
    name: str, sources: Sources, catalogue: Catalogue, problems: Problems
) -> tuple[RunbookDraft | None, Gathered]:
    """The runbook of that name, with everything it nests. Raises NotFound and InputInvalid for its own text only.

    It is pinned under the name it gives itself, whatever path it was read from.
    """
    gathered = Gathered()
    source = sources(name)
    root = read_runbook(source, catalogue, problems)
    if root is None:
        return None, gathered
    root = replace(root, key=root.name)
    gathered.drafts[root.key], gathered.texts[root.key] = root, source.text
    reader = _Reader(sources, catalogue, gathered, problems)
    level = [(root, replace(source, name=root.key))]
    for _ in range(MOST_NESTED):
        level = [found for runbook, source in level for found in reader.read_nested(runbook, source)]
    _check_cycles(gathered, problems)
    return root, gathered


class _Reader:
    def __init__(self, sources: Sources, catalogue: Catalogue, gathered: Gathered, problems: Problems) -> None:
        self._sources, self._catalogue, self._gathered, self._problems = sources, catalogue, gathered, problems

    def read_nested(self, runbook: RunbookDraft, beside: Source) -> Iterator[tuple[RunbookDraft, Source]]:
        """Read what the steps of `runbook` nest and what has not been read before."""
        for step, written in _nesting(runbook):
            try:
                source = self._sources(written, beside)
            except (NotFound, InputInvalid) as error:
                self._wrong(step, "; ".join([error.what, *error.context, *([error.hint] if error.hint else [])]))
                continue
            key = nested_key(runbook.key, written)
            if key not in self._gathered.texts:
                draft = read_runbook(source, self._catalogue, self._problems)
                self._gathered.drafts[key], self._gathered.texts[key] = draft, source.text
                if draft is not None:
                    yield draft, source
            elif self._gathered.texts[key] != source.text:
                self._wrong(step, f"{key!r} names two different files; a run could not tell them apart")

    def _wrong(self, step: StepDraft, message: str) -> None:
        self._problems.add(step.problem(("with", "runbook"), message))


def _nesting(runbook: RunbookDraft) -> Iterator[tuple[StepDraft, str]]:
    for step in runbook.steps:
        if step.runbook is not None:
            yield step, step.runbook


def _check_cycles(gathered: Gathered, problems: Problems) -> None:
    drafts = [draft for draft in gathered.drafts.values() if draft is not None]
    nests = {draft.key: [nested_key(draft.key, written) for _, written in _nesting(draft)] for draft in drafts}
    for cycle in find_cycles([draft.key for draft in drafts], nests):
        last = gathered.drafts[cycle[-1]]
        if last is not None:
            closing = next(step for step, written in _nesting(last) if nested_key(last.key, written) == cycle[0])
            way = " → ".join((*cycle, cycle[0]))
            problems.add(closing.problem(("with", "runbook"), f"runbooks nest each other: {way}"))
