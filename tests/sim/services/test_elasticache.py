"""The simulated ElastiCache behaves as the real one does in a recovery."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulated import PRIMARY, RECOVERY, Simulated

GROUP = "amply-prod-redis"
LONG = timedelta(minutes=30)


def create(simulated: Simulated, region: str = RECOVERY, **more: Any) -> Any:
    client = simulated.client("elasticache", region)
    asked = {
        "ReplicationGroupId": GROUP,
        "ReplicationGroupDescription": "sessions and cache",
        "CacheNodeType": "cache.t3.micro",
        "Engine": "redis",
        "NumCacheClusters": 2,
        "AutomaticFailoverEnabled": True,
        **more,
    }
    return client.create_replication_group(**{name: value for name, value in asked.items() if value is not None})[
        "ReplicationGroup"
    ]


def describe(simulated: Simulated, region: str = RECOVERY, group: str = GROUP) -> Any:
    client = simulated.client("elasticache", region)
    return client.describe_replication_groups(ReplicationGroupId=group)["ReplicationGroups"][0]


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_a_new_group_is_creating_without_an_endpoint_and_then_available_with_one(simulated: Simulated) -> None:
    assert create(simulated)["Status"] == "creating"
    assert not describe(simulated).get("NodeGroups")

    simulated.advance(simulated.world.durations["elasticache.create"])

    group = describe(simulated)
    assert group["Status"] == "available"
    endpoint = group["NodeGroups"][0]["PrimaryEndpoint"]
    assert endpoint["Port"] == 6379
    assert RECOVERY in endpoint["Address"]
    assert endpoint["Address"] != group["NodeGroups"][0]["ReaderEndpoint"]["Address"]


@pytest.mark.parametrize(
    ("asked", "nodes"),
    [
        pytest.param({"NumCacheClusters": 3}, [f"{GROUP}-001", f"{GROUP}-002", f"{GROUP}-003"], id="cache clusters"),
        pytest.param(
            {"NumCacheClusters": None, "ReplicasPerNodeGroup": 1}, [f"{GROUP}-001", f"{GROUP}-002"], id="replicas"
        ),
        pytest.param(
            {"NumCacheClusters": None, "NumNodeGroups": 2, "ReplicasPerNodeGroup": 1},
            [f"{GROUP}-0001-001", f"{GROUP}-0001-002", f"{GROUP}-0002-001", f"{GROUP}-0002-002"],
            id="sharded",
        ),
    ],
)
def test_a_group_has_the_nodes_that_were_asked_for(
    simulated: Simulated, asked: dict[str, Any], nodes: list[str]
) -> None:
    create(simulated, **asked)
    simulated.advance(LONG)

    assert describe(simulated)["MemberClusters"] == nodes
    client = simulated.client("elasticache", RECOVERY)
    listed = client.describe_cache_clusters(ShowCacheNodeInfo=True)["CacheClusters"]
    assert [cluster["CacheClusterId"] for cluster in listed] == nodes
    one = client.describe_cache_clusters(CacheClusterId=nodes[0])["CacheClusters"]
    assert [cluster["ReplicationGroupId"] for cluster in one] == [GROUP]


def test_the_same_name_is_refused_while_the_group_is_there(simulated: Simulated) -> None:
    create(simulated)
    with pytest.raises(ClientError) as error:
        create(simulated)
    assert code_of(error) == "ReplicationGroupAlreadyExists"
    # Names are per Region.
    assert create(simulated, PRIMARY)["Status"] == "creating"


def test_what_is_in_another_region_does_not_count(simulated: Simulated) -> None:
    with pytest.raises(ClientError) as error:
        describe(simulated)
    assert code_of(error) == "ReplicationGroupNotFoundFault"
    with pytest.raises(ClientError) as error:
        create(simulated, CacheSubnetGroupName="amply-prod-redis")
    assert code_of(error) == "CacheSubnetGroupNotFoundFault"
    group = simulated.client("ec2", PRIMARY).create_security_group(GroupName="amply-redis", Description="redis")
    with pytest.raises(ClientError) as error:
        create(simulated, SecurityGroupIds=[group["GroupId"]])
    assert code_of(error) == "InvalidParameterValue"


def test_a_group_that_is_not_available_can_be_neither_changed_nor_deleted(simulated: Simulated) -> None:
    create(simulated)
    client = simulated.client("elasticache", RECOVERY)
    with pytest.raises(ClientError) as error:
        client.delete_replication_group(ReplicationGroupId=GROUP)
    assert code_of(error) == "InvalidReplicationGroupState"
    with pytest.raises(ClientError) as error:
        client.modify_replication_group(ReplicationGroupId=GROUP, MultiAZEnabled=True, ApplyImmediately=True)
    assert code_of(error) == "InvalidReplicationGroupState"


def test_a_deleted_group_is_deleting_and_then_gone_with_its_tags(simulated: Simulated) -> None:
    arn = create(simulated, Tags=[{"Key": "drctl:run-id", "Value": "run-1"}])["ARN"]
    simulated.advance(LONG)
    client = simulated.client("elasticache", RECOVERY)
    assert client.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "drctl:run-id", "Value": "run-1"}]

    assert client.delete_replication_group(ReplicationGroupId=GROUP)["ReplicationGroup"]["Status"] == "deleting"
    with pytest.raises(ClientError) as error:
        create(simulated)
    assert code_of(error) == "ReplicationGroupAlreadyExists"

    simulated.advance(simulated.world.durations["elasticache.delete"])
    with pytest.raises(ClientError) as error:
        describe(simulated)
    assert code_of(error) == "ReplicationGroupNotFoundFault"
    with pytest.raises(ClientError) as error:
        client.list_tags_for_resource(ResourceName=arn)
    assert code_of(error) == "ReplicationGroupNotFoundFault"


def test_tags_are_told_only_while_a_group_is_available(simulated: Simulated) -> None:
    arn = create(simulated)["ARN"]
    client = simulated.client("elasticache", RECOVERY)
    with pytest.raises(ClientError) as error:
        client.list_tags_for_resource(ResourceName=arn)
    assert code_of(error) == "InvalidReplicationGroupState"
    simulated.advance(LONG)
    client.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "a", "Value": "b"}])
    assert client.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "a", "Value": "b"}]


def test_a_snapshot_can_be_taken_at_the_end_and_restored(simulated: Simulated) -> None:
    create(simulated)
    simulated.advance(LONG)
    client = simulated.client("elasticache", RECOVERY)
    client.delete_replication_group(ReplicationGroupId=GROUP, FinalSnapshotIdentifier="last")
    simulated.advance(LONG)
    assert create(simulated, SnapshotName="last")["Status"] == "creating"
    with pytest.raises(ClientError) as error:
        create(simulated, ReplicationGroupId="other", SnapshotName="none")
    assert code_of(error) == "SnapshotNotFoundFault"


def test_what_is_changed_later_waits_and_what_is_wanted_at_once_does_not(simulated: Simulated) -> None:
    create(simulated)
    simulated.advance(LONG)
    client = simulated.client("elasticache", RECOVERY)
    client.modify_replication_group(ReplicationGroupId=GROUP, CacheNodeType="cache.t3.small")
    simulated.advance(LONG)
    assert describe(simulated)["CacheNodeType"] == "cache.t3.micro"
    client.modify_replication_group(ReplicationGroupId=GROUP, ApplyImmediately=True)
    simulated.advance(LONG)
    assert describe(simulated)["CacheNodeType"] == "cache.t3.small"


def test_a_replica_is_promoted_by_hand_only_without_automatic_failover(simulated: Simulated) -> None:
    create(simulated)
    simulated.advance(LONG)
    client = simulated.client("elasticache", RECOVERY)
    wanted = {"ReplicationGroupId": GROUP, "ApplyImmediately": True}
    with pytest.raises(ClientError) as error:
        client.modify_replication_group(**wanted, PrimaryClusterId=f"{GROUP}-002")
    assert code_of(error) == "InvalidParameterCombination"

    client.modify_replication_group(**wanted, AutomaticFailoverEnabled=False, MultiAZEnabled=False)
    assert describe(simulated)["Status"] == "modifying"
    simulated.advance(LONG)
    client.modify_replication_group(**wanted, PrimaryClusterId=f"{GROUP}-002")
    simulated.advance(LONG)

    members = describe(simulated)["NodeGroups"][0]["NodeGroupMembers"]
    assert {m["CacheClusterId"]: m["CurrentRole"] for m in members} == {
        f"{GROUP}-001": "replica",
        f"{GROUP}-002": "primary",
    }


def make_global(simulated: Simulated) -> str:
    create(simulated, PRIMARY)
    simulated.advance(LONG)
    home = simulated.client("elasticache", PRIMARY)
    made = home.create_global_replication_group(GlobalReplicationGroupIdSuffix="amply", PrimaryReplicationGroupId=GROUP)
    name = str(made["GlobalReplicationGroup"]["GlobalReplicationGroupId"])
    simulated.advance(LONG)
    create(simulated, RECOVERY, GlobalReplicationGroupId=name, CacheNodeType=None, Engine=None)
    return name


def datastore(simulated: Simulated, name: str) -> Any:
    client = simulated.client("elasticache", RECOVERY)
    found = client.describe_global_replication_groups(GlobalReplicationGroupId=name, ShowMemberInfo=True)
    return found["GlobalReplicationGroups"][0]


def roles(simulated: Simulated, name: str) -> dict[str, str]:
    return {m["ReplicationGroupRegion"]: m["Role"] for m in datastore(simulated, name)["Members"]}


def test_a_global_failover_swaps_the_roles_even_when_the_old_primarys_region_is_lost(simulated: Simulated) -> None:
    name = make_global(simulated)
    simulated.advance(LONG)
    assert datastore(simulated, name)["Status"] == "available"
    assert roles(simulated, name) == {PRIMARY: "PRIMARY", RECOVERY: "SECONDARY"}
    simulated.world.lost_regions.add(PRIMARY)

    asked = {"PrimaryRegion": RECOVERY, "PrimaryReplicationGroupId": GROUP}
    client = simulated.client("elasticache", RECOVERY)
    client.failover_global_replication_group(GlobalReplicationGroupId=name, **asked)
    assert datastore(simulated, name)["Status"] == "modifying"
    assert roles(simulated, name) == {PRIMARY: "PRIMARY", RECOVERY: "SECONDARY"}

    simulated.advance(simulated.world.durations["elasticache.failover"])
    assert datastore(simulated, name)["Status"] == "available"
    assert roles(simulated, name) == {PRIMARY: "SECONDARY", RECOVERY: "PRIMARY"}
    assert describe(simulated)["GlobalReplicationGroupInfo"]["GlobalReplicationGroupMemberRole"] == "PRIMARY"
    with pytest.raises(ClientError) as error:
        client.failover_global_replication_group(GlobalReplicationGroupId=name, **asked)
    assert code_of(error) == "InvalidParameterValue"


def test_a_datastore_without_a_secondary_cannot_fail_over(simulated: Simulated) -> None:
    create(simulated)
    simulated.advance(LONG)
    client = simulated.client("elasticache", RECOVERY)
    name = client.create_global_replication_group(
        GlobalReplicationGroupIdSuffix="amply", PrimaryReplicationGroupId=GROUP
    )["GlobalReplicationGroup"]["GlobalReplicationGroupId"]
    simulated.advance(LONG)
    assert datastore(simulated, name)["Status"] == "primary-only"
    with pytest.raises(ClientError) as error:
        client.failover_global_replication_group(
            GlobalReplicationGroupId=name, PrimaryRegion=RECOVERY, PrimaryReplicationGroupId=GROUP
        )
    assert code_of(error) == "InvalidGlobalReplicationGroupState"
    with pytest.raises(ClientError) as error:
        datastore(simulated, "ldgnf-other")
    assert code_of(error) == "GlobalReplicationGroupNotFoundFault"


def test_a_disassociated_secondary_goes_on_alone_as_a_primary(simulated: Simulated) -> None:
    name = make_global(simulated)
    simulated.advance(LONG)
    client = simulated.client("elasticache", RECOVERY)
    with pytest.raises(ClientError) as error:
        client.delete_replication_group(ReplicationGroupId=GROUP)
    assert code_of(error) == "InvalidReplicationGroupState"

    client.disassociate_global_replication_group(
        GlobalReplicationGroupId=name, ReplicationGroupId=GROUP, ReplicationGroupRegion=RECOVERY
    )
    assert [m["Status"] for m in datastore(simulated, name)["Members"]] == ["associated", "disassociating"]
    simulated.advance(LONG)

    assert datastore(simulated, name)["Status"] == "primary-only"
    assert not describe(simulated).get("GlobalReplicationGroupInfo", {}).get("GlobalReplicationGroupId")
    client.delete_replication_group(ReplicationGroupId=GROUP)


def test_without_any_lag_a_group_is_there_at_once(simulated: Simulated) -> None:
    simulated.world.durations = dict.fromkeys(simulated.world.durations, timedelta(0))
    create(simulated)
    assert describe(simulated)["Status"] == "available"
    simulated.client("elasticache", RECOVERY).delete_replication_group(ReplicationGroupId=GROUP)
    assert simulated.client("elasticache", RECOVERY).describe_replication_groups()["ReplicationGroups"] == []
