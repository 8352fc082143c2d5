"""Traffic alone is moved: by each means to where everything runs, and by none to where it does not."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.drills.rehearsing import Drilled, Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

PAIR = "both-serve-failover-pair"
STEPS = {"records": "switch-records", "health-check": "fail-primary", "standby-object": "standby-takes-over"}


def changes(drilled: Drilled) -> Counter[str]:
    """What was changed in the simulated AWS, and how often."""
    return Counter(call["operation"] for call in drilled.simulation.calls() if call["outcome"] in ("ok", "lost"))


@pytest.mark.parametrize(
    ("scenario", "means", "operation"),
    [
        ("both-serve", "records", "ChangeResourceRecordSets"),
        (PAIR, "health-check", "UpdateHealthCheck"),
        (PAIR, "standby-object", "PutObject"),
    ],
)
def test_customers_are_served_by_the_other_region_after_one_change(
    rehearse: Rehearsal, scenario: str, means: str, operation: str
) -> None:
    drilled = rehearse("dns-switch", scenario=scenario, inputs={"means": means})
    document = drilled.document
    assert (document["verdict"], document["findings"]) == ("PASSED", [])
    assert document["rto"]["actual_s"] < 30 * 60
    assert changes(drilled) == {operation: 1}
    assert {id: drilled.step(id)["state"] for id in STEPS.values()} == {
        id: "succeeded" if name == means else "skipped" for name, id in STEPS.items()
    }


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("scenario", "means", "told"),
    [
        ("both-serve-slow-dns", "records", r"switch-records failed: .*api\.amply\.example.* 1h"),
        ("both-serve-ipv6", "records", r"switch-records failed: .*api\.amply\.example.*AAAA"),
        (
            "both-serve-denied",
            "records",
            r"switch-records failed: route53:ChangeResourceRecordSets.*(denied|[Nn]ot auth)",
        ),
        (
            "both-serve-unhealthy",
            "records",
            r"check-targets failed: .*2 targets of amply-api to be healthy; 0 are, 2 unhealthy",
        ),
        ("region-down", "records", r"check-targets .*targets of amply-api"),
        ("both-serve", "health-check", r"check-dns .*api\.amply\.example"),
    ],
)
def test_what_forbids_or_prevents_the_switch_is_told_and_the_name_is_as_it_was(
    rehearse: Rehearsal, scenario: str, means: str, told: str
) -> None:
    drilled = rehearse("dns-switch", scenario=scenario, inputs={"means": means})
    assert (drilled.exit_code, drilled.document["verdict"]) == (1, "FAILED")
    assert [reason for reason in drilled.document["reasons"] if re.search(told, reason)], drilled.reasons
    assert drilled.step("check-api")["state"] == "pending"
    assert changes(drilled)["UpdateHealthCheck"] in (0, 2), "what was changed is changed back"
    assert changes(drilled)["ChangeResourceRecordSets"] == 0
