"""Names and texts become plans, estates and scenarios, or one refusal with every problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from drctl.bootstrap.environment_stops import with_stops
from drctl.bootstrap.environment_world import EnvironmentSettings
from drctl.bootstrap.requests import SIMULATED
from drctl.errors import NotFound
from drctl.model.environment import Environment
from drctl.model.estate import Estate, Regions
from drctl.model.events import RunStarted
from drctl.model.plan import Plan
from drctl.model.problem import Problem
from drctl.model.scenario import Scenario
from drctl.ports.action import Catalogue

if TYPE_CHECKING:
    from drctl.loading.runbook import Loaded, Surroundings
    from drctl.loading.sources import Files, Kind, Source


def catalogue() -> Catalogue:
    """Every action there is, those of installed packages among them. Raises InstalledActionWrong."""
    from drctl.actions.catalogue import ActionCatalogue

    return ActionCatalogue.with_installed()


def installed_actions(plan: Plan) -> Mapping[str, str]:
    """The installed package and version of each action of `plan` that is not drctl's own."""
    known = catalogue()
    origins = {step.uses: known.origin(step.uses) for step in plan.steps}
    return {kind: str(origin) for kind, origin in sorted(origins.items()) if origin is not None}


def files(kind: Kind) -> Files:
    """The files of one kind, from where the command was typed."""
    from drctl.loading.sources import Files, folders

    return Files(kind, folders(Path.cwd()))


def surroundings_of(place: Estate | Environment) -> Surroundings:
    """What a runbook is read against that is going to run there."""
    from drctl.loading.runbook import Surroundings
    from drctl.loading.sources import Kind

    return Surroundings(
        variables=place.variables, accounts=tuple(place.accounts), scenarios=files(Kind.SCENARIO).names()
    )


def new_runbook(name: str, inputs: Mapping[str, str], place: Estate | Environment) -> Loaded:
    """The plan of a runbook with these inputs, and the texts to pin. Raises InputInvalid and NotFound."""
    from drctl.loading.runbook import load_plan
    from drctl.loading.sources import Kind

    loaded = load_plan(name, files(Kind.RUNBOOK), catalogue(), surroundings_of(place), inputs)
    loaded.plan_or_refuse()
    return loaded


def environment_of(name: str) -> tuple[Environment, EnvironmentSettings]:
    """The environment of that name or path, and what a run keeps of it. Raises InputInvalid and NotFound."""
    from drctl.loading.environment import load_environment
    from drctl.loading.problems import refuse
    from drctl.loading.sources import Kind

    source = files(Kind.ENVIRONMENT)(name)
    environment, problems = load_environment(source.text, source.file)
    if environment is None:
        refuse(problems, "drctl schema environment")
    folder = str(Path.cwd().absolute())
    return environment, EnvironmentSettings(environment=source.text, file=source.file, folder=folder)


def environment_runbook(name: str, inputs: Mapping[str, str], environment: Environment) -> Loaded:
    """The plan of a runbook for that environment, with its stop conditions. Raises InputInvalid and NotFound."""
    loaded = new_runbook(name, inputs, environment)
    return replace(loaded, plan=with_stops(loaded.plan_or_refuse(), environment))


def open_runbook(name: str) -> Plan:
    """The plan of a runbook for looking at it: inputs without a default are left open.

    Raises InputInvalid and NotFound.
    """
    from drctl.loading.runbook import Surroundings, load_plan
    from drctl.loading.sources import Kind

    surroundings = Surroundings(scenarios=files(Kind.SCENARIO).names())
    return load_plan(name, files(Kind.RUNBOOK), catalogue(), surroundings, complete=False).plan_or_refuse()


def recorded_plan(first: RunStarted, amended: Mapping[str, str] | None = None) -> Plan:
    """The plan that a run was started with, from the texts its journal has pinned; or that of the `amended` texts."""
    from drctl.loading.runbook import Surroundings, load_plan
    from drctl.loading.sources import pinned

    surroundings = Surroundings(variables=first.variables)
    sources = pinned(first.sources if amended is None else amended)
    plan = load_plan(first.runbook, sources, catalogue(), surroundings, first.inputs).plan_or_refuse()
    if first.environment == SIMULATED:
        return plan
    return with_stops(plan, EnvironmentSettings.read(first.settings).described())


def estate_of(name: str) -> Estate:
    """The estate of that name or path; an empty one for `none`. Raises InputInvalid and NotFound."""
    from drctl.loading.estate import load_estate
    from drctl.loading.problems import refuse
    from drctl.loading.sources import Kind

    if name == "none":
        return EMPTY_ESTATE
    source = files(Kind.ESTATE)(name)
    estate, problems = load_estate(source.text, source.file)
    if estate is None:
        refuse(problems, "drctl schema estate")
    return estate


def scenario_of(name: str, estate: Estate) -> Scenario:
    """The scenario of that name or path, as it strikes `estate`. Raises InputInvalid and NotFound."""
    from drctl.loading.problems import refuse
    from drctl.loading.sources import Kind

    scenario, problems = read_scenario(files(Kind.SCENARIO)(name), estate)
    if scenario is None:
        refuse(problems, "drctl schema scenario")
    return scenario


def read_scenario(source: Source, estate: Estate | None) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """The scenario in a text, or its problems; with `estate`, also whether that has what the scenario takes away."""
    from drctl.loading.scenario import load_scenario
    from drctl.loading.sources import Kind
    from drctl.sim.durations import DEFAULTS

    def find(other: str) -> tuple[str, str] | None:
        try:
            found = files(Kind.SCENARIO)(other)
        except NotFound:
            return None
        return found.text, found.file

    return load_scenario(source.text, source.file, find=find, durations=tuple(DEFAULTS), estate=estate)


EMPTY_ESTATE = Estate(
    name="none",
    accounts={"default": "123456789012"},
    default_account="default",
    regions=Regions(primary="eu-central-1", recovery="eu-west-1"),
)
