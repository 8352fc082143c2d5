"""The writer of an Aurora global database moves: in a disaster with a loss that is measured, planned with none."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.drills.rehearsing import Drilled, Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

FAILOVER, SWITCHOVER = "aurora-failover", "aurora-switchover"
OLD, NEW = (f"arn:aws:rds:{region}:123456789012:cluster:shop" for region in ("eu-central-1", "eu-west-1"))


def writer(drilled: Drilled) -> Any:
    return told_of(drilled)["writer"]


def told_of(drilled: Drilled) -> Any:
    return drilled.simulation.state()["overlays"]["rds"]["global_clusters"]["123456789012/shop-global"]


def test_the_follower_becomes_the_writer_and_what_was_lost_is_known(rehearse: Rehearsal) -> None:
    drilled = rehearse(FAILOVER, estate="aurora")
    assert (drilled.document["verdict"], drilled.document["findings"]) == ("PASSED", [])
    (store,) = drilled.document["rpo"]["stores"]
    assert store["store"] == "aurora"
    assert 0 < store["loss_s"] <= 60
    assert writer(drilled) == NEW
    assert drilled.step("approve")["ended_at"] <= drilled.step("fail-over")["started_at"]


def test_a_planned_move_loses_nothing(rehearse: Rehearsal) -> None:
    drilled = rehearse(SWITCHOVER, estate="aurora")
    assert (drilled.document["verdict"], drilled.document["findings"]) == ("PASSED", [])
    assert writer(drilled) == NEW
    assert told_of(drilled)["lost_seconds"] == 0


@pytest.mark.parametrize(
    ("runbook", "scenario", "why"),
    [
        (FAILOVER, "aurora-behind", r"fail-over failed: .*5m.* would be lost, more than 1m"),
        (FAILOVER, "aurora-denied", r"fail-over failed: .*rds:FailoverGlobalCluster.*AccessDenied"),
        (SWITCHOVER, "region-down", r"switch-over failed: .*is not healthy: .*eu-central-1"),
    ],
)
def test_what_is_wrong_is_named_and_the_writer_stays(
    rehearse: Rehearsal, runbook: str, scenario: str, why: str
) -> None:
    drilled = rehearse(runbook, scenario=scenario, estate="aurora")
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    told = [reason for reason in drilled.document["reasons"] if re.search(why, reason)]
    assert len(told) == 1, drilled.reasons
    assert writer(drilled) == OLD
