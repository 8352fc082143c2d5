"""Nothing of the estate is without a way back, and nothing that is written of it is made up."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from docs.reference.runbooks_page import read_runbook, runbook_files, uses
from drctl.actions.catalogue import ACTIONS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "what-recovers-what.md").read_text(encoding="utf-8")
RUNBOOKS = {file.stem: read_runbook(file) for file in runbook_files()}
OTHERS = sorted((ROOT / "tests" / "drills" / "runbooks").glob("*.yaml"))
SCENARIOS = {file.stem for file in (ROOT / "runbooks" / "scenarios").glob("*.yaml")}
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith(("| ---", "| of the estate"))
]


def words(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_row_names_actions_runbooks_and_drills_that_are_there(row: list[str]) -> None:
    what, actions, runbooks, drills = row
    assert all((what, actions, runbooks, drills)), "an empty cell"
    assert words(actions), what
    assert words(runbooks), what
    assert words(drills), what
    assert set(words(actions)) <= set(ACTIONS), what
    assert set(words(runbooks)) <= set(RUNBOOKS), what
    assert set(words(drills)) <= SCENARIOS | set(RUNBOOKS), what


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_runbooks_of_a_row_use_its_actions(row: list[str]) -> None:
    used = set().union(*(all_uses(name) for name in words(row[2])))
    assert set(words(row[1])) <= used


def all_uses(name: str) -> set[str]:
    """The actions of a runbook, with those of the runbooks it stands on."""
    runbook = RUNBOOKS[name]
    nested = [step["with"]["runbook"] for step in runbook["steps"] if step["uses"] == "runbook"]
    return uses(runbook).union(*(all_uses(inner) for inner in nested))


def test_every_action_is_drilled() -> None:
    """What no runbook uses, no drill rehearses. What Amply has no use for is in the runbooks of `tests/drills`."""
    others = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in OTHERS]
    used = set().union(*(uses(runbook) for runbook in (*RUNBOOKS.values(), *others)))
    assert set(ACTIONS) - used == set()


def test_every_shipped_runbook_is_in_the_table() -> None:
    named = {name for row in ROWS for name in words(row[2])}
    assert set(RUNBOOKS) - named == set()
