"""The loss of a store in one plain sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from drctl.model.loss_in_words import loss_in_words
from drctl.model.timing import Mark, store_loss

ONSET = datetime(2026, 1, 14, 3, 42, tzinfo=UTC)
BEHIND = ONSET - timedelta(minutes=6, seconds=40)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        pytest.param(
            store_loss("storage", BEHIND, "beacon object", ONSET, precision=MINUTE),
            "storage: objects of the last 6m40s before the onset are missing, or up to 1m less",
            id="a beacon, with its period",
        ),
        pytest.param(
            store_loss("storage", ONSET - timedelta(seconds=20), "beacon object", ONSET, precision=MINUTE),
            "storage: objects of the last 20s before the onset are missing, or up to 20s less",
            id="within a period: perhaps none",
        ),
        pytest.param(
            store_loss("postgres", BEHIND, "RDS SnapshotDatabaseTime", ONSET),
            "postgres: writes of the last 6m40s before the onset are missing",
            id="another method, which is exact",
        ),
        pytest.param(
            store_loss("jobs", ONSET - timedelta(milliseconds=250), "beacon message", ONSET),
            "jobs: messages of the last 250 ms before the onset are missing",
            id="less than a second is not nothing",
        ),
        pytest.param(
            store_loss("postgres", ONSET + MINUTE, "beacon row", ONSET, precision=MINUTE),
            "postgres: nothing that was written before the onset is missing",
            id="newer than the onset",
        ),
        pytest.param(
            store_loss("postgres", None, "", ONSET),
            "postgres: nobody read a recovery point of it, so what is missing is not known",
            id="unread is not zero",
        ),
        pytest.param(
            store_loss("postgres", BEHIND, "beacon row", None),
            "postgres: it goes up to 2026-01-14T03:35:20Z, and the onset is not known",
            id="no onset",
        ),
        pytest.param(
            store_loss("redis", None, "", ONSET, ephemeral=True),
            "redis: it holds nothing that cannot be rebuilt, and nobody read a recovery point of it",
            id="ephemeral",
        ),
    ],
)
def test_one_sentence_says_what_is_missing(loss: object, says: str) -> None:
    assert loss_in_words(loss, Mark.ONSET) == says  # type: ignore[arg-type]


def test_the_sentence_names_what_it_is_counted_against() -> None:
    loss = store_loss("storage", BEHIND, "beacon object", ONSET)
    assert "before the declaration" in loss_in_words(loss, Mark.DECLARED)
