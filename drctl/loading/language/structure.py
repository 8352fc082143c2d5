"""The text of a runbook becomes a draft: keys, types and forms, each mistake at its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from drctl.loading.fields import Fields, show
from drctl.loading.language.drafts import RunbookDraft, StepDraft
from drctl.loading.language.inputs import read_inputs
from drctl.loading.language.references import NAME, OPEN, parse_value
from drctl.loading.language.steps import ID, read_step
from drctl.loading.language.stops import STOP_WHEN, read_stop_condition
from drctl.loading.language.sustain import read_sustain
from drctl.loading.problems import Problems
from drctl.loading.sources import Source, is_path
from drctl.loading.yaml_source import Document, Path, read_yaml
from drctl.model.plan import AfterDrill, Objectives
from drctl.model.problem import Problem
from drctl.model.reference import Value
from drctl.model.values import Json
from drctl.ports.action import Catalogue

KEYS = (
    "runbook",
    "title",
    "owner",
    "version",
    "objectives",
    "after_drill",
    "inputs",
    "scenario",
    "variables",
    "steps",
    "finally",
    "stop_when",
    "sustain",
    "outputs",
)
VERSION = 1
"""The version of this language."""


def read_runbook(source: Source, catalogue: Catalogue, problems: Problems) -> RunbookDraft | None:
    """The draft of the runbook in `source`; None where its text cannot be read at all."""
    document, unreadable = read_yaml(source.text, source.file)
    problems.extend(_with_advice(problem, source.text) for problem in unreadable)
    if document is None:
        return None
    if halves := [_half(document, path) for path, text in _texts(document.data, ()) if not _whole(text)]:
        problems.extend(halves)
        return None
    fields = Fields(document, (), document.data, KEYS, problems)
    if not isinstance(document.data, dict):
        return None
    _version(fields)
    name = _name(fields, source)
    return RunbookDraft(
        document=document,
        key=source.name,
        name=name,
        title=fields.text("title", required=True) or name,
        objectives=_objectives(fields),
        after_drill=AfterDrill(fields.word("after_drill", [choice.value for choice in AfterDrill]) or AfterDrill.KEEP),
        inputs=read_inputs(document, fields.mapping("inputs"), problems),
        variables=_variables(fields),
        scenario=fields.text("scenario"),
        steps=_steps(document, fields, catalogue, problems),
        outputs=_outputs(fields),
        sustain=read_sustain(fields),
        owner=fields.text("owner") or "",
    )


def _version(fields: Fields) -> None:
    version = fields.raw("version", required=True)
    if version is not None and (version != VERSION or isinstance(version, bool)):
        fields.wrong(("version",), f"expected {VERSION}, the version of this language, got {show(version)}")


def _name(fields: Fields, source: Source) -> str:
    name = fields.text("runbook", required=True)
    if name is None:
        return source.name
    if not ID.fullmatch(name):
        fields.wrong(("runbook",), f"expected a name of letters, digits, - and _, got {show(name)}")
    elif not is_path(source.name) and name != source.name:
        # The command line finds it by its file's name, and reports tell it by this one.
        fields.wrong(("runbook",), f"the runbook calls itself {name!r}, and its file is called {source.name!r}")
    return name


def _objectives(fields: Fields) -> Objectives:
    fields.raw("objectives", required=True)
    objectives = fields.within("objectives", ("rto", "rpo"))
    wanted = fields.has("objectives")
    rto, rpo = objectives.span("rto", required=wanted), objectives.span("rpo")
    return Objectives(rto or timedelta(0), rpo)


def _variables(fields: Fields) -> dict[str, Json]:
    variables: dict[str, Json] = fields.mapping("variables")
    for name, value in variables.items():
        if not NAME.fullmatch(name):
            fields.wrong(("variables", name), f"expected a name of letters, digits, - and _, got {name!r}", at_key=True)
        for path, text in _texts(value, ("variables", name)):
            if OPEN in text:
                fields.wrong(path, "a variable is a plain value; it refers to nothing")
    return variables


def _steps(document: Document, fields: Fields, catalogue: Catalogue, problems: Problems) -> tuple[StepDraft, ...]:
    sections = {
        "steps": fields.items("steps", required=True),
        "finally": fields.items("finally"),
        STOP_WHEN: fields.items(STOP_WHEN),
    }
    if fields.has("steps") and sections["steps"] == [] and document.data["steps"] == []:
        fields.wrong(("steps",), "expected at least one step")
    drafts: dict[str, StepDraft] = {}
    for section, entries in sections.items():
        for index, entry in enumerate(entries):
            read = read_stop_condition if section == STOP_WHEN else read_step
            draft = read(document, (section, index), entry, catalogue, problems)
            if draft.id in drafts:
                line = document.values[(*drafts[draft.id].path, "id")][0]
                problems.add(draft.problem(("id",), f"there is a step {draft.id!r} on line {line} already"))
                draft = replace(draft, id=f"{section}[{index}]")
            drafts[draft.id] = draft
    return tuple(drafts.values())


def _outputs(fields: Fields) -> dict[str, Value]:
    outputs: dict[str, Value] = {}
    for name, data in fields.mapping("outputs").items():
        path: Path = ("outputs", name)
        if not NAME.fullmatch(name) or name == "state":
            fields.wrong(path, f"expected a name of letters, digits, - and _, got {name!r}", at_key=True)
        outputs[name] = parse_value(data, path, lambda at, error: fields.wrong(at, str(error), error.suggestion))
    return outputs


def _texts(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield (*path, key), key
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*path, index))


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        # An escape such as "\\ud800" alone is half a character: neither JSON nor a terminal can hold it.
        return False
    return True


def _half(document: Document, path: Path) -> Problem:
    shown = tuple(part if isinstance(part, int) else ascii(part)[1:-1] for part in path)
    at = document.problem(path, "has half a character in it")
    return replace(at, path=document.problem(shown, "").path)


def _with_advice(problem: Problem, text: str) -> Problem:
    """The commonest way to break the YAML of a runbook deserves better words than the parser's."""
    lines = text.splitlines()
    line = lines[problem.line - 1] if problem.line <= len(lines) else ""
    if not problem.message.startswith("not YAML") or OPEN not in line:
        return problem
    advice = 'between { } or [ ] a reference is written in quotes: "${{ … }}"'
    return replace(problem, message=f"{problem.message} ({advice})")
