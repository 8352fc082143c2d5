"""The reference of the shipped runbooks, from what each says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from docs.reference.markdown import code, fenced, page, table

RUNBOOKS = Path(__file__).parents[2] / "runbooks"
TITLE = "Which runbooks come with it?"
_INTRODUCTION = (
    "Each is a file in `runbooks/`. What belongs to one account alone is read from the environment "
    "(`runbooks/environments/example.yaml` has every variable), so that a copy needs no change in its steps."
)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is there
_SCHEMA = "# yaml-language-server:"


def runbook_files() -> list[Path]:
    """The shipped runbooks, by name."""
    return sorted(RUNBOOKS.glob("*.yaml"))


def runbooks_page() -> str:
    """The whole page."""
    files = runbook_files()
    rows = [[f"[{code(file.stem)}](#{file.stem})", read_runbook(file)["title"]] for file in files]
    parts = (part for file in files for part in _section(file))
    return page(TITLE, _INTRODUCTION, table(("runbook", "what it does"), rows), *parts)


def _section(file: Path) -> Iterator[str]:
    runbook = read_runbook(file)
    yield f"## {file.stem}"
    yield f"{runbook['title']}."
    yield fenced("\n".join(header(file.read_text(encoding="utf-8"))), "text")
    objectives = ", ".join(f"{name.upper()} {span}" for name, span in runbook["objectives"].items())
    facts = [f"- objectives: {objectives}"]
    if scenario := runbook.get("scenario"):
        facts.append(f"- what a drill breaks first: {code(scenario)}")
    if runbook.get("after_drill") == "undo":
        facts.append("- a drill takes back what it has changed")
    used = sorted(uses(runbook))
    facts.append(f"- uses {', '.join(f'[{code(kind)}](actions.md#{anchor(kind)})' for kind in used)}")
    if nested := sorted(nests(runbook)):
        facts.append(f"- nests {', '.join(f'[{code(name)}](#{name})' for name in nested)}")
    yield "\n".join(facts)
    if inputs := runbook.get("inputs"):
        rows = [
            [code(name), str(its["type"]), _default(its), its.get("description", "")] for name, its in inputs.items()
        ]
        yield table(("input", "type", "default", "meaning"), rows)


def header(text: str) -> list[str]:
    """The comment on top of a runbook, without the line that is for editors."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if not line.startswith(_SCHEMA):
            lines.append(line.removeprefix("#").removeprefix(" "))
    while lines and not lines[0]:
        lines.pop(0)
    return lines


def uses(runbook: dict[str, Any]) -> set[str]:
    """The actions of a runbook's own steps and stop conditions."""
    return {step["uses"] for step in _steps(runbook)} - {"runbook"}


def nests(runbook: dict[str, Any]) -> set[str]:
    """The runbooks that it stands on."""
    return {step["with"]["runbook"] for step in _steps(runbook) if step["uses"] == "runbook"}


def anchor(kind: str) -> str:
    """The anchor of an action's heading."""
    return kind.replace(".", "")


def _steps(runbook: dict[str, Any]) -> list[dict[str, Any]]:
    return [*runbook["steps"], *runbook.get("finally", []), *runbook.get("stop_when", [])]


def _default(given: dict[str, Any]) -> str:
    return code(str(given["default"])) if "default" in given else "required"


def read_runbook(file: Path) -> dict[str, Any]:
    """The file as YAML has it."""
    read: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe one
    return read
