"""The proof that the newest backup restores: what it finds out, and that nothing of it is left, however it ends."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from drctl.journal.reading import read_journal
from drctl.sim.control_client import Simulation
from tests.drills.commands import Drctl
from tests.drills.rehearsing import Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds
from tests.drills.test_killed import kill_when_written
from tests.drills.test_region_failover import changes

INSTANCES = {
    "111111111111/eu-central-1/amply-prod",
    "111111111111/eu-west-1/amply-prod-replica",
    "222222222222/eu-central-1/amply-staging",
    "333333333333/eu-central-1/amply-sandbox",
}
"""Those of the estate, and nothing else."""
DRILL = ("drill", "--runbook", "backup-restore-test")


def assert_nothing_is_left(simulation: Simulation) -> None:
    state: Mapping[str, Any] = simulation.state()
    assert set(state["rds_instances"]) == INSTANCES
    assert "restore-test" not in json.dumps(state["rds_snapshots"])


@pytest.mark.parametrize(("region", "loss_s"), [("eu-west-1", 40 * 60), ("eu-central-1", 40 * 60)])
def test_a_backup_is_proved_in_whatever_region(rehearse: Rehearsal, region: str, loss_s: int) -> None:
    drilled = rehearse("backup-restore-test", inputs={"region": region})
    document = drilled.document
    assert (document["verdict"], document["findings"]) == ("PASSED", [])
    (store,) = document["rpo"]["stores"]
    assert (store["store"], store["loss_s"]) == ("postgres", loss_s)
    assert 600 < document["rto"]["actual_s"] < 3600, "what the restore took; not the cleaning up"
    assert drilled.step("restore-copy")["state"] == "undone"
    made = changes(drilled.simulation)
    assert made == {
        ("rds", "RestoreDBInstanceFromDBSnapshot", region): 1,
        ("rds", "DeleteDBInstance", region): 1,
    }, "nothing that is in use was changed"
    assert_nothing_is_left(drilled.simulation)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ("quiet-stale-backups", r"newest-backup failed: .* 1d6h before the incident began, and the limit is 1d2h"),
        ("quiet-disabled-key", r"newest-backup failed: .* is the newest snapshot, and its key .* is Disabled"),
        ("quiet-missing-security-group", r"restore-copy failed: no security group amply-restore-test in vpc-"),
        ("quiet-quota-reached", r"restore-copy failed: .*exceeding the allowed number of DB instances"),
        ("quiet-denied", r"restore-copy failed: rds:RestoreDBInstanceFromDBSnapshot in eu-west-1: AccessDenied"),
        ("quiet-stale-secret", r"check-copy failed: .* does not accept the user or the password"),
        ("quiet-damaged-rows", r"check-copy failed: .*`select count.* is null` answers 217, not 0"),
        ("quiet-slow-restore", r"RTO missed: the recovery took 4h30m"),
    ],
)
def test_what_a_recovery_would_have_met_is_named_and_nothing_is_left(
    rehearse: Rehearsal, scenario: str, told: str
) -> None:
    drilled = rehearse("backup-restore-test", scenario=scenario)
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    assert re.search(told, drilled.reasons), drilled.reasons
    assert len(drilled.document["reasons"]) == 1
    assert_nothing_is_left(drilled.simulation)


def test_a_copy_that_cannot_be_removed_is_a_finding_and_fails_the_drill(rehearse: Rehearsal) -> None:
    drilled = rehearse("backup-restore-test", faults=("rds:DeleteDBInstance:denied:all",))
    assert drilled.document["verdict"] == "FAILED"
    (finding,) = drilled.document["findings"]
    assert (finding["kind"], finding["step"]) == ("leftover", "restore-copy")


@pytest.mark.thorough
@pytest.mark.parametrize(("events", "during"), [(11, "ChangeReturned"), (21, "UndoStarted")])
def test_killed_while_it_restores_or_while_it_cleans_up_it_is_resumed_and_leaves_nothing(
    drctl: Drctl, events: int, during: str
) -> None:
    kill_when_written(drctl, events, drill=DRILL)
    (journal,) = (drctl.state / "runs").glob("*/journal.sqlite")
    written = [type(one.event).__name__ for one in read_journal(journal)]
    assert during in written
    assert "RunFinished" not in written, "it was killed in time"
    resumed = drctl("resume", "latest", "--keep", "--output", "json").document
    assert resumed["verdict"] == "PASSED"
    assert_nothing_is_left(drctl.simulation())
    assert changes(drctl.simulation())["rds", "RestoreDBInstanceFromDBSnapshot", "eu-west-1"] == 1
