"""redis-loss: a new Redis takes the place of the broken one, and the whole application uses it."""

from __future__ import annotations

import re

import pytest

from tests.drills.rehearsing import Drilled, Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

PLACE = "111111111111/eu-central-1"


def redis_of(drilled: Drilled, service: str) -> str:
    """The Redis that the newest task definition of a service names."""
    newest = drilled.simulation.state()["task_definitions"][f"{PLACE}/{service}"]
    return str(newest["containers"][0]["environment"]["REDIS_HOST"])


def groups(drilled: Drilled) -> dict[str, str]:
    """Status by name, of the Region that runs."""
    held = drilled.simulation.state()["overlays"]["elasticache"]["replication_groups"]
    production = [one for one in held if f"{one['account']}/{one['region']}" == PLACE]
    return {one["id"]: one["status"] for one in production}


def test_the_application_uses_the_new_redis_and_the_old_one_is_left_alone(rehearse: Rehearsal) -> None:
    drilled = rehearse("redis-loss")
    document = drilled.document
    assert document["verdict"] == "PASSED"
    assert document["findings"] == []
    assert document["rto"]["met"] is True
    marked = [step["marks"] for step in sorted(document["steps"], key=lambda one: one["ended_at"]) if step["marks"]]
    assert marked == ["data-writable", "serving", "verified"]
    assert groups(drilled) == {"amply-prod-redis": "create-failed", "amply-prod-redis-new": "available"}
    endpoint = drilled.step("new-redis")["evidence"]["outputs"]["endpoint"]
    assert [redis_of(drilled, name) for name in ("amply-api", "amply-workers", "amply-beat")] == [endpoint] * 3
    assert drilled.step("stop-beat")["ended_at"] <= drilled.step("deploy-beat")["started_at"], "never two of them"


@pytest.mark.thorough
def test_it_can_begin_with_what_the_newest_snapshot_holds(rehearse: Rehearsal) -> None:
    drilled = rehearse("redis-loss", inputs={"empty": "false", "snapshot_of": "amply-prod-redis"})
    assert drilled.document["verdict"] == "PASSED"
    source = drilled.step("new-redis")["evidence"]["outputs"]["source"]
    assert source.startswith("automatic.amply-prod-redis-")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ("redis-down-disabled-key", r"KMS key alias/amply-prod-data is Disabled"),
        ("redis-down-missing-security-group", r"no security group amply-redis in vpc-"),
        (
            "redis-down-quota-reached",
            r"CreateReplicationGroup in eu-central-1: NodeQuotaForCustomerExceeded: .* allowed number of cache nodes",
        ),
        ("redis-down-denied", r"not authorized to perform: elasticache:CreateReplicationGroup"),
    ],
)
def test_what_keeps_it_from_being_replaced_is_told(rehearse: Rehearsal, scenario: str, reason: str) -> None:
    drilled = rehearse("redis-loss", scenario=scenario)
    assert (drilled.document["verdict"], drilled.exit_code) == ("FAILED", 1)
    (told,) = drilled.document["reasons"]
    assert re.search(reason, told)
    assert groups(drilled) == {"amply-prod-redis": "create-failed"}
    assert drilled.step("deploy-api")["state"] == "pending", "nothing is deployed that has no Redis"


def test_what_was_deployed_is_undone_where_the_application_does_not_come_up(rehearse: Rehearsal) -> None:
    drilled = rehearse("redis-loss", faults=("ecs:RegisterTaskDefinition:denied:all",))
    assert drilled.document["verdict"] == "FAILED"
    assert "amply-prod-redis-new" not in groups(drilled)
    assert "amply-prod-redis." in redis_of(drilled, "amply-api")
