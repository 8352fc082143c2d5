"""The inputs of a runbook: how they are declared, and how a given value becomes one of them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from drctl.loading.fields import Fields, show
from drctl.loading.language.drafts import InputDraft
from drctl.loading.language.references import NAME
from drctl.loading.problems import Problems
from drctl.loading.validation import nearest
from drctl.loading.yaml_source import Document, is_whole, read_yaml
from drctl.model.duration import parse_duration
from drctl.model.instant import parse_instant
from drctl.model.problem import Problem
from drctl.model.region import parse_region
from drctl.model.values import Json, ValueKind

KINDS = tuple(kind.value for kind in ValueKind if kind is not ValueKind.OBJECT)
KEYS = ("type", "default", "choices", "description")

_WORDED = {
    ValueKind.REGION: parse_region,
    ValueKind.DURATION: parse_duration,
    ValueKind.TIMESTAMP: parse_instant,
}


def read_inputs(document: Document, data: Mapping[str, object], problems: Problems) -> dict[str, InputDraft]:
    """The declarations under `inputs:`."""
    return {name: _read_input(document, name, value, problems) for name, value in data.items()}


def check_value(kind: ValueKind, value: Json) -> str | None:
    """What keeps `value`, as YAML reads it, from being of that kind; None where nothing does."""
    if kind in _WORDED and isinstance(value, str):
        try:
            _WORDED[kind](value)
        except ValueError as error:
            return str(error)
        return None
    whole = isinstance(value, int) and not isinstance(value, bool)
    fits = {
        ValueKind.STRING: isinstance(value, str),
        ValueKind.INTEGER: whole,
        ValueKind.NUMBER: whole or (isinstance(value, float) and math.isfinite(value)),
        ValueKind.BOOLEAN: isinstance(value, bool),
        ValueKind.LIST: isinstance(value, list | tuple),
    }
    return None if fits.get(kind) else f"expected {named(kind)}, got {show(value)}"


def parse_given(kind: ValueKind, text: str) -> Json:
    """The value of that kind that `text` from a command line stands for. Raises ValueError.

    A list is written `[a, b]` or, of plain texts, `a,b`.
    """
    value: Json = text
    if not is_whole(text):
        raise ValueError("has half a character in it")
    match kind:
        case ValueKind.INTEGER if re.fullmatch(r"[-+]?\d{1,40}", text):
            value = int(text)
        case ValueKind.NUMBER if re.fullmatch(r"[-+]?\d{1,40}(\.\d{1,40})?", text):
            value = float(text) if "." in text else int(text)
        case ValueKind.BOOLEAN if text in ("true", "false"):
            value = text == "true"
        case ValueKind.LIST if text.lstrip().startswith("["):
            document, problems = read_yaml(text, "--set")
            if document is None or problems:
                raise ValueError(problems[0].message)
            value = document.data
        case ValueKind.LIST:
            value = [item.strip() for item in text.split(",") if item.strip()]
    if wrong := check_value(kind, value):
        raise ValueError(wrong)
    return value


def given_inputs(
    declared: Mapping[str, InputDraft],
    given: Mapping[str, Json],
    document: Document,
    problems: Problems,
    *,
    complete: bool,
) -> dict[str, Json]:
    """The value of each input: what was given for it, else its default.

    Text is read by the input's type; a value that is typed already (a resumed run's) must be of it. With
    `complete`, a required input that nobody gave is a problem; without, it is simply not there.
    """
    for name in given:
        if name not in declared:
            known = ", ".join(declared) or "none"
            _told(problems, name, f"the runbook has no input {name!r}; it has {known}", nearest(name, declared))
    values: dict[str, Json] = {}
    for name, draft in declared.items():
        if name in given and draft.kind is not None:
            _take(draft, draft.kind, given[name], values, problems)
        elif draft.kind is None:
            continue
        elif not draft.required:
            values[name] = draft.default
        elif complete:
            problems.add(document.problem(("inputs", name), f"is required; give it with --set {name}=…", at_key=True))
    return values


def named(kind: ValueKind) -> str:
    """The kind with its article, for a message."""
    text = {ValueKind.REGION: "Region", ValueKind.BOOLEAN: "true or false"}.get(kind, kind.value)
    if kind is ValueKind.BOOLEAN:
        return text
    return f"an {text}" if text[0] in "aio" else f"a {text}"


def _take(draft: InputDraft, kind: ValueKind, given: Json, values: dict[str, Json], problems: Problems) -> None:
    if given is None and not draft.required and draft.default is None:
        values[draft.name] = None
        return
    try:
        value = parse_given(kind, given) if isinstance(given, str) else given
        if wrong := check_value(kind, value):
            raise ValueError(wrong)
    except ValueError as error:
        _told(problems, draft.name, str(error), None)
        return
    if draft.choices and value not in draft.choices:
        choices = [str(choice) for choice in draft.choices]
        _told(problems, draft.name, f"expected one of {', '.join(choices)}", nearest(str(value), choices))
        return
    values[draft.name] = value


def _told(problems: Problems, name: str, message: str, suggestion: str | None) -> None:
    problems.add(Problem("--set", 1, 1, f"inputs.{name}", message, suggestion))


def _read_input(document: Document, name: str, data: object, problems: Problems) -> InputDraft:
    fields = Fields(document, ("inputs", name), data, KEYS, problems)
    if not NAME.fullmatch(name):
        fields.wrong((), f"expected a name of letters, digits, - and _, got {name!r}", at_key=True)
    fields.text("description")
    if isinstance(data, dict) and "type" not in data:
        fields.wrong(("type",), "is missing")
    word = fields.word("type", KINDS)
    kind = ValueKind(word) if word is not None else None
    choices = fields.items("choices")
    if fields.has("choices") and not choices:
        fields.wrong(("choices",), "expected at least one choice")
    required = not (isinstance(data, dict) and "default" in data)
    default: Json = data["default"] if isinstance(data, dict) and not required else None
    if kind is not None:
        for index, choice in enumerate(choices):
            if wrong := check_value(kind, choice):
                fields.wrong(("choices", index), wrong)
        # An input whose default is null may be left out and has no value then.
        if default is not None and (wrong := check_value(kind, default)):
            fields.wrong(("default",), wrong)
            kind = None
        elif default is not None and choices and default not in choices:
            fields.wrong(("default",), f"is not one of the choices: {show(default)}")
    return InputDraft(name=name, kind=kind, required=required, default=default, choices=tuple(choices))
