"""Rows that a bad deploy has damaged: the drill of going back to before it, and what it finds out in time."""

from __future__ import annotations

import re

import pytest

from tests.drills.rehearsing import Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

HOME, AWAY = "111111111111/eu-central-1", "111111111111/eu-west-1"


def test_the_restored_database_takes_the_place_of_the_damaged_one(rehearse: Rehearsal) -> None:
    drilled = rehearse("database-corruption")
    document = drilled.document
    assert (document["verdict"], document["findings"]) == ("PASSED", [])
    (store,) = document["rpo"]["stores"]
    assert store["store"] == "postgres"
    assert 1800 <= store["loss_s"] < 1801, "half an hour before the onset, to the second"
    assert {"data-writable", "serving", "verified"} <= set(document["rto"]["marks"])
    ends = [drilled.step(id)["ended_at"] for id in ("check-data", "reconcile", "approve-swap", "swap", "start-workers")]
    assert ends == sorted(ends), "nobody is asked before the data is known to be good, and nobody works before the swap"
    state = drilled.simulation.state()
    names = {name for name in state["rds_instances"] if name.startswith(HOME)}
    assert names == {f"{HOME}/amply-prod", f"{HOME}/amply-prod-damaged"}, "the damaged one is kept"
    assert f"{AWAY}/amply-prod-damaged-repaired-eu-west-1" in state["rds_snapshots"]
    commands = [" ".join(task["commands"].values()) for task in state["overlays"]["ecs"]["tasks"]]
    assert commands == ["python manage.py export_good_rows", "python manage.py reconcile_good_rows"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("scenario", "inputs", "told"),
    [
        ("damaged-rows-longer", {}, r"check-data failed: .*`select count.* is null` answers 217, not 0"),
        ("damaged-rows-stale-secret", {}, r"check-data failed: .* does not accept the user or the password"),
        ("damaged-rows", {"good_before_onset": "10d"}, r"restore-beside failed: .* is outside of what can be restored"),
        (
            "damaged-rows-disabled-key",
            {},
            r"restore-beside failed: KMS key alias/amply-prod-data is Disabled in eu",
        ),
        ("damaged-rows-quota-reached", {}, r"restore-beside failed: .*InstanceQuotaExceeded"),
        ("damaged-rows-not-reconciled", {}, r"reconcile failed: task .* container api ended with exit code 1"),
        ("damaged-rows", {"good_before_onset": "90m"}, r"postgres .*1h30m"),
    ],
)
def test_what_would_go_wrong_is_named(rehearse: Rehearsal, scenario: str, inputs: dict[str, str], told: str) -> None:
    drilled = rehearse("database-corruption", scenario=scenario, inputs=inputs)
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    assert re.search(told, drilled.reasons), drilled.reasons
    assert len(drilled.document["reasons"]) == 1


@pytest.mark.thorough
def test_a_drill_that_fails_at_the_swap_leaves_everything_as_it_was(rehearse: Rehearsal) -> None:
    drilled = rehearse("database-corruption", scenario="damaged-rows-denied")
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    (told,) = drilled.document["reasons"]
    assert re.search(r"swap failed: rds:ModifyDBInstance in eu-central-1: AccessDenied", told)
    state = drilled.simulation.state()
    assert drilled.document["findings"] == []
    assert {name for name in state["rds_instances"] if name.startswith(HOME)} == {f"{HOME}/amply-prod"}
    assert drilled.step("stop-workers")["state"] == "undone"
