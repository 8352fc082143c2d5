"""Checks of what a scenario says was damaged: it is there, and what it answers is described."""

from __future__ import annotations

from drctl.loading.referee import Referee
from drctl.loading.yaml_source import Path
from drctl.model.estate import Estate
from drctl.model.scenario import Scenario


def check_damaged(referee: Referee, scenario: Scenario, estate: Estate) -> None:
    """Whether the damaged databases are the estate's, and each query is one that theirs answers."""
    databases = {name: its for _, _, place in estate.each_place() for name, its in place.databases.items()}
    for name, damaged in scenario.damaged.databases.items():
        at: Path = ("damaged", "databases", name)
        referee.refer(at, name, "database", databases)
        if name not in databases:
            continue
        for query in damaged.answers:
            if query not in databases[name].answers:
                referee.wrong((*at, "answers", query), f"the estate does not say what {name} answers to this query")
