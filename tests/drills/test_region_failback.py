"""The drill that brings the platform back as planned work, and loses nothing."""

from __future__ import annotations

import re

import pytest

from tests.drills.rehearsing import Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

FAILBACK, ESTATE = "region-failback", "amply-failed-over"
ACCOUNT = "111111111111"


def test_the_primary_region_serves_again_and_nothing_is_lost(rehearse: Rehearsal) -> None:
    drilled = rehearse(FAILBACK, estate=ESTATE)
    document = drilled.document
    assert (document["verdict"], drilled.exit_code) == ("PASSED", 0)
    assert document["findings"] == []
    stores = {store["store"]: store["loss_s"] for store in document["rpo"]["stores"]}
    assert stores == {"redis": None, "postgres": 0, "storage": 0, "widgets": 0, "frontend": 0}
    order = ["approve-reconciliation", "approve-window", "maintenance-on", "stop-beat", "tasks-done", "stop-workers"]
    order += ["fence-database", "last-writes", "approve-promotion", "promote-db", "check-db", "deploy-api"]
    order += ["approve-traffic", "switch-dns", "deploy-workers", "start-beat", "check-api", "next-replica"]
    ended = [drilled.step(id)["ended_at"] for id in order]
    assert ended == sorted(ended)
    fenced = drilled.step("fence-database")["ended_at"]
    recovered = next(store["recovery_point"] for store in document["rpo"]["stores"] if store["store"] == "postgres")
    assert recovered > fenced, "everything that was written before the fence had arrived"
    instances = drilled.simulation.state()["rds_instances"]
    assert f"{ACCOUNT}/eu-central-1/amply-prod" in instances, "the old primary is kept"
    assert instances[f"{ACCOUNT}/eu-central-1/amply-prod-returned"]["replica_of"] is None
    assert "amply-prod-returned" in instances[f"{ACCOUNT}/eu-west-1/amply-prod-next-replica"]["replica_of"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ("planned-missing-secret", r"check-secrets failed: there is no secret amply/prod/stripe-api-key"),
        ("planned-late-replica", r"replica-follows failed: .*ReplicaLag to be <= 60.* 600"),
        ("planned-quota-reached", r"returning-replica failed: .* InstanceQuotaExceeded: "),
        ("planned-missing-security-group", r"returning-replica failed: no security group amply-rds in vpc-"),
        ("planned-stale-secret", r"check-db failed: .* does not accept the user or the password"),
        ("planned-slow-dns", r"switch-dns failed: the TTL of api\.amply\.example is over 5m: .* up to 1h"),
    ],
)
def test_what_was_not_as_thought_is_told_in_one_sentence(rehearse: Rehearsal, scenario: str, reason: str) -> None:
    drilled = rehearse(FAILBACK, scenario=scenario, estate=ESTATE)
    assert (drilled.document["verdict"], drilled.exit_code) == ("FAILED", 1)
    (told,) = drilled.document["reasons"]
    assert re.search(reason, told)


@pytest.mark.thorough
def test_errors_that_customers_see_meanwhile_stop_the_work_and_it_is_taken_back(rehearse: Rehearsal) -> None:
    drilled = rehearse(FAILBACK, scenario="planned-errors", estate=ESTATE)
    assert (drilled.document["verdict"], drilled.exit_code) == ("ABORTED", 1)
    (told,) = drilled.document["reasons"]
    assert re.search(r"customers-are-served has aborted the run: waiting for amply-prod-api-5xx .* to be quiet", told)
    assert drilled.step("maintenance-on")["state"] == "pending", "customers have noticed nothing of the work"
    instances = drilled.simulation.state()["rds_instances"]
    assert f"{ACCOUNT}/eu-central-1/amply-prod-returned" not in instances


@pytest.mark.thorough
def test_every_step_that_meets_a_disabled_key_says_so(rehearse: Rehearsal) -> None:
    drilled = rehearse(FAILBACK, scenario="planned-disabled-key", estate=ESTATE)
    assert (drilled.document["verdict"], drilled.exit_code) == ("FAILED", 1)
    told = r"Step (returning-replica|redis) failed: KMS key alias/amply-prod-data is Disabled"
    assert [bool(re.match(told, reason)) for reason in drilled.document["reasons"]] == [True, True]


@pytest.mark.thorough
def test_what_fails_before_the_window_leaves_everything_as_it_was(rehearse: Rehearsal) -> None:
    drilled = rehearse(FAILBACK, scenario="planned-missing-image", estate=ESTATE)
    assert (drilled.document["verdict"], drilled.exit_code) == ("FAILED", 1)
    assert re.search(r"try-release failed: .* never started: .*amply-api:2026\.11\.3: not found", drilled.reasons)
    assert drilled.step("maintenance-on")["state"] == "pending", "customers have noticed nothing"
    assert [one for one in drilled.document["findings"] if one["kind"] == "leftover"] == []
    instances = drilled.simulation.state()["rds_instances"]
    assert f"{ACCOUNT}/eu-central-1/amply-prod-returned" not in instances


@pytest.mark.thorough
def test_what_fails_after_the_promotion_has_everything_else_run_again_where_it_ran(rehearse: Rehearsal) -> None:
    drilled = rehearse(FAILBACK, scenario="planned-denied", estate=ESTATE)
    assert (drilled.document["verdict"], drilled.exit_code) == ("FAILED", 1)
    assert re.search(r"switch-dns failed: .*ChangeResourceRecordSets.*AccessDenied", drilled.reasons)
    left = {one["step"] for one in drilled.document["findings"] if one["kind"] == "leftover"}
    assert left == {"promote-db", "returning-replica"}, "a replica that was promoted stays"
    assert {drilled.step(id)["state"] for id in ("fence-database", "stop-workers", "stop-beat")} == {"undone"}
