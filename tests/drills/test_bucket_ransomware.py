"""The packaged bucket-ransomware drill: files come back in the bucket and its replica, or it says why they do not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.drills.rehearsing import Drilled, Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds
from tests.loading.shipped import AMPLY

RUNBOOK, SOURCE, REPLICA = "bucket-ransomware", "amply-storage-prod", "amply-storage-prod-eu-west-1"


def bucket(drilled: Drilled, name: str) -> Any:
    return drilled.simulation.state()["buckets"][f"111111111111/{name}"]


def outputs(drilled: Drilled, step: str) -> Any:
    return drilled.step(step)["evidence"]["outputs"]


def before(first: str, second: str, drilled: Drilled) -> bool:
    ended, begun = drilled.step(first)["ended_at"], drilled.step(second)["started_at"]
    return bool(ended is not None and begun is not None and ended <= begun)


def test_the_files_are_back_in_the_bucket_and_in_its_replica(rehearse: Rehearsal) -> None:
    """What the intruder did had reached the replica. Afterwards both hold the same, and everybody may write again."""
    unharmed = bucket(rehearse("region-failover", scenario="stale-secret"), SOURCE)
    drilled = rehearse(RUNBOOK)
    assert drilled.document["verdict"] == "PASSED", drilled.reasons
    assert drilled.exit_code == 0
    assert drilled.document["findings"] == []
    (store,) = drilled.document["rpo"]["stores"]
    assert (store["store"], store["loss_s"]) == ("storage", 15 * 60)
    assert drilled.document["rto"]["met"] is True

    plan, restored = outputs(drilled, "plan"), outputs(drilled, "restore")
    assert (plan["copy"], plan["undelete"], plan["unchanged"]) == (4, 3, 5)
    assert restored["plan"] == plan["plan"]
    source, replica = bucket(drilled, SOURCE), bucket(drilled, REPLICA)
    assert source["objects"] == replica["objects"] == 12
    assert source["contents"] == replica["contents"] == unharmed["contents"]
    assert source["policy"] is replica["policy"] is None
    assert source["lifecycle"] == {"delete-old-versions": "Enabled"}
    assert [rule["status"] for rule in source["replication"]] == ["Enabled"]

    for first, second in (
        ("contain", "plan"),
        ("suspend-lifecycle", "plan"),
        ("approve-restore", "restore"),
        ("check-objects", "approve-writers"),
        ("resume-replication", "release"),
        ("batch-replicate", "restore-replica"),
        ("check-replica", "activate-lifecycle"),
    ):
        assert before(first, second, drilled), f"{first} before {second}"


@pytest.mark.thorough
def test_an_instant_that_somebody_has_found_out_comes_first_and_cloudfront_can_be_told(rehearse: Rehearsal) -> None:
    """An instant after the attack brings rubbish back, and the plan shows it: there is nothing to copy."""
    found_out = rehearse(RUNBOOK, inputs={"good_until": "2999-01-01T00:00:00Z", "behind_cloudfront": "true"})
    plan = outputs(found_out, "plan")
    assert (plan["copy"], plan["undelete"]) == (0, 0)
    assert found_out.document["verdict"] == "FAILED"
    assert found_out.step("check-objects")["state"] != "succeeded", "three files are still deleted"
    assert found_out.step("release")["state"] == "pending"
    assert found_out.step("forget-cached")["state"] in ("succeeded", "undone")


CAUSES = {
    "bucket-attacked-purged": r"Step plan failed: of 3 objects .* only a delete marker is left: .* deleted too",
    "bucket-attacked-denied": r"Step contain failed: s3:PutBucketPolicy in eu-central-1: AccessDenied",
    "bucket-attacked-meanwhile": r"Step restore failed: what amply-storage-prod has left of .* counted on",
}


@pytest.mark.thorough
@pytest.mark.parametrize("scenario", CAUSES)
def test_the_drill_is_red_and_names_the_cause(rehearse: Rehearsal, scenario: str) -> None:
    """Nobody is left locked out, and no rule off, by a drill that has failed."""
    drilled = rehearse(RUNBOOK, scenario=scenario)
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    reasons = [reason for reason in drilled.document["reasons"] if reason.startswith("Step ")]
    assert re.search(CAUSES[scenario], reasons[0]), reasons
    for name in (SOURCE, REPLICA):
        assert bucket(drilled, name)["policy"] is None
    assert bucket(drilled, SOURCE)["lifecycle"] == {"delete-old-versions": "Enabled"}
    assert [rule["status"] for rule in bucket(drilled, SOURCE)["replication"]] == ["Enabled"]


def test_what_was_brought_back_stays_when_the_replica_cannot_follow(rehearse: Rehearsal) -> None:
    drilled = rehearse(RUNBOOK, scenario="bucket-attacked-batch-role")
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    assert re.search(r"Step batch-replicate failed: .*Could not assume role .*amply-s3-batch", drilled.reasons)
    assert bucket(drilled, SOURCE)["policy"] is bucket(drilled, REPLICA)["policy"] is None
    assert drilled.step("restore")["state"] == "succeeded"
    assert bucket(drilled, SOURCE)["objects"] == 12
    assert bucket(drilled, REPLICA)["objects"] == 9


@pytest.mark.thorough
def test_a_recovery_that_has_locked_itself_out_is_told_so(rehearse: Rehearsal, tmp_path: Path) -> None:
    """The role that is exempt is another one than that of the recovery."""
    theirs = AMPLY.read_text(encoding="utf-8")
    estate = tmp_path / "amply.yaml"
    mistaken = theirs.replace(
        "recovery_role: arn:aws:iam::111111111111:role/drctl-recovery",
        "recovery_role: arn:aws:iam::111111111111:role/amply-ci",
    )
    assert mistaken != theirs
    estate.write_text(mistaken, encoding="utf-8")
    drilled = rehearse(RUNBOOK, estate=str(estate))
    assert drilled.document["verdict"] == "FAILED"
    assert "Step restore failed" in drilled.reasons
    assert "explicit deny of s3:DeleteObject" in drilled.reasons
    assert bucket(drilled, SOURCE)["policy"] is None
