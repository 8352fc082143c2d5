"""A Region is rebuilt from nothing but copies of the data, and what is wrong with the rebuilding is named."""

from __future__ import annotations

import re

import pytest

from tests.drills.rehearsing import Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

RUNBOOK = "rebuild-from-terraform"
CAUSES = {
    "nothing-built-missing-token": r"freeze-pipelines failed: .*no secret amply/prod/github-token in eu-west-1",
    "nothing-built-wrong-account": r"plan-platform failed: .*AWS account ID not allowed: 111111111111",
    "nothing-built-any-account": r"plan-platform failed: the provider 'aws' does not say which account it is for",
    "nothing-built-plan-destroys": r"build-platform failed: the plan destroys aws_db_instance\.amply-prod-archive",
    "nothing-built-denied": r"build-platform failed: .*AccessDenied.*CreateLoadBalancer",
    "nothing-built-quota-reached": r"build-platform failed: .*VpcLimitExceeded.*CreateVpc",
    "nothing-built-missing-security-group": r"fail-over/restore-db failed: no security group amply-rds",
    "nothing-built-missing-snapshot": r"no usable postgres snapshot of amply-prod in eu-west-1",
    "nothing-built-stale-backups": r"RPO missed: postgres lost the last 3h",
    "nothing-built-disabled-key": r"fail-over/newest-recovery-point failed: .*key .* is Disabled",
    "nothing-built-stale-secret": r"fail-over/check-data failed: .*password",
    "nothing-built-slow-dns": r"fail-over/switch-dns failed: .*1h",
}


def test_a_region_in_which_nothing_was_built_serves_customers(rehearse: Rehearsal) -> None:
    drilled = rehearse(RUNBOOK)
    document = drilled.document
    assert (document["verdict"], document["findings"]) == ("PASSED", [])
    assert drilled.step("plan-platform")["evidence"]["outputs"]["adds"] > 30
    built = drilled.step("build-platform")["evidence"]
    assert built["outputs"]["destroyed"] == 0
    assert "a second plan has no changes" in built["fact"]
    losses = {store["store"]: store["loss_s"] for store in document["rpo"]["stores"]}
    # The newest snapshot is 40 minutes older than the onset; the newest beacon in it at most a minute older than that.
    assert 2400 <= losses["postgres"] < 2460
    assert losses["storage"] < 3600

    order = ("freeze-pipelines", "approve-platform", "build-platform", "fail-over/approve-traffic")
    ended = [drilled.step(id)["ended_at"] for id in (*order, "fail-over/switch-dns", "fail-over/check-api")]
    assert ended == sorted(ended)
    there = drilled.simulation.state()
    assert "111111111111/eu-west-1/amply-prod" in there["rds_instances"]
    assert not [call for call in drilled.simulation.calls() if call["region"] == "eu-central-1"]


@pytest.mark.thorough
@pytest.mark.parametrize("scenario", CAUSES)
def test_what_is_wrong_is_named_in_one_sentence(scenario: str, rehearse: Rehearsal) -> None:
    drilled = rehearse(RUNBOOK, scenario=scenario)
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    told = [reason for reason in drilled.document["reasons"] if re.search(CAUSES[scenario], reason)]
    assert len(told) == 1, drilled.reasons


@pytest.mark.thorough
def test_what_was_built_stays_and_the_data_that_was_restored_does_not(rehearse: Rehearsal) -> None:
    """drctl never destroys an environment; the pipelines are on again"""
    drilled = rehearse(RUNBOOK, scenario="nothing-built-missing-image")
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    assert re.search(r"fail-over/deploy-api failed: .*amply-api:2026\.11\.3: not found", drilled.reasons)
    there = drilled.simulation.state()
    assert drilled.step("fail-over/restore-db")["state"] == "undone"
    assert "111111111111/eu-west-1/amply-prod" not in there["rds_instances"]
    assert drilled.step("build-platform")["state"] == "succeeded"
    assert drilled.step("open-pipelines")["state"] == "succeeded"
