"""RDS as frozen types: above all, how old a snapshot's data is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from drctl.aws.rds import DEAD_ENDS, DELETING, SETTLING, USABLE, recovery_point_of

TAKEN = datetime(2026, 11, 23, 3, tzinfo=UTC)
DATABASE = datetime(2026, 11, 23, 2, 59, 30, tzinfo=UTC)
COPIED = datetime(2026, 11, 23, 9, tzinfo=UTC)
COPY_OF = "arn:aws:rds:eu-central-1:111111111111:snapshot:amply-prod-1"


@pytest.mark.parametrize(
    ("raw", "at", "method"),
    [
        pytest.param(
            {
                "SnapshotDatabaseTime": DATABASE,
                "OriginalSnapshotCreateTime": TAKEN,
                "SnapshotCreateTime": COPIED,
                "SourceDBSnapshotIdentifier": COPY_OF,
            },
            DATABASE,
            "RDS SnapshotDatabaseTime",
            id="a copy that knows its newest transaction",
        ),
        pytest.param(
            {
                "OriginalSnapshotCreateTime": TAKEN,
                "SnapshotCreateTime": COPIED,
                "SourceDBSnapshotIdentifier": COPY_OF,
            },
            TAKEN,
            "RDS OriginalSnapshotCreateTime",
            id="a copy that knows its original",
        ),
        pytest.param({"SnapshotCreateTime": TAKEN}, TAKEN, "RDS SnapshotCreateTime", id="no copy"),
    ],
)
def test_a_snapshot_is_as_new_as_its_data(raw: dict[str, Any], at: datetime, method: str) -> None:
    """Never as new as its copy."""
    point = recovery_point_of(raw)
    assert point is not None
    assert (point.at, point.method) == (at, method)


def test_a_copy_that_knows_only_when_it_was_copied_has_no_recovery_point() -> None:
    """Unknown is unknown, never a guess that flatters."""
    assert recovery_point_of({"SnapshotCreateTime": COPIED, "SourceDBSnapshotIdentifier": COPY_OF}) is None


def test_no_status_means_two_things() -> None:
    """A status decides; so it is in one set."""
    sets = (USABLE, SETTLING, DELETING, DEAD_ENDS)
    assert sum(len(each) for each in sets) == len(frozenset().union(*sets))
