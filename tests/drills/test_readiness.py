"""The readiness runbook: green where nothing is wrong, red with the cause where something is; it changes nothing."""

from __future__ import annotations

import pytest

from tests.drills.rehearsing import Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

LOOKS = ("policy-primary", "policy-recovery", "readiness-primary", "readiness-recovery")

CAUSES = {
    "readiness-missing-image": {
        "policy-primary": "the image amply-api:2026.11.3 is not in eu-west-1",
        "readiness-recovery": "there is no image amply-api:2026.11.3 in eu-west-1",
    },
    "readiness-missing-security-group": {
        "readiness-recovery": "there is no security group amply-rds in eu-west-1",
    },
    "readiness-missing-secret": {
        "policy-primary": "amply/prod/stripe-api-key is not replicated to eu-west-1",
        "readiness-recovery": "there is no secret amply/prod/stripe-api-key in eu-west-1",
    },
    "readiness-disabled-key": {
        "policy-recovery": "the key alias/amply-prod-data in eu-west-1 is Disabled, and 1 more",
        "readiness-recovery": "the KMS key alias/amply-prod-data in eu-west-1 is Disabled",
    },
    "readiness-stale-backups": {
        "policy-primary": "the newest copy of a snapshot of amply-prod in eu-west-1 is 3h old, more than 1h30m",
    },
}
"""Scenario → what each step that finds something says."""


def test_an_estate_that_is_as_agreed_is_ready(rehearse: Rehearsal) -> None:
    drilled = rehearse("readiness")
    assert drilled.exit_code == 0, drilled.reasons
    assert drilled.document["verdict"] == "PASSED"
    assert drilled.document["rto"]["met"] is True
    assert all(drilled.step(id)["state"] == "succeeded" for id in LOOKS)
    assert [call for call in drilled.simulation.calls() if call["outcome"] == "ok"] == [], "looking changes nothing"


@pytest.mark.thorough
@pytest.mark.parametrize("scenario", CAUSES)
def test_what_a_failover_would_stumble_on_fails_the_check_in_one_sentence(rehearse: Rehearsal, scenario: str) -> None:
    drilled = rehearse("readiness", scenario=scenario)
    assert drilled.exit_code == 1
    assert drilled.document["verdict"] == "FAILED"
    found = {id: drilled.step(id)["failure"] for id in LOOKS if drilled.step(id)["state"] == "failed"}
    assert found == CAUSES[scenario]
    assert any(cause in drilled.reasons for cause in CAUSES[scenario].values())
    assert drilled.step("still-the-right-account")["state"] == "pending", "what is not ready is not verified"
