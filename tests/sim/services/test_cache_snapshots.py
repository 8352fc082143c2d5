"""The simulated ElastiCache keeps snapshots as the real one does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from tests.sim.services.test_elasticache import GROUP, code_of, create, describe
from tests.simulated import RECOVERY, Simulated

LONG = timedelta(minutes=30)


def test_a_snapshot_tells_when_its_data_was_captured_once_it_has_been(simulated: Simulated) -> None:
    create(simulated)
    simulated.advance(LONG)
    client, began = simulated.client("elasticache", RECOVERY), simulated.now()
    assert (
        client.create_snapshot(ReplicationGroupId=GROUP, SnapshotName="s")["Snapshot"]["SnapshotStatus"] == "creating"
    )
    assert describe(simulated)["Status"] == "snapshotting"
    simulated.advance(LONG)
    (told,) = client.describe_snapshots(SnapshotName="s")["Snapshots"]
    assert told["SnapshotStatus"] == "available"
    assert [node["SnapshotCreateTime"] for node in told["NodeSnapshots"]] == [began]
    assert describe(simulated)["Status"] == "available"


def test_a_snapshot_outlives_its_group_and_its_name_is_taken(simulated: Simulated) -> None:
    create(simulated)
    simulated.advance(LONG)
    client = simulated.client("elasticache", RECOVERY)
    client.delete_replication_group(ReplicationGroupId=GROUP, FinalSnapshotIdentifier="last")
    simulated.advance(LONG)
    create(simulated)
    simulated.advance(LONG)
    with pytest.raises(ClientError) as refused:
        client.create_snapshot(ReplicationGroupId=GROUP, SnapshotName="last")
    assert code_of(refused) == "SnapshotAlreadyExistsFault"
    client.delete_snapshot(SnapshotName="last")
    assert client.describe_snapshots()["Snapshots"] == []


def test_a_group_cannot_be_made_of_what_is_not_there_yet(simulated: Simulated) -> None:
    create(simulated)
    simulated.advance(LONG)
    simulated.client("elasticache", RECOVERY).create_snapshot(ReplicationGroupId=GROUP, SnapshotName="s")
    for source in ({"SnapshotName": "s"}, {"SnapshotArns": ["arn:aws:s3:::nowhere/a.rdb"]}):
        with pytest.raises(ClientError) as refused:
            create(simulated, ReplicationGroupId="other", **source)
        assert code_of(refused) == "InvalidParameterValue"
