"""The reference of the actions, from what the catalogue says of them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from docs.reference.markdown import code, fenced, page, table
from drctl.actions.catalogue import ACTIONS, ActionCatalogue
from drctl.ports.action import ActionSpec
from drctl.report.action_sheet import action_document
from drctl.report.action_text import default_text, traits
from drctl.report.parameter_docs import docstring_of

TITLE = "What can a step use?"
_INTRODUCTION = """\
One section for each action. A step names it under `uses:` and gives its parameters under `with:`;
[How is a runbook written?](../runbook-language.md) says the rest. `drctl actions KIND` prints the same in a
terminal, with the IAM permissions that the example needs and what is done when something fails, which is
[the same for all](../how-a-step-converges.md#what-happens-when-a-call-fails) unless a section says otherwise."""


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
        docstring_of(action.spec.params),
        "\n".join(f"- {trait}" for trait in traits(sheet)),
        _parameters(sheet),
        _outputs(sheet),
        _calls(sheet),
        _depends(sheet),
        _in_doubt(action.spec),
        fenced(str(sheet["example"]), "yaml"),
    ]
    return "\n\n".join(filter(None, parts))


def _parameters(sheet: Mapping[str, Any]) -> str:
    rows = [
        [
            code(each["name"]),
            each["type"],
            "required" if each["required"] else _default(each["default"]),
            each["meaning"],
        ]
        for each in sheet["parameters"]
    ]
    return table(("parameter", "type", "default", "meaning"), rows)


def _default(value: object) -> str:
    shown = default_text(value)
    return code(shown) if shown.startswith(("[", "{")) else shown


def _outputs(sheet: Mapping[str, Any]) -> str:
    told = ", ".join(f"{code(name)} ({kind})" for name, kind in sheet["outputs"].items())
    return f"Outputs: {told}." if told else "No outputs."


def _calls(sheet: Mapping[str, Any]) -> str:
    calls = ", ".join(map(code, sheet["operations"]))
    return f"AWS calls: {calls}." if calls else "No AWS calls."


def _depends(sheet: Mapping[str, Any]) -> str:
    rows = [f"- {each['on']}: {', '.join(map(code, each['operations']))}" for each in sheet["depends_on"]]
    return "\n".join(("Depends on:", "", *rows)) if rows else ""


def _in_doubt(spec: ActionSpec) -> str:
    once = ", ".join(map(code, spec.flips))
    return f"Sent once only, and held where the answer is lost and no effect shows: {once}." if once else ""
