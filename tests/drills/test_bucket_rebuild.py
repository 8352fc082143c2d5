"""The packaged bucket-rebuild drill: the bucket is there again, filled from its replica, or it says why it is not."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.drills.rehearsing import Drilled, Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

RUNBOOK, SOURCE, REPLICA = "bucket-rebuild", "amply-storage-prod", "amply-storage-prod-eu-west-1"


def bucket(drilled: Drilled, name: str) -> Any:
    return drilled.simulation.state()["buckets"].get(f"111111111111/{name}")


def test_the_bucket_holds_what_its_replica_holds_and_replicates_as_before(rehearse: Rehearsal) -> None:
    drilled = rehearse(RUNBOOK)
    assert (drilled.exit_code, drilled.document["verdict"]) == (0, "PASSED"), drilled.reasons
    assert drilled.document["findings"] == []
    (store,) = drilled.document["rpo"]["stores"]
    assert (store["store"], store["loss_s"]) == ("storage", 15 * 60)
    made, replica = bucket(drilled, SOURCE), bucket(drilled, REPLICA)
    assert made["objects"] == 12
    assert made["contents"] == replica["contents"]
    assert (made["region"], made["versioning"], made["policy"]) == ("eu-central-1", "Enabled", None)
    assert [rule["status"] for rule in made["replication"]] == ["Enabled"]
    assert [rule["status"] for rule in replica["replication"]] == ["Disabled"]
    times = {step["id"]: (step["started_at"], step["ended_at"]) for step in drilled.document["steps"]}
    for first, second in (("contain", "fill"), ("check-objects", "approve-writers"), ("approve-writers", "release")):
        assert times[first][1] <= times[second][0], f"{first} before {second}"


CAUSES = {
    "bucket-deleted-name-taken": r"Step recreate failed: another account has the name amply-storage-prod by now",
    "bucket-deleted-batch-role": r"Step fill failed: .*Could not assume role .*amply-s3-batch",
}


@pytest.mark.thorough
@pytest.mark.parametrize("scenario", CAUSES)
def test_the_drill_is_red_and_names_the_cause(rehearse: Rehearsal, scenario: str) -> None:
    """What it had made is taken away again, and the replica is as it was."""
    drilled = rehearse(RUNBOOK, scenario=scenario)
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    assert re.search(CAUSES[scenario], drilled.reasons)
    assert bucket(drilled, SOURCE) is None
    assert bucket(drilled, REPLICA)["replication"] == []
    assert bucket(drilled, REPLICA)["objects"] == 12
