"""The drill that promotes the read replica: what it reaches, and what it says when something was not as thought."""

from __future__ import annotations

import re

import pytest

from tests.drills.rehearsing import Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

WARM = "region-failover-warm"
REPLICA = "111111111111/eu-west-1/amply-prod-replica"


def test_the_replica_is_promoted_and_seconds_are_lost(rehearse: Rehearsal) -> None:
    drilled = rehearse(WARM)
    document = drilled.document
    assert (document["verdict"], drilled.exit_code) == ("PASSED", 0)
    stores = {store["store"]: store["loss_s"] for store in document["rpo"]["stores"]}
    assert 0 < stores.pop("postgres") < 60
    assert stores == {"redis": None, "storage": 0, "widgets": 0, "frontend": 0}
    assert document["rto"]["met"]
    assert {finding["severity"] for finding in document["findings"]} == {"info"}
    noted = {finding["step"] for finding in document["findings"]}
    assert noted == {"fence-primary", "stop-old-workers", "stop-old-beat"}, "what needs the lost Region"
    order = ["approve-promotion", "promote-db", "check-db", "deploy-api", "approve-traffic", "switch-dns", "check-dns"]
    order += ["deploy-workers", "start-beat", "check-api", "protect-db"]
    ended = [drilled.step(id)["ended_at"] for id in order]
    assert ended == sorted(ended)
    state = drilled.simulation.state()
    assert state["rds_instances"][REPLICA]["multi_az"] is True
    web = state["overlays"]["web"]
    begun, ended = (told["text"] for told in web["hooks.slack.example"])
    assert "has begun" in begun
    assert "eu-west-1 serves customers" in ended
    (incident,) = web["events.pagerduty.com"].values()
    assert incident["status"] == "resolved"
    assert set(web["api.github.com"]["amply/platform"]["workflows"].values()) == {"active"}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ("late-replica", r"RPO missed: postgres lost the last 2h before the onset"),
        ("stale-secret", r"check-db failed: .* does not accept the user or the password"),
        ("missing-secret", r"check-secrets failed: there is no secret amply/prod/stripe-api-key in eu-west-1"),
        ("missing-security-group", r"normalise-db failed: no security group amply-rds"),
        ("disabled-key", r"redis failed: KMS key alias/amply-prod-data is Disabled"),
        ("node-quota-reached", r"redis failed: .* would exceed the allowed number of cache nodes"),
        ("unmigrated-schema", r"check-schema failed: .* exit code 1"),
        ("denied", r"switch-dns failed: .*ChangeResourceRecordSets.*AccessDenied"),
        ("slow-dns", r"switch-dns failed: the TTL of api\.amply\.example is over 5m: .* up to 1h"),
        ("mail-sandbox", r"check-mail failed: SES in eu-west-1 is in the sandbox"),
    ],
)
def test_what_was_not_as_thought_is_told_in_one_sentence(rehearse: Rehearsal, scenario: str, reason: str) -> None:
    drilled = rehearse(WARM, scenario=scenario)
    assert (drilled.document["verdict"], drilled.exit_code) == ("FAILED", 1)
    (told,) = drilled.document["reasons"]
    assert re.search(reason, told)


@pytest.mark.thorough
def test_what_is_missing_is_known_before_there_is_no_way_back(rehearse: Rehearsal) -> None:
    drilled = rehearse(WARM, scenario="missing-image")
    assert (drilled.document["verdict"], drilled.exit_code) == ("FAILED", 1)
    (told,) = drilled.document["reasons"]
    assert re.search(r"try-release failed: .* never started: .*amply-api:2026\.11\.3: not found", told)
    assert drilled.step("promote-db")["state"] == "pending"
    left = [finding for finding in drilled.document["findings"] if finding["kind"] == "leftover"]
    assert left == [], "everything that was changed until then is taken back"
    state = drilled.simulation.state()
    assert state["rds_instances"][REPLICA]["replica_of"]
    assert "has failed" in state["overlays"]["web"]["hooks.slack.example"][-1]["text"]
