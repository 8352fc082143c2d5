"""Leaked secrets get new values, in every Region, and nothing runs on with the old ones."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.drills.rehearsing import Drilled, Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

ROTATED = ("rotate[amply-prod-django-secret-key]", "rotate[amply-prod-jwt-signing-key]")


def changes(drilled: Drilled, operation: str) -> list[Any]:
    calls = drilled.simulation.calls()
    return [call for call in calls if call["operation"] == operation and call["outcome"] in ("ok", "lost")]


def test_secrets_have_new_values_and_every_task_is_a_new_one(rehearse: Rehearsal) -> None:
    drilled = rehearse("secrets-compromise")
    document = drilled.document
    assert (document["verdict"], document["findings"]) == ("PASSED", [])
    assert len(changes(drilled, "PutSecretValue")) == 2
    deployed = [call["at"] for call in changes(drilled, "UpdateService")]
    assert len(deployed) == 4, "the API, the workers, and the scheduler off and on"
    assert max(call["at"] for call in changes(drilled, "PutSecretValue")) <= min(deployed)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ("leaked-secrets-denied", r"rotate\[.* failed: secretsmanager:PutSecretValue .*[Nn]ot authorized"),
        (
            "leaked-secrets-failed-replica",
            r"check-replicas failed: amply/prod/jwt-signing-key in eu-west-1 is 'Failed', and does not follow",
        ),
        ("leaked-secrets-no-capacity", r"deploy-api failed: .*Capacity is unavailable"),
    ],
)
def test_what_would_leave_an_old_value_in_use_is_told_in_one_sentence(
    rehearse: Rehearsal, scenario: str, told: str
) -> None:
    drilled = rehearse("secrets-compromise", scenario=scenario)
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    assert [reason for reason in drilled.document["reasons"] if re.search(told, reason)], drilled.reasons
    assert drilled.step("tell-team")["state"] == "pending"
    assert drilled.step("unfreeze-deploys")["state"] == "succeeded"


def test_the_drill_puts_the_stage_of_each_secret_back(rehearse: Rehearsal) -> None:
    drilled = rehearse("secrets-compromise", scenario="leaked-secrets-bad-image")
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    assert re.search(r"deploy-api failed: .*amply-api:2026\.11\.3 exited with code 1", drilled.reasons)
    put = {call["params"]["SecretId"] for call in changes(drilled, "PutSecretValue")}
    back = [call["params"] for call in changes(drilled, "UpdateSecretVersionStage")]
    assert len(put) == len(back) == 2
    assert {one["VersionStage"] for one in back} == {"AWSCURRENT"}
    for id in ROTATED:
        assert drilled.step(id)["state"] == "undone"
