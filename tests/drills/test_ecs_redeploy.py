"""Tasks started anew: with the same image, with another one, and not at all where they would not start."""

from __future__ import annotations

import re

import pytest

from tests.drills.rehearsing import Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

REPOSITORY = "111111111111.dkr.ecr.eu-central-1.amazonaws.com/amply-api"
SERVICES = ("amply-api", "amply-workers", "amply-beat")


def revisions(state: object) -> dict[str, str]:
    """Service → the revision of production's that runs in the primary Region, and nothing else there."""
    listed = state["overlays"]["ecs"]["services"]  # type: ignore[index]
    found = {}
    for service in listed:
        account_region_cluster, name = service["service"].rsplit("/", 1)
        if account_region_cluster == "111111111111/eu-central-1/amply-prod":
            ((definition, rollout, _, tasks),) = service["deployments"]
            assert (rollout, tasks) == ("COMPLETED", service["desired"])
            found[name] = definition.rsplit("/", 1)[1]
    return found


def test_tasks_that_hang_are_replaced_by_new_ones_of_the_same_image(rehearse: Rehearsal) -> None:
    drilled = rehearse("ecs-redeploy")
    document = drilled.document
    assert (document["verdict"], document["findings"]) == ("PASSED", [])
    assert document["rpo"] is None or document["rpo"]["stores"] == []
    assert document["rto"]["actual_s"] < 30 * 60
    assert revisions(drilled.simulation.state()) == {name: f"{name}:1" for name in SERVICES}, "nothing but the tasks"


def test_another_release_is_run_by_all_of_them(rehearse: Rehearsal) -> None:
    drilled = rehearse("ecs-redeploy", scenario="stuck-tasks-bad-image", inputs={"image": f"{REPOSITORY}:2026.11.2"})
    assert drilled.document["verdict"] == "PASSED"
    assert revisions(drilled.simulation.state()) == {name: f"{name}:2" for name in SERVICES}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("scenario", "tag", "told"),
    [
        ("stuck-tasks-bad-image", None, "amply-api:2026.11.3 exited with code 1 as soon as it was started"),
        ("stuck-tasks", "2026.12.0", "CannotPullContainerError: .*amply-api:2026.12.0: not found"),
        ("stuck-tasks-missing-secret", None, "check-secrets .*amply/prod/"),
        ("stuck-tasks-no-capacity", None, "Capacity is unavailable"),
        ("stuck-tasks-denied", None, "deploy-api failed: .*not authorized to perform: ecs:UpdateService"),
    ],
)
def test_what_keeps_new_tasks_from_starting_is_told_in_one_sentence(
    rehearse: Rehearsal, scenario: str, tag: str | None, told: str
) -> None:
    drilled = rehearse(
        "ecs-redeploy", scenario=scenario, inputs={} if tag is None else {"image": f"{REPOSITORY}:{tag}"}
    )
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    assert [reason for reason in drilled.document["reasons"] if re.search(told, reason)], drilled.reasons
    assert drilled.step("deploy-workers")["state"] == "pending", "what still works is left alone"
    assert drilled.step("unfreeze-deploys")["state"] == "succeeded"


@pytest.mark.thorough
def test_a_password_that_the_database_takes_no_more_is_found_when_customers_would_be(rehearse: Rehearsal) -> None:
    """The load balancer's check passes with it; what was deployed by then is taken back."""
    drilled = rehearse("ecs-redeploy", scenario="stuck-tasks-stale-secret")
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    assert re.search(r"check-api failed: .* refuses the password .* secret behind it is stale", drilled.reasons)
    assert drilled.step("deploy-workers")["state"] == "undone"
