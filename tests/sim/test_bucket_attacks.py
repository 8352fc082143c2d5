"""What a scenario has done to buckets looks as an intruder leaves it, in the replica as well."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from drctl.model.attack import Attacked, AttackedBucket
from drctl.sim.bucket_attacks import attack
from tests.actions.cases.s3_batch_replicate import REPLICA, SOURCE, plant
from tests.simulated import PRIMARY, RECOVERY, Simulated

QUARTER = timedelta(minutes=15)


@pytest.fixture
def world(simulated: Simulated) -> Simulated:
    """A bucket that has replicated three objects an hour ago."""
    plant(simulated)
    s3 = simulated.client("s3", PRIMARY)
    for key in "abc":
        s3.put_object(Bucket=SOURCE, Key=key, Body=b"good")
    simulated.advance(timedelta(hours=1))
    return simulated


def strike(world: Simulated, **one: Any) -> None:
    attack(world.world, Attacked(buckets={SOURCE: AttackedBucket(**one)}))


def listed(world: Simulated, bucket: str, region: str) -> dict[str, list[str]]:
    """By key, what its versions are, newest first."""
    answer = world.client("s3", region).list_object_versions(Bucket=bucket)
    told: dict[str, list[tuple[Any, bool, str]]] = {}
    for kind in ("Versions", "DeleteMarkers"):
        for one in answer.get(kind, ()):
            what = "marker" if kind == "DeleteMarkers" else "good" if one["Size"] == 4 else "rubbish"
            told.setdefault(one["Key"], []).append((one["LastModified"], one["IsLatest"], what))
    return {
        key: [what for *_, what in sorted(versions, reverse=True)] for key, versions in told.items() if key in "abc"
    }


def test_what_was_overwritten_and_deleted_has_reached_the_replica_and_older_versions_stay(world: Simulated) -> None:
    strike(world, overwritten=1, deleted=1, before_onset=QUARTER)
    expected = {"a": ["rubbish", "good"], "b": ["marker", "good"], "c": ["good"]}
    assert listed(world, SOURCE, PRIMARY) == expected
    assert listed(world, REPLICA, RECOVERY) == expected
    head = world.client("s3", PRIMARY).head_object(Bucket=SOURCE, Key="a")
    assert world.world.now() - head["LastModified"] >= QUARTER
    assert head["ReplicationStatus"] == "COMPLETED"


def test_what_happens_at_the_onset_spreads_as_everything_does(world: Simulated) -> None:
    strike(world, overwritten=1)
    assert listed(world, REPLICA, RECOVERY)["a"] == ["good"]
    world.advance(timedelta(minutes=10))
    assert listed(world, REPLICA, RECOVERY)["a"] == ["rubbish", "good"]


def test_versions_that_are_purged_are_gone_in_their_time_and_the_replica_keeps_its_own(world: Simulated) -> None:
    strike(world, overwritten=1, deleted=1, purged=1, purged_after=QUARTER)
    assert listed(world, SOURCE, PRIMARY)["b"] == ["marker", "good"]
    world.advance(QUARTER)
    assert listed(world, SOURCE, PRIMARY) == {"a": ["rubbish", "good"], "b": ["marker"], "c": ["good"]}
    assert listed(world, REPLICA, RECOVERY)["b"] == ["marker", "good"]


def test_a_bucket_that_is_deleted_is_gone_with_its_rules_and_its_name_is_not_free_at_once(world: Simulated) -> None:
    attack(world.world, Attacked(deleted_buckets=(SOURCE,)))
    s3 = world.client("s3", PRIMARY)
    with pytest.raises(ClientError, match="404"):
        s3.head_bucket(Bucket=SOURCE)
    location: dict[str, Any] = {"LocationConstraint": PRIMARY}
    with pytest.raises(ClientError, match="OperationAborted"):
        s3.create_bucket(Bucket=SOURCE, CreateBucketConfiguration=location)
    assert "a" in listed(world, REPLICA, RECOVERY)
    world.advance(timedelta(hours=1))
    s3.create_bucket(Bucket=SOURCE, CreateBucketConfiguration=location)
    with pytest.raises(ClientError, match="ReplicationConfigurationNotFound"):
        s3.get_bucket_replication(Bucket=SOURCE)
