"""Failed tasks are handled again, and what waits is deleted only where that was asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.drills.rehearsing import Drilled, Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds


def services(drilled: Drilled) -> dict[str, int]:
    """How many tasks the services of the primary Region run."""
    listed = drilled.simulation.state()["overlays"]["ecs"]["services"]
    start = "111111111111/eu-central-1/amply-prod/"
    return {one["service"].removeprefix(start): one["running"] for one in listed if one["service"].startswith(start)}


def called(drilled: Drilled, operation: str) -> list[Any]:
    calls = drilled.simulation.calls()
    return [call for call in calls if call["operation"] == operation and call["outcome"] in ("ok", "lost")]


EVERYTHING = {"amply-api": 2, "amply-workers": 2, "amply-beat": 1}


@pytest.mark.parametrize("purge", [False, True])
def test_what_has_failed_is_handled_again_by_new_workers(rehearse: Rehearsal, *, purge: bool) -> None:
    drilled = rehearse("queue-drain", inputs={"purge": "true"} if purge else {})
    document = drilled.document
    assert (document["verdict"], document["findings"]) == ("PASSED", [])
    assert services(drilled) == EVERYTHING
    assert len(called(drilled, "StartMessageMoveTask")) == 1
    assert len(called(drilled, "PurgeQueue")) == int(purge)
    assert "7 messages" in str(drilled.step("move-back"))
    assert [call["operation"] for call in drilled.simulation.calls() if call["service"] == "cloudwatch"] == [
        "DisableAlarmActions",
        "EnableAlarmActions",
    ]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("scenario", "inputs", "told"),
    [
        ("failed-tasks-denied", {}, r"move-back failed: .*not authorized to perform: sqs:StartMessageMoveTask"),
        ("failed-tasks-missing-queue", {}, r"ensure-queue failed: .*not authorized to perform: sqs:CreateQueue"),
        ("failed-tasks-bad-image", {}, r"start-workers failed: .*amply-api:2026\.11\.3 exited with code 1"),
        (
            "failed-tasks",
            {"purge": "true", "purge_at_most": "2"},
            r"purge-stale failed: amply-celery in eu-central-1 has 3 messages, more than 2",
        ),
    ],
)
def test_why_tasks_are_not_handled_again_is_told_in_one_sentence(
    rehearse: Rehearsal, scenario: str, inputs: Mapping[str, str], told: str
) -> None:
    drilled = rehearse("queue-drain", scenario=scenario, inputs=inputs)
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    assert [reason for reason in drilled.document["reasons"] if re.search(told, reason)], drilled.reasons
    assert called(drilled, "PurgeQueue") == []
    assert drilled.step("unmute-alarms")["state"] == "succeeded"
    if scenario != "failed-tasks-bad-image":
        assert services(drilled) == EVERYTHING, "the workers and the scheduler are back, as they were"
