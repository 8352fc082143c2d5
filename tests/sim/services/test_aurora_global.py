"""Aurora global databases: the writer moves in its own time, and what AWS would refuse is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.actions.aurora_planting import CLUSTER, GLOBAL, plant_global_database, writers
from tests.simulated import PRIMARY, RECOVERY, Simulated

MINUTE = timedelta(minutes=1)
HERE, THERE = [(PRIMARY, True), (RECOVERY, False)], [(PRIMARY, False), (RECOVERY, True)]


@pytest.fixture
def rds(simulated: Simulated) -> Any:
    """The recovery Region's, with the writer of a global database in the primary Region."""
    plant_global_database(simulated)
    return simulated.client("rds", RECOVERY)


def whole(rds: Any) -> Any:
    return rds.describe_global_clusters(GlobalClusterIdentifier=GLOBAL)["GlobalClusters"][0]


def target(rds: Any, region: str = RECOVERY) -> dict[str, str]:
    members = {one["DBClusterArn"].split(":")[3]: one["DBClusterArn"] for one in whole(rds)["GlobalClusterMembers"]}
    return {"GlobalClusterIdentifier": GLOBAL, "TargetDbClusterIdentifier": members[region]}


def refused(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**params)
    return str(error.value.response["Error"]["Code"])


def test_a_failover_is_verified_and_then_moves_the_writer(rds: Any, simulated: Simulated) -> None:
    told = rds.failover_global_cluster(**target(rds), AllowDataLoss=True)["GlobalCluster"]
    assert told["FailoverState"]["Status"] == "pending"
    assert told["FailoverState"]["IsDataLossAllowed"] is True
    simulated.advance(MINUTE)
    assert (whole(rds)["Status"], whole(rds)["FailoverState"]["Status"]) == ("failing-over", "failing-over")
    assert writers(simulated) == HERE
    simulated.advance(2 * MINUTE)
    assert writers(simulated) == THERE
    assert whole(rds)["Status"] == "available"
    assert "FailoverState" not in whole(rds)


def test_a_switchover_leaves_every_member_synchronised(rds: Any, simulated: Simulated) -> None:
    rds.switchover_global_cluster(**target(rds))
    simulated.advance(MINUTE)
    assert whole(rds)["Status"] == "switching-over"
    simulated.advance(2 * MINUTE)
    assert writers(simulated) == THERE
    assert {one["SynchronizationStatus"] for one in whole(rds)["GlobalClusterMembers"]} == {"connected"}


def test_a_lost_region_can_be_failed_over_from_and_not_switched_over_from(rds: Any, simulated: Simulated) -> None:
    simulated.world.lose(PRIMARY)
    assert refused(rds.switchover_global_cluster, **target(rds)) == "InvalidGlobalClusterStateFault"
    rds.failover_global_cluster(**target(rds), AllowDataLoss=True)
    simulated.advance(5 * MINUTE)
    assert writers(simulated) == THERE


def test_a_switchover_is_called_off_when_its_region_is_lost_on_the_way(rds: Any, simulated: Simulated) -> None:
    rds.switchover_global_cluster(**target(rds))
    simulated.advance(MINUTE)
    simulated.world.lose(PRIMARY)
    simulated.advance(5 * MINUTE)
    assert writers(simulated) == HERE
    assert whole(rds)["Status"] == "available"


def test_a_failover_says_how_much_it_has_lost(rds: Any, simulated: Simulated) -> None:
    """Everything since the loss of the Region, and what was on its way then."""
    simulated.world.lose(PRIMARY)
    simulated.advance(10 * MINUTE)
    rds.failover_global_cluster(**target(rds), AllowDataLoss=True)
    simulated.advance(5 * MINUTE)
    (held,) = [overlay.state() for overlay in simulated.app.overlays if overlay.service == "rds"]
    (told,) = held["global_clusters"].values()
    assert told["writer"] == target(rds)["TargetDbClusterIdentifier"]
    assert 600 <= told["lost_seconds"] < 610


def test_the_old_primary_is_brought_level_once_its_region_is_back(rds: Any, simulated: Simulated) -> None:
    simulated.world.lose(PRIMARY)
    rds.failover_global_cluster(**target(rds), AllowDataLoss=True)
    simulated.advance(60 * MINUTE)
    assert whole(rds)["GlobalClusterMembers"][0]["SynchronizationStatus"] == "pending-resync"
    assert refused(rds.switchover_global_cluster, **target(rds, PRIMARY)) == "InvalidDBClusterStateFault"
    simulated.world.heal(PRIMARY)
    assert refused(rds.switchover_global_cluster, **target(rds, PRIMARY)) == "InvalidGlobalClusterStateFault"
    simulated.advance(21 * MINUTE)
    assert whole(rds)["GlobalClusterMembers"][0]["SynchronizationStatus"] == "connected"
    rds.switchover_global_cluster(**target(rds, PRIMARY))
    simulated.advance(5 * MINUTE)
    assert writers(simulated) == HERE


def test_one_change_at_a_time_and_none_to_the_writer_itself(rds: Any) -> None:
    assert refused(rds.switchover_global_cluster, **target(rds, PRIMARY)) == "InvalidDBClusterStateFault"
    both = {"AllowDataLoss": True, "Switchover": True}
    assert refused(rds.failover_global_cluster, **target(rds), **both) == "InvalidParameterCombination"
    rds.failover_global_cluster(**target(rds), Switchover=True)
    assert refused(rds.failover_global_cluster, **target(rds), AllowDataLoss=True) == "InvalidGlobalClusterStateFault"


def test_what_is_not_there_is_not_found(rds: Any) -> None:
    elsewhere = target(rds)["TargetDbClusterIdentifier"] + "-other"
    describe = rds.describe_global_clusters
    assert refused(describe, GlobalClusterIdentifier="nobody") == "GlobalClusterNotFoundFault"
    unknown = {"GlobalClusterIdentifier": GLOBAL, "TargetDbClusterIdentifier": elsewhere}
    assert refused(rds.switchover_global_cluster, **unknown) == "DBClusterNotFoundFault"


def test_a_secondary_without_an_instance_cannot_be_promoted(simulated: Simulated) -> None:
    plant_global_database(simulated, headless=True)
    rds = simulated.client("rds", RECOVERY)
    assert refused(rds.failover_global_cluster, **target(rds), AllowDataLoss=True) == "InvalidDBClusterStateFault"


def test_a_cluster_of_another_region_can_be_the_first_member(simulated: Simulated) -> None:
    made = simulated.client("rds", PRIMARY).create_db_cluster(
        DBClusterIdentifier=CLUSTER, Engine="aurora-postgresql", MasterUsername="a", MasterUserPassword="not-a-secret"
    )["DBCluster"]
    rds = simulated.client("rds", RECOVERY)
    create = {"GlobalClusterIdentifier": GLOBAL, "SourceDBClusterIdentifier": made["DBClusterArn"]}
    (member,) = rds.create_global_cluster(**create)["GlobalCluster"]["GlobalClusterMembers"]
    assert (member["DBClusterArn"], member["IsWriter"]) == (made["DBClusterArn"], True)
    assert refused(rds.create_global_cluster, **create) == "GlobalClusterAlreadyExistsFault"
