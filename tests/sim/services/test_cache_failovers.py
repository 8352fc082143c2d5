"""The simulated ElastiCache fails over, and tells of it, as the real one does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sim.services.test_elasticache import GROUP, code_of, create, describe
from tests.simulated import RECOVERY, Simulated

LONG = timedelta(minutes=30)


def fail_over(simulated: Simulated, node_group: str = "0001") -> None:
    simulated.client("elasticache", RECOVERY).test_failover(ReplicationGroupId=GROUP, NodeGroupId=node_group)


def roles(simulated: Simulated) -> list[str]:
    return [member["CurrentRole"] for member in describe(simulated)["NodeGroups"][0]["NodeGroupMembers"]]


def events(simulated: Simulated, **asked: Any) -> list[tuple[str, str]]:
    told = simulated.client("elasticache", RECOVERY).describe_events(**asked)["Events"]
    return [(event["SourceIdentifier"], event["Message"]) for event in reversed(told)]


def test_a_replica_takes_over_and_the_old_primary_is_replaced(simulated: Simulated) -> None:
    create(simulated)
    simulated.advance(LONG)
    fail_over(simulated)
    assert (describe(simulated)["Status"], roles(simulated)) == ("modifying", ["primary", "replica"])
    simulated.advance(simulated.world.durations["elasticache.failover"])
    assert (describe(simulated)["Status"], roles(simulated)) == ("modifying", ["replica", "primary"])
    simulated.advance(simulated.world.durations["elasticache.recover"])
    assert (describe(simulated)["Status"], roles(simulated)) == ("available", ["replica", "primary"])


def test_a_failover_is_told_in_order_by_the_group_and_by_its_nodes(simulated: Simulated) -> None:
    create(simulated)
    simulated.advance(LONG)
    fail_over(simulated)
    simulated.advance(LONG)
    swapped = f"Failover from primary node {GROUP}-001 to replica node {GROUP}-002 completed"
    assert events(simulated) == [
        (GROUP, "Test Failover API called for node group 0001"),
        (f"{GROUP}-002", swapped),
        (GROUP, swapped),
        (f"{GROUP}-001", f"Recovering cache nodes {GROUP}-001"),
        (f"{GROUP}-001", f"Finished recovery for cache nodes {GROUP}-001"),
    ]
    assert len(events(simulated, SourceIdentifier=GROUP, SourceType="replication-group")) == 2
    assert events(simulated, Duration=5) == []
    with pytest.raises(ClientError, match="without SourceType"):
        events(simulated, SourceIdentifier=GROUP)


@pytest.mark.parametrize(
    ("settings", "node_group", "code"),
    [
        ({"AutomaticFailoverEnabled": False}, "0001", "InvalidParameterCombination"),
        ({}, "0002", "NodeGroupNotFoundFault"),
    ],
)
def test_what_cannot_fail_over_does_not(simulated: Simulated, settings: Any, node_group: str, code: str) -> None:
    create(simulated, **settings)
    simulated.advance(LONG)
    with pytest.raises(ClientError) as refused:
        fail_over(simulated, node_group)
    assert code_of(refused) == code
    assert roles(simulated) == ["primary", "replica"]


def test_only_so_many_failovers_are_tested_in_a_day(simulated: Simulated) -> None:
    create(simulated)
    simulated.advance(LONG)
    for _ in range(15):
        fail_over(simulated)
        simulated.advance(LONG)
    with pytest.raises(ClientError) as refused:
        fail_over(simulated)
    assert code_of(refused) == "APICallRateForCustomerExceeded"
    simulated.advance(timedelta(days=1))
    fail_over(simulated)
