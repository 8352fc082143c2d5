"""The only place that picks: real or simulated, which journal, which clock. Commands call it and nothing below it."""

from __future__ import annotations

from drctl.bootstrap.checking import (
    document_schema,
    environment_schema,
    estate_schema,
    load_graph,
    runbook_schema,
    scenario_schema,
    validate,
)
from drctl.bootstrap.drills import start_drill
from drctl.bootstrap.handing_over import manual
from drctl.bootstrap.records import list_runs, read_run
from drctl.bootstrap.requests import DrillRequest, Outcome, ValidatedFile
from drctl.bootstrap.resuming import resume
from drctl.bootstrap.serving import serve_simulation
from drctl.bootstrap.texts import catalogue
from drctl.engine.parts import PauseRequest

__all__ = [
    "DrillRequest",
    "Outcome",
    "PauseRequest",
    "ValidatedFile",
    "catalogue",
    "document_schema",
    "environment_schema",
    "estate_schema",
    "list_runs",
    "load_graph",
    "manual",
    "read_run",
    "resume",
    "runbook_schema",
    "scenario_schema",
    "serve_simulation",
    "start_drill",
    "validate",
]
