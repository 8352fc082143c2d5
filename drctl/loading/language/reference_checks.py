"""Every reference of one runbook names something, that is known by then, and that fits where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from drctl.loading.language.drafts import StepDraft
from drctl.loading.language.fallbacks import check_stand_in
from drctl.loading.language.gather import Gathered
from drctl.loading.language.inputs import named
from drctl.loading.language.kinds import kinds_at
from drctl.loading.language.references import references_at
from drctl.loading.language.scope import Scope, Wrong
from drctl.loading.problems import Problems
from drctl.loading.yaml_source import Path
from drctl.model.condition import references_of
from drctl.model.reference import Reference, Template, Value, references_in
from drctl.model.values import ValueKind

Taken = Callable[[Path], frozenset[ValueKind]]
"""The kinds that are taken at a place among the parameters; none where any is."""


class ReferenceChecks:
    """The checks of one runbook; what is wrong is added to `problems`."""

    def __init__(self, scope: Scope, gathered: Gathered, problems: Problems) -> None:
        self._scope, self._gathered, self._problems = scope, gathered, problems
        self._readers: dict[str, dict[str, str]] = {}

    def run(self) -> None:
        """Check every step, the runbook's outputs, and that fallbacks put out what others read."""
        for step in self._scope.runbook.steps:
            self._check_static(step)
            self._check_condition(step)
            self._check_params(step)
            self._check_shows(step)
        self._check_outputs()
        for fallback, primary in self._scope.graph.replaced.items():
            self._check_fallback(primary, fallback)

    def _check_static(self, step: StepDraft) -> None:
        """What is said of a step, and what it loops over, must be known before anything runs."""
        texts: list[tuple[Path, Value]] = [(("title",), step.title), (("account",), step.account)]
        if step.store is not None:
            texts.append((("store", "name"), step.store.name))
        for path, value in texts:
            for reference in references_in(value):
                if self._names(step, path, reference, static=True):
                    self._check_single(step, path, reference, "shown as text")
        for path, reference, _ in references_at(step.foreach, ("foreach",)):
            if reference.scope == "item":
                self._wrong(step, path, ("`item` is not known before the loop begins", None))
            elif self._names(step, path, reference, static=True) and step.foreach == reference:
                kind = self._scope.kind_of(reference)
                if kind not in (None, ValueKind.LIST):
                    self._wrong(step, path, (f"`{reference}` is {named(kind)}, and `foreach` takes a list", None))

    def _check_condition(self, step: StepDraft) -> None:
        for reference in references_of(step.condition) if step.condition is not None else ():
            if self._names(step, ("if",), reference):
                self._check_single(step, ("if",), reference, "compared")

    def _check_params(self, step: StepDraft) -> None:
        taken = self._taken_by(step)
        for path, value in _with_references(step.params, ()):
            at = (*step.params_path, *path)
            references = references_in(value)
            for reference in references:
                self._names(step, at, reference)
            if isinstance(value, Template):
                for reference in references:
                    self._check_single(step, at, reference, "shown as text")
                if all(reference.scope != "steps" for reference in references):
                    # What this text says is known before anything runs, and checked as if it had been written.
                    continue
            self._check_kind(step, at, value, taken(path))

    def _check_shows(self, step: StepDraft) -> None:
        """A person can be shown only what has ended before they are asked."""
        spec, shows = self._scope.catalogue.spec(step.uses), step.params.get("shows")
        if spec is None or not spec.asks_person or not isinstance(shows, tuple):
            return
        for index, id in enumerate(shows):
            at = ("with", "shows", index)
            if isinstance(id, Reference | Template):
                self._wrong(step, at, ("which steps are shown must be written out", None))
            elif isinstance(id, str):
                other = self._scope.runbook.find(id)
                wrong = self._scope.no_step(id) if other is None else self._scope.wrong_step(other, step)
                if wrong is not None:
                    self._wrong(step, at, wrong)

    def _check_outputs(self) -> None:
        document = self._scope.runbook.document
        for name, value in self._scope.runbook.outputs.items():
            for path, reference, _ in references_at(value, ("outputs", name)):
                for message, suggestion in self._scope.wrong_with(reference, None):
                    self._problems.add(document.problem(path, message, suggestion))
                self._note_reader(reference, f"outputs.{name}")

    def _check_fallback(self, primary_id: str, fallback_id: str) -> None:
        primary, fallback = self._scope.runbook.find(primary_id), self._scope.runbook.find(fallback_id)
        if primary is None or fallback is None:
            return
        wanted, offered = self._scope.outputs_of(primary), self._scope.outputs_of(fallback)
        if wanted is not None and offered is not None:
            readers = {name: by for name, by in self._readers.get(primary_id, {}).items() if name in wanted}
            check_stand_in(primary, fallback_id, wanted, offered, readers, self._problems)

    def _check_kind(self, step: StepDraft, at: Path, value: Value, taken: frozenset[ValueKind]) -> None:
        kind = self._scope.kind_of_value(value)
        if kind is None or not taken or any(kind.fits(other) for other in taken):
            return
        shown = f"`${{{{ {value} }}}}`" if isinstance(value, Reference) else "this text"
        takes = " or ".join(sorted(named(other) for other in taken))
        self._wrong(
            step,
            at,
            (f"{shown} is {named(kind)}, and `{_place(at)}` takes {takes}", None),
            hint=None if step.nests else f"drctl actions {step.uses}",
        )

    def _check_single(self, step: StepDraft, at: Path, reference: Reference, use: str) -> None:
        kind = self._scope.kind_of(reference)
        if kind in (ValueKind.LIST, ValueKind.OBJECT):
            self._wrong(step, at, (f"`${{{{ {reference} }}}}` is {named(kind)}, which cannot be {use}", None))

    def _names(self, step: StepDraft, at: Path, reference: Reference, *, static: bool = False) -> bool:
        """Whether `reference` names something here; if not, that is noted."""
        self._note_reader(reference, step.id)
        wrong = self._scope.wrong_with(reference, step, static=static)
        for each in wrong:
            self._wrong(step, at, each)
        return not wrong

    def _note_reader(self, reference: Reference, reader: str) -> None:
        if reference.scope == "steps":
            id, output = reference.path
            self._readers.setdefault(id, {}).setdefault(output, reader)

    def _wrong(self, step: StepDraft, at: Path, wrong: Wrong, *, hint: str | None = None) -> None:
        self._problems.add(step.problem(at, *wrong), hint=hint)

    def _taken_by(self, step: StepDraft) -> Taken:
        if step.nests:
            nested = self._gathered.nested(self._scope.runbook, step)
            kinds = {draft.name: draft.kind for draft in nested.inputs.values()} if nested is not None else {}
            return lambda path: frozenset({kind} if len(path) == 1 and (kind := kinds.get(str(path[0]))) else ())
        if self._scope.catalogue.spec(step.uses) is None:
            return lambda path: frozenset()
        schema = self._scope.catalogue.schema(step.uses)
        return lambda path: kinds_at(schema, path)


def _with_references(value: Value, path: Path) -> Iterator[tuple[Path, Reference | Template]]:
    if isinstance(value, Reference | Template):
        yield path, value
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _with_references(inner, (*path, index))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _with_references(inner, (*path, key))


def _place(path: Path) -> str:
    """The last key of `path`, with the places in a list that follow it."""
    names = [index for index, part in enumerate(path) if isinstance(part, str)]
    return "".join(str(part) if isinstance(part, str) else f"[{part}]" for part in path[names[-1] :])
