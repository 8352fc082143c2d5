"""az-loss: a zone is left, with everything in it that AWS has not moved by itself."""

from __future__ import annotations

import re

import pytest

from tests.drills.rehearsing import Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

SERVICE = "111111111111/eu-central-1/amply-prod/"


def test_the_zone_is_left_and_customers_are_served_from_the_other_one(rehearse: Rehearsal) -> None:
    drilled = rehearse("az-loss")
    document, state = drilled.document, drilled.simulation.state()
    assert document["verdict"] == "PASSED"
    assert document["findings"] == []
    assert document["rto"]["met"] is True
    marked = [step["marks"] for step in sorted(document["steps"], key=lambda one: one["ended_at"]) if step["marks"]]
    assert marked == ["data-writable", "serving", "verified"]
    assert drilled.step("move-database")["evidence"]["outputs"]["zone"] == "eu-central-1b"
    assert drilled.step("move-redis")["evidence"]["outputs"]["zone"] == "eu-central-1b"
    overlays = state["overlays"]
    assert overlays["arc-zonal-shift"]["shifts"] == {"111111111111/eu-central-1/amply-prod": "euc1-az1"}
    running = {one["service"]: one["running"] for one in overlays["ecs"]["services"]}
    assert [running[SERVICE + name] for name in ("amply-api", "amply-workers", "amply-beat")] == [3, 3, 1]


def test_without_the_runbook_the_database_and_redis_stay_in_the_lost_zone(rehearse: Rehearsal) -> None:
    """The drill proves that they are moved, and not that they were reachable all along."""
    drilled = rehearse("az-loss", faults=("elasticache:ModifyReplicationGroup:denied:all",))
    (group,) = (
        one
        for one in drilled.simulation.state()["overlays"]["elasticache"]["replication_groups"]
        if (one["id"], one["region"]) == ("amply-prod-redis", "eu-central-1")
    )
    assert group["primary"] == 0
    assert drilled.document["verdict"] == "FAILED"
    assert drilled.step("check-api")["state"] == "pending"


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ("zone-down-denied", r"move-database failed: .*not authorized to perform: rds:RebootDBInstance"),
        ("zone-down-single-database", r"amply-prod has no standby to fail over to"),
        ("zone-down-single-redis", r"amply-prod-redis has no replica outside of eu-central-1a"),
        ("zone-down-no-capacity", r"tasks of amply-api:\d+ do not stay up: Capacity is unavailable"),
        ("zone-down-no-shift", r"leave-zone failed: zonal shift is not enabled for amply-prod"),
    ],
)
def test_what_keeps_the_zone_from_being_left_is_told(rehearse: Rehearsal, scenario: str, reason: str) -> None:
    drilled = rehearse("az-loss", scenario=scenario)
    assert (drilled.document["verdict"], drilled.exit_code) == ("FAILED", 1)
    assert any(re.search(reason, told) for told in drilled.document["reasons"])
    overlays = drilled.simulation.state()["overlays"]
    assert not overlays.get("arc-zonal-shift"), "undone: traffic uses the zone as before"
    wanted = {one["service"]: one["desired"] for one in overlays["ecs"]["services"]}
    assert [wanted[SERVICE + name] for name in ("amply-api", "amply-workers")] == [2, 2]
