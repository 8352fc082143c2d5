"""A drill that gives way answers with that, and is no failure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from drctl.model.values import Json
from tests.cli.conftest import Call
from tests.fakes.stand_in_bootstrap import StandInBootstrap

SKIPPED: Mapping[str, Json] = {
    "skipped": True,
    "runbook": "staging-drill",
    "environment": "staging",
    "reason": "freeze",
    "until": None,
}


def test_a_skipped_drill_is_one_document_and_exit_code_0(call: Call, bootstrap: StandInBootstrap) -> None:
    bootstrap.skipped = SKIPPED
    result = call("drill", "--runbook", "staging-drill", "--skip-if-blocked", "--output", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, SKIPPED)
    assert "skipped: freeze" in result.stderr


def test_people_are_told_on_stderr_that_it_was_skipped(call: Call, bootstrap: StandInBootstrap) -> None:
    bootstrap.skipped = SKIPPED
    result = call("drill", "--runbook", "staging-drill", "--skip-if-blocked")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.endswith("skipped: freeze\n")


def test_what_was_asked_for_is_in_the_request(call: Call, bootstrap: StandInBootstrap) -> None:
    call("drill", "--runbook", "orders-failover", "--skip-if-blocked", "--despite-window", "the auditor is here")
    call("drill", "--runbook", "orders-failover")
    assert [(request.skip_if_blocked, request.despite_window) for request in bootstrap.requests] == [
        (True, "the auditor is here"),
        (False, None),
    ]


def test_an_environment_goes_with_overdue_only(call: Call) -> None:
    result = call("runs", "--environment", "staging")
    assert result.exit_code == 2
    assert "--environment goes with --overdue" in result.stderr
