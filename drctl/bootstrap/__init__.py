"""The only place that picks: real or simulated, which journal, which clock. Commands call it and nothing below it."""

from __future__ import annotations

from drctl.bootstrap.aborting import abort
from drctl.bootstrap.amending import Amendment, amendment
from drctl.bootstrap.approving import Open, evidence_of_token, open_request
from drctl.bootstrap.beacon_reading import read_beacons
from drctl.bootstrap.beacon_writing import beacon_writer
from drctl.bootstrap.checking import (
    document_schema,
    environment_schema,
    estate_schema,
    load_graph,
    runbook_schema,
    scenario_schema,
    validate,
)
from drctl.bootstrap.cleaning import cleanup, cleanup_expired
from drctl.bootstrap.drills import start_drill
from drctl.bootstrap.environment_check import check_environment
from drctl.bootstrap.environment_runs import recover
from drctl.bootstrap.finding_list import list_findings
from drctl.bootstrap.given_marks import GivenMarks
from drctl.bootstrap.handing_over import manual
from drctl.bootstrap.lateness import list_overdue
from drctl.bootstrap.ordering import Obeyed, give, new_order_id
from drctl.bootstrap.pack_verifying import require_signer, verify_pack
from drctl.bootstrap.packing import Packed, PackRequest, new_key, pack_run, public_half
from drctl.bootstrap.planned import DrillSkipped
from drctl.bootstrap.planning import PlanRequest, foresee
from drctl.bootstrap.privileges import PolicyRequest, iam_policies
from drctl.bootstrap.records import list_runs, read_run
from drctl.bootstrap.requests import DrillRequest, Outcome, RecoverRequest, ValidatedFile
from drctl.bootstrap.resuming import IgnoredStop, Takeover, resume
from drctl.bootstrap.serving import serve_simulation
from drctl.bootstrap.texts import catalogue
from drctl.bootstrap.trends import TrendRequest, find_trend
from drctl.bootstrap.verifying import verify_run
from drctl.bootstrap.watching import present_of, watch
from drctl.engine.parts import PauseRequest
from drctl.journal.folder import find_run

__all__ = [
    "Amendment",
    "DrillRequest",
    "DrillSkipped",
    "GivenMarks",
    "IgnoredStop",
    "Obeyed",
    "Open",
    "Outcome",
    "PackRequest",
    "Packed",
    "PauseRequest",
    "PlanRequest",
    "PolicyRequest",
    "RecoverRequest",
    "Takeover",
    "TrendRequest",
    "ValidatedFile",
    "abort",
    "amendment",
    "beacon_writer",
    "catalogue",
    "check_environment",
    "cleanup",
    "cleanup_expired",
    "document_schema",
    "environment_schema",
    "estate_schema",
    "evidence_of_token",
    "find_run",
    "find_trend",
    "foresee",
    "give",
    "iam_policies",
    "list_findings",
    "list_overdue",
    "list_runs",
    "load_graph",
    "manual",
    "new_key",
    "new_order_id",
    "open_request",
    "pack_run",
    "present_of",
    "public_half",
    "read_beacons",
    "read_run",
    "recover",
    "require_signer",
    "resume",
    "runbook_schema",
    "scenario_schema",
    "serve_simulation",
    "start_drill",
    "validate",
    "verify_pack",
    "verify_run",
    "watch",
]
