"""Staging is recovered beside what runs, measured, and nothing of it is left; what goes wrong is named."""

from __future__ import annotations

import re

import pytest

from tests.drills.rehearsing import Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

RUNBOOK = "staging-drill"
STAGING = "222222222222"
CAUSES = {
    "paper-loss-incident": r"check-production failed: .*api\.amply\.example",
    "paper-loss-disabled-key": r"newest-recovery-point failed: .*key .* is Disabled",
    "paper-loss-missing-security-group": r"restore-db failed: no security group amply-rds",
    "paper-loss-quota-reached": r"restore-db failed: .*InstanceQuotaExceeded",
    "paper-loss-stale-backups": r"RPO missed: postgres lost the last 3h",
    "paper-loss-stale-secret": r"check-data failed: .*password authentication failed",
    "paper-loss-missing-image": r"deploy-api failed: .*amply-api:2026\.12\.0-rc1: not found",
    "paper-loss-denied": r"deploy-api failed: .*ecs:UpdateService.*AccessDenied",
    "paper-loss-slow-dns": r"switch-dns failed: .*1h",
}
WRITES = re.compile(r"^(Create|Restore|Put|Modify|Delete|Update|Register|Deregister|Change|Set|Enable|Disable)")


def test_nothing_is_left_and_production_was_not_touched(rehearse: Rehearsal) -> None:
    drilled = rehearse(RUNBOOK)
    document = drilled.document
    assert (document["verdict"], document["findings"]) == ("PASSED", [])
    losses = {store["store"]: store["loss_s"] for store in document["rpo"]["stores"]}
    assert losses["postgres"] == pytest.approx(2100, abs=1)
    assert losses["storage"] == pytest.approx(2100, abs=1), "rows and files of the same instant"
    assert 600 < document["rto"]["actual_s"] < 3600
    made = {step["id"] for step in document["steps"] if step["changes"]}
    assert made == {"mute-alarms", "restore-db", "redis", "queue", "deploy-api", "switch-dns"}

    there = drilled.simulation.state()
    assert f"{STAGING}/eu-west-1/amply-staging-drill" not in there["rds_instances"]
    changes = [call for call in drilled.simulation.calls() if WRITES.match(call["operation"])]
    assert {call["region"] for call in changes} - {"us-east-1", "aws-global"} == {"eu-west-1"}
    assert {call["account"] for call in changes if call["service"] != "route53"} == {STAGING}


@pytest.mark.thorough
@pytest.mark.parametrize("scenario", CAUSES)
def test_what_is_wrong_is_named_in_one_sentence(scenario: str, rehearse: Rehearsal) -> None:
    drilled = rehearse(RUNBOOK, scenario=scenario)
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    told = [reason for reason in drilled.document["reasons"] if re.search(CAUSES[scenario], reason)]
    assert len(told) == 1, drilled.reasons
    assert drilled.step("unmute-alarms")["state"] == "succeeded"


def test_what_could_not_be_taken_back_is_a_finding_and_fails_the_drill(rehearse: Rehearsal) -> None:
    drilled = rehearse(RUNBOOK, scenario="paper-loss-leftover")
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    assert [one for one in drilled.document["reasons"] if one.startswith("What step restore-db has made was left: ")]
    (left,) = drilled.document["findings"]
    assert (left["kind"], left["severity"], left["step"]) == ("leftover", "serious", "restore-db")
    assert re.search(r"restore-db could not be undone: .*rds:DeleteDBInstance.*AccessDenied", left["what"])
    assert f"{STAGING}/eu-west-1/amply-staging-drill" in drilled.simulation.state()["rds_instances"]
