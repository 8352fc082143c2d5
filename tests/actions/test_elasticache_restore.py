"""elasticache.restore on the simulated AWS: from what, and how old it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.model.decision import Done
from drctl.model.values import Json
from tests.actions.cases.elasticache_failover import PARAMS, plant
from tests.actions.cases.elasticache_restore import NEWEST, SOURCE, plant_snapshots
from tests.actions.driving import Driver, Outcome
from tests.actions.laws import Case, Live
from tests.simulated import RECOVERY, START, Simulated

SEED = "arn:aws:s3:::amply-seeds/sessions-0001.rdb"


def restore(
    simulated: Simulated, source: dict[str, Json], planted: Callable[[Simulated], None] = plant_snapshots
) -> tuple[Driver, Outcome]:
    planted(simulated)
    case = Case(kind="elasticache.restore", params={**PARAMS, **source}, live=Live(plant=planted))
    driver = Driver(case, simulated)
    return driver, driver.converge()


@pytest.mark.parametrize(
    ("source", "name", "hours"), [({"newest_of": SOURCE}, "2", 2), ({"snapshot": f"{SOURCE}-1"}, "1", 1)]
)
def test_the_recovery_point_is_when_the_data_was_captured(
    simulated: Simulated, source: dict[str, Json], name: str, hours: int
) -> None:
    """Neither when the snapshot was listed, nor when the group was made; also without a journal."""
    driver, outcome = restore(simulated, source)
    driver.forget()
    for found in (outcome, driver.converge()):
        assert isinstance(found.decision, Done)
        assert found.evidence is not None
        assert found.evidence.outputs["source"] == f"{SOURCE}-{name}"
        assert found.evidence.recovery_point is not None
        assert found.evidence.recovery_point.at == START + timedelta(hours=hours)


def plant_seed(simulated: Simulated) -> None:
    plant(simulated)
    s3 = simulated.client("s3", RECOVERY)
    s3.create_bucket(Bucket="amply-seeds", CreateBucketConfiguration={"LocationConstraint": RECOVERY})
    s3.put_object(Bucket="amply-seeds", Key="sessions-0001.rdb", Body=b"REDIS0011")


def test_a_seed_has_the_recovery_point_that_was_said_of_it(simulated: Simulated) -> None:
    """The time of the file is that of its upload: later than its data, and so no recovery point."""
    _, outcome = restore(simulated, {"seed": SEED, "seed_taken_at": "2026-11-23T01:00:00Z"}, plant_seed)
    (call,) = simulated.calls("elasticache", "CreateReplicationGroup")
    assert call.params["SnapshotArns"] == [SEED]
    assert outcome.evidence is not None
    assert outcome.evidence.recovery_point is not None
    assert outcome.evidence.recovery_point.at == datetime(2026, 11, 23, 1, tzinfo=UTC)


def test_what_nobody_knows_the_age_of_has_no_recovery_point(simulated: Simulated) -> None:
    """A verdict must not stand on a guess."""
    _, outcome = restore(simulated, {"seed": SEED}, plant_seed)
    assert outcome.evidence is not None
    assert outcome.evidence.recovery_point is None


@pytest.mark.parametrize(
    "source",
    [
        {},
        {"newest_of": SOURCE, "empty": True},
        {"snapshot": "a", "seed": SEED},
        {"empty": True, "seed_taken_at": "2026-11-23T01:00:00Z"},
        {"seed": "s3://amply-seeds/sessions.rdb"},
    ],
)
def test_data_of_no_source_or_of_two_is_a_mistake_in_the_runbook(source: dict[str, Json]) -> None:
    """Before any call."""
    assert ActionCatalogue().check("elasticache.restore", {**PARAMS, **source})
    assert ActionCatalogue().check("elasticache.restore", NEWEST) == ()
