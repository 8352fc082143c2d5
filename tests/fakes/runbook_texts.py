"""Runbooks in a test's own words, and what loading makes of them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import replace

from drctl.loading.runbook import Loaded, Surroundings, load_plan
from drctl.loading.sources import Source, pinned
from drctl.model.plan import Plan
from drctl.model.values import EMPTY, Json
from tests.fakes.runbook_actions import RunbookCatalogue

HEAD = """\
runbook: main
title: A test
version: 1
objectives: { rto: 4h, rpo: 1h }
"""
"""Four lines, so that what follows begins on line 5."""


class _Texts:
    """Texts by their names, in files of those names."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._pinned = pinned(texts)

    def __call__(self, name: str, beside: Source | None = None) -> Source:
        found = self._pinned(name, beside)
        return replace(found, file=f"{found.name}.yaml")


def load(
    text: str,
    *,
    head: str = HEAD,
    nested: Mapping[str, str] = {},
    surroundings: Surroundings | None = None,
    given: Mapping[str, Json] = EMPTY,
    complete: bool = True,
) -> Loaded:
    """What becomes of the runbook `main`: `head`, and then `text`."""
    texts = {"main": head + textwrap.dedent(text), **{name: textwrap.dedent(inner) for name, inner in nested.items()}}
    return load_plan("main", _Texts(texts), RunbookCatalogue(), surroundings, given, complete=complete)


def plan_of(text: str, **more: object) -> Plan:
    """The plan of a runbook that has no problems."""
    loaded = load(text, **more)  # type: ignore[arg-type]
    assert [str(problem) for problem in loaded.problems] == []
    return loaded.plan_or_refuse()


def told(loaded: Loaded) -> list[str]:
    """Each problem as `line:column path message`."""
    return [
        f"{p.line}:{p.column} {p.path} {p.message}" + (f" -> {p.suggestion}" if p.suggestion else "")
        for p in loaded.problems
    ]


def problems_in(text: str, **more: object) -> list[str]:
    """The problems of a runbook, each as `line:column path message -> suggestion`."""
    return told(load(text, **more))  # type: ignore[arg-type]
