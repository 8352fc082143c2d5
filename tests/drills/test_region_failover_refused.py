"""What goes wrong in a Region failover turns its drill red, and one sentence names the cause."""

from __future__ import annotations

import re

import pytest

from tests.drills.rehearsing import Rehearsal
from tests.drills.rehearsing import rehearse as rehearse
from tests.drills.rehearsing import worlds as worlds

CAUSES = {
    "stale-backups": r"RPO missed: postgres lost the last 3h",
    "slow-restore": r"RTO missed: the recovery took 4h",
    "bad-image": r"Step deploy-api failed: .*amply-api:2026\.11\.3 exited with code 1",
    "missing-image": r"Step deploy-api failed: .*amply-api:2026\.11\.3: not found",
    "missing-secret": r"Step deploy-api failed: .*stripe-api-key",
    "stale-secret": r"Step check-data failed: .*password",
    "disabled-key": r"Step newest-recovery-point failed: .*key .* is Disabled",
    "missing-security-group": r"Step restore-db failed: .*security group amply-rds",
    "quota-reached": r"Step restore-db failed: .*InstanceQuotaExceeded",
    "denied": r"Step switch-dns failed: .*route53:ChangeResourceRecordSets.*AccessDenied",
    "slow-dns": r"Step switch-dns failed: .*1h",
}


@pytest.mark.parametrize("scenario", CAUSES)
def test_what_is_wrong_is_named_in_one_sentence(scenario: str, rehearse: Rehearsal) -> None:
    drilled = rehearse("region-failover", scenario=scenario)
    assert drilled.exit_code == 1
    assert drilled.document["verdict"] == "FAILED"
    told = [reason for reason in drilled.document["reasons"] if re.search(CAUSES[scenario], reason)]
    assert len(told) == 1, drilled.reasons
