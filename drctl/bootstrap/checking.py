"""Check what people wrote, whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from drctl.bootstrap import texts
from drctl.bootstrap.requests import ValidatedFile
from drctl.errors import NotFound
from drctl.model.plan import Plan
from drctl.model.problem import Problem
from drctl.model.values import Json


def validate(paths: Sequence[str]) -> Sequence[ValidatedFile]:
    """Every file that `paths` name (files, folders, names of runbooks), checked for what its first key says it is.

    A runbook is also checked for steps that the simulated AWS cannot do. Raises NotFound for a path that is not there.
    """
    return [_validated(path) for path in _files(paths)]


def _files(paths: Iterable[str]) -> Iterable[str]:
    for path in paths:
        # An empty path is a script's variable that was never set, and not this folder.
        if not path or not _is(path, Path.is_dir):
            yield path
            continue
        found = sorted(str(file) for file in Path(path).rglob("*") if file.suffix in (".yaml", ".yml"))
        if not found:
            raise NotFound(f"there is no YAML file in {path}")
        yield from found


def _validated(path: str) -> ValidatedFile:
    kind = _kind_of(path)
    return ValidatedFile(path, kind, tuple(_CHECKS[kind](path)))


def _kind_of(path: str) -> str:
    """What a file is, by its first key; whatever is no estate, scenario or environment is checked as a runbook."""
    from drctl.loading.sources import is_path
    from drctl.loading.yaml_source import MOST_BYTES

    if is_path(path) and _is(path, Path.is_file):
        # A file that cannot be read is told by whoever reads all of it.
        with suppress(OSError), Path(path).open("rb") as file:
            for line in file.read(MOST_BYTES).splitlines():
                key = line.split(b":")[0].strip().decode("utf-8-sig", "replace")
                if key and not key.startswith(("#", "---")):
                    return key if key in _CHECKS else "runbook"
    return "runbook"


def _is(path: str, kind: Callable[[Path], bool]) -> bool:
    try:
        return kind(Path(path))
    except (OSError, ValueError):
        # A name that is too long for any file, say.
        return False


def _check_runbook(path: str) -> Iterable[Problem]:
    from drctl.loading.runbook import Surroundings, load_plan
    from drctl.loading.sources import Kind

    known = Surroundings(scenarios=texts.files(Kind.SCENARIO).names())
    loaded = load_plan(path, texts.files(Kind.RUNBOOK), texts.catalogue(), known, complete=False)
    if loaded.plan is None:
        return loaded.problems
    return [
        Problem(path, 1, 1, step, f"the simulated AWS cannot do {', '.join(operations)}")
        for step, operations in not_simulated(loaded.plan).items()
    ]


def not_simulated(plan: Plan) -> Mapping[str, Sequence[str]]:
    """The steps of `plan` that need operations which the simulated AWS lacks, with those operations."""
    from drctl.sim.coverage import is_simulated

    actions = texts.catalogue()
    lacking: dict[str, list[str]] = {}
    for step in plan.steps:
        spec = actions.spec(step.uses)
        missing = [operation for operation in spec.operations if not is_simulated(operation)] if spec else []
        if missing:
            lacking[step.id] = missing
    return lacking


def _check_estate(path: str) -> Iterable[Problem]:
    from drctl.loading.estate import load_estate
    from drctl.loading.sources import Kind

    source = texts.files(Kind.ESTATE)(path)
    return load_estate(source.text, source.file)[1]


def _check_scenario(path: str) -> Iterable[Problem]:
    from drctl.loading.sources import Kind

    return texts.read_scenario(texts.files(Kind.SCENARIO)(path), None)[1]


def _check_environment(path: str) -> Iterable[Problem]:
    from drctl.loading.environment import load_environment
    from drctl.loading.sources import Kind

    source = texts.files(Kind.ENVIRONMENT)(path)
    return load_environment(source.text, source.file)[1]


_CHECKS: Mapping[str, Callable[[str], Iterable[Problem]]] = {
    "runbook": _check_runbook,
    "estate": _check_estate,
    "scenario": _check_scenario,
    "environment": _check_environment,
}


def load_graph(runbook: str) -> Plan:
    """The plan of a runbook, for looking at: inputs that have no default are left open."""
    return texts.open_runbook(runbook)


def runbook_schema() -> Mapping[str, Json]:
    """The JSON Schema of a runbook, with the parameters of every action."""
    from drctl.loading.schema import runbook_schema as schema

    return schema(texts.catalogue())


def estate_schema() -> Mapping[str, Json]:
    """The JSON Schema of an estate."""
    from drctl.loading.estate import estate_schema as schema

    return schema()


def scenario_schema() -> Mapping[str, Json]:
    """The JSON Schema of a scenario."""
    from drctl.loading.scenario import scenario_schema as schema

    return schema()


def environment_schema() -> Mapping[str, Json]:
    """The JSON Schema of an environment."""
    from drctl.loading.environment import environment_schema as schema

    return schema()


def document_schema() -> Mapping[str, Json]:
    """The JSON Schema of the run document."""
    from drctl.report.schema import document_schema as schema

    return schema()
