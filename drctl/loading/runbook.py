"""A runbook becomes a plan, or all of its problems at once.

    loaded = load_plan(name, Files(Kind.RUNBOOK, folders(Path.cwd())), catalogue, surroundings, given)
    plan = loaded.plan_or_refuse()       # raises drctl.errors.InputInvalid, one line of context for each problem
    pin = loaded.texts                   # goes into RunStarted.sources

A resumed run is planned again from what event 1 has pinned:

    load_plan(started.runbook, pinned(started.sources), catalogue,
              Surroundings(variables=started.variables), started.inputs)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from drctl.loading.language.drafts import RunbookDraft
from drctl.loading.language.expansion import MOST_STEPS, Expansion, TooManySteps
from drctl.loading.language.frames import Frame
from drctl.loading.language.gather import Gathered, gather
from drctl.loading.language.inputs import given_inputs
from drctl.loading.language.nesting import as_value
from drctl.loading.language.parameters import check_parameters, fitted, kinds_in_plan
from drctl.loading.language.plan_rules import check_plan, specs_of
from drctl.loading.language.planning import as_written, make_plan
from drctl.loading.language.remembered import Remembered
from drctl.loading.language.scopes import checked_scopes
from drctl.loading.language.sustain import check_sustain
from drctl.loading.problems import Problems, refuse
from drctl.loading.sources import Sources
from drctl.loading.validation import nearest
from drctl.model.plan import Plan
from drctl.model.problem import Problem
from drctl.model.values import EMPTY, Json
from drctl.ports.action import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a runbook is read against. None means that it is not known, and is not checked.

    Only a plan that is complete has no unknown variables: what is about to run has none but these.
    """

    variables: Mapping[str, Json] | None = None
    """The environment's variables; they come before those of the same name in a runbook."""
    accounts: Collection[str] | None = None
    scenarios: Collection[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What became of a runbook: a plan, or problems. Problems mean that nothing may be run."""

    name: str
    plan: Plan | None
    problems: tuple[Problem, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    """Every text that was used, by the name it is to be pinned under; the runbook's own is `plan.runbook`."""
    scenario: str | None = None
    """What a simulated drill breaks first, where the runbook says so."""
    hint: str | None = None

    def plan_or_refuse(self) -> Plan:
        """The plan. Raises InputInvalid with every problem where there is any."""
        if self.plan is None:
            refuse(self.problems, self.hint)
        return self.plan


def load_plan(
    name: str,
    sources: Sources,
    catalogue: Catalogue,
    surroundings: Surroundings | None = None,
    given: Mapping[str, Json] = EMPTY,
    *,
    complete: bool = True,
) -> Loaded:
    """The plan of the runbook of that name or path, or everything that is wrong with it.

    `given` are the inputs: text as it was typed, or values that are typed already. Without `complete` a
    required input may be missing (to validate, or to draw a graph); references to it stay in the plan then.
    Raises NotFound and InputInvalid where there is no such text; never for what the text holds.
    """
    surroundings = surroundings or Surroundings()
    if complete and surroundings.variables is None:
        surroundings = replace(surroundings, variables=EMPTY)
    problems, remembered = Problems(), Remembered(catalogue)
    root, gathered = gather(name, sources, remembered, problems)
    plan = None
    if root is not None:
        inputs = given_inputs(root.inputs, given, root.document, problems, complete=complete)
        plan = _Loader(root, gathered, remembered, surroundings, problems).plan(inputs)
    return Loaded(
        name=root.name if root is not None else name,
        plan=None if problems else plan,
        problems=problems.sorted(),
        texts=gathered.texts,
        scenario=root.scenario if root is not None else None,
        hint=problems.hint,
    )


class _Loader:
    def __init__(
        self, root: RunbookDraft, gathered: Gathered, catalogue: Catalogue, around: Surroundings, problems: Problems
    ) -> None:
        self._root, self._gathered, self._catalogue = root, gathered, catalogue
        self._around, self._problems = around, problems
        # A resumed run is given these as its environment's, and must come to the same plan.
        self._variables = {**root.variables, **(around.variables or {})}

    def plan(self, inputs: Mapping[str, Json]) -> Plan | None:
        """The plan; None where there are problems."""
        self._check_scenario()
        expansion = self._expanded(inputs)
        if expansion is None:
            return None
        instances = as_written(expansion.instances)
        specs = specs_of(instances, self._catalogue)
        kind_of = kinds_in_plan(self._root.inputs, specs, expansion.groups)
        known = {i.id: fitted(i, kind_of, self._catalogue) for i in instances if i.id in specs}
        for instance in known.values():
            check_parameters(instance, kind_of, self._catalogue, self._problems)
        measures_loss = self._root.objectives.rpo is not None
        check_plan(instances, specs, self._around.accounts, self._problems, measures_loss=measures_loss)
        check_sustain(self._root.sustain, instances, expansion.groups, specs, self._problems)
        if self._problems:
            return None
        return make_plan(self._root, tuple(known.values()), specs, expansion.groups, inputs, self._variables)

    def _expanded(self, inputs: Mapping[str, Json]) -> Expansion | None:
        known = None if self._around.variables is None else self._variables
        scopes = checked_scopes(self._gathered, self._catalogue, known, self._problems)
        self._problems.turn_page()
        expansion = Expansion(scopes, self._gathered, self._catalogue, self._problems)
        top = Frame(
            scope=scopes[self._root.key],
            inputs={name: as_value(value) for name, value in inputs.items()},
            variables=self._variables,
            chain=(self._root.key,),
        )
        try:
            expansion.unroll(top)
        except TooManySteps:
            message = f"more than {MOST_STEPS:,} steps, once loops and nested runbooks are unrolled"
            self._problems.add(self._root.document.problem(("steps",), message, at_key=True))
            return None
        return expansion

    def _check_scenario(self) -> None:
        scenario, known = self._root.scenario, self._around.scenarios
        if scenario is not None and known is not None and scenario not in known:
            message = f"there is no scenario {scenario!r}"
            self._problems.add(self._root.document.problem(("scenario",), message, nearest(scenario, known)))
