"""A new text for the steps of a run that have not started: what it changes, before anything is ordered."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from drctl.bootstrap import texts
from drctl.bootstrap.records import plan_of
from drctl.engine.context import started
from drctl.errors import InputInvalid
from drctl.journal.folder import RunFolder
from drctl.journal.reading import read_journal
from drctl.model.amendment import touched_steps
from drctl.model.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What would be amended."""

    sources: Mapping[str, str]
    """The texts that the run would follow from now on."""
    touched: tuple[str, ...]
    difference: str
    """The lines that differ, as `diff -u` shows them."""


def amendment(folder: RunFolder, name: str) -> Amendment:
    """What the runbook of that name or path would change of the run.

    Raises InputInvalid and NotFound, with every problem at its place, where it does not fit the run's inputs.
    """
    from drctl.loading.runbook import Surroundings, load_plan
    from drctl.loading.sources import Kind

    run = Run.of(read_journal(folder.journal))
    first, plan = started(run), plan_of(run)
    loaded = load_plan(
        name, texts.files(Kind.RUNBOOK), texts.catalogue(), Surroundings(variables=first.variables), first.inputs
    )
    after = loaded.plan_or_refuse()
    if after.runbook != first.runbook:
        raise InputInvalid(f"this run is one of {first.runbook}, and {name} is {after.runbook}")
    before = run.amended[-1].sources if run.amended else first.sources
    return Amendment(
        sources=loaded.texts, touched=touched_steps(plan, after), difference=_difference(before, loaded.texts)
    )


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    lines: list[str] = []
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name, ""), after.get(name, "")
        lines += difflib.unified_diff(
            one.splitlines(), other.splitlines(), f"{name} as it was", f"{name} amended", lineterm="", n=2
        )
    return "\n".join(lines)
