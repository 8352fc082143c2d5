"""The reference of the actions, from what the catalogue says of them."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any

from docs.reference.markdown import code, fenced, page, table
from drctl.actions.catalogue import ACTIONS, ActionCatalogue
from drctl.ports.action import ActionSpec
from drctl.report.action_sheet import action_document
from drctl.report.action_text import default_text, traits

TITLE = "What can a step use?"
_INTRODUCTION = """\
One section for each action. A step names it under `uses:` and gives its parameters under `with:`;
[How is a runbook written?](../runbook-language.md) says the rest. `drctl actions KIND` prints the same in a
terminal, and the IAM permissions that the example needs."""


def actions_page() -> str:
    """The whole page."""
    catalogue = ActionCatalogue()
    summaries = [[f"[{code(kind)}](#{_anchor(kind)})", ACTIONS[kind].spec.summary] for kind in catalogue.kinds()]
    sections = (_section(catalogue, kind) for kind in catalogue.kinds())
    return page(TITLE, _INTRODUCTION, table(("action", "what it does"), summaries), *sections)


def _anchor(kind: str) -> str:
    """The fragment that a heading gets: its letters, digits, hyphens and underscores."""
    return "".join(letter for letter in kind.lower() if letter.isalnum() or letter in "-_")


def _section(catalogue: ActionCatalogue, kind: str) -> str:
    action = ACTIONS[kind]
    sheet = action_document(action.spec, catalogue.schema(kind), ())
    parts = [
        f"## {kind}",
        f"{sheet['summary']}.",
        inspect.cleandoc(type(action).__doc__ or ""),
        _docstring_of(action.spec.params),
        "\n".join(f"- {trait}" for trait in traits(sheet)),
        _parameters(action.spec, sheet),
        _outputs(sheet),
        _calls(sheet),
        fenced(str(sheet["example"]), "yaml"),
    ]
    return "\n\n".join(filter(None, parts))


def _parameters(spec: ActionSpec, sheet: Mapping[str, Any]) -> str:
    told = described(spec.params)
    rows = [
        [
            code(each["name"]),
            each["type"],
            "required" if each["required"] else _default(each["default"]),
            told.get(each["name"], ""),
        ]
        for each in sheet["parameters"]
    ]
    return table(("parameter", "type", "default", "meaning"), rows)


def described(params: type[Any]) -> dict[str, str]:
    """The fields of a parameter dataclass that have a docstring of their own, with that."""
    written = [base for base in reversed(params.__mro__) if is_dataclass(base)]
    return {name: told for base in written for name, told in _docstrings(_parsed(base))}


def _docstring_of(params: type[Any]) -> str:
    """What the class itself says; dataclass gives one without a docstring its signature for one."""
    return ast.get_docstring(_parsed(params)) or ""


def _parsed(made: type[Any]) -> ast.ClassDef:
    (parsed,) = (
        one for one in ast.parse(textwrap.dedent(inspect.getsource(made))).body if isinstance(one, ast.ClassDef)
    )
    return parsed


def _default(value: object) -> str:
    shown = default_text(value)
    return code(shown) if shown.startswith(("[", "{")) else shown


def _docstrings(made: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, after in zip(made.body, made.body[1:], strict=False):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            yield field.target.id, " ".join(str(after.value.value).split())


def _outputs(sheet: Mapping[str, Any]) -> str:
    told = ", ".join(f"{code(name)} ({kind})" for name, kind in sheet["outputs"].items())
    return f"Outputs: {told}." if told else "No outputs."


def _calls(sheet: Mapping[str, Any]) -> str:
    calls = ", ".join(map(code, sheet["operations"]))
    return f"AWS calls: {calls}." if calls else "No AWS calls."
