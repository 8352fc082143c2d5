"""Aurora global databases: a writer in one Region, and clusters in others that follow it."""

from __future__ import annotations

from typing import Any

from drctl.model.estate_stores import ClusterMember, GlobalDatabase
from drctl.sim.seed.ground import Ground, Spot


def plant_global_databases(ground: Ground) -> None:
    """Every global database is there, with the cluster that writes."""
    for name, whole in ground.estate.global_databases.items():
        spot = ground.spot(whole.account, whole.primary.region)
        spot.client("rds").create_global_cluster(
            GlobalClusterIdentifier=name, Engine=whole.engine, EngineVersion=whole.version
        )
        user = {"MasterUsername": whole.user, "MasterUserPassword": "simulated-and-opens-nothing"}
        _plant(spot, name, whole, whole.primary, user)


def plant_secondaries(ground: Ground) -> None:
    """The clusters that follow come up, once their writers have."""
    for name, whole in ground.estate.global_databases.items():
        for member in whole.secondaries:
            _plant(ground.spot(whole.account, member.region), name, whole, member, {})


def settle_clusters(ground: Ground) -> None:
    """Every cluster is available: the first look at a new one still finds it in the making."""
    for whole in ground.estate.global_databases.values():
        for member in (whole.primary, *whole.secondaries):
            ground.spot(whole.account, member.region).client("rds").describe_db_clusters()


def _plant(spot: Spot, name: str, whole: GlobalDatabase, member: ClusterMember, more: dict[str, Any]) -> None:
    rds = spot.client("rds")
    rds.create_db_cluster(
        DBClusterIdentifier=member.cluster,
        Engine=whole.engine,
        EngineVersion=whole.version,
        GlobalClusterIdentifier=name,
        **more,
    )
    for number in range(1, member.instances + 1):
        rds.create_db_instance(
            DBInstanceIdentifier=f"{member.cluster}-{number}",
            DBClusterIdentifier=member.cluster,
            DBInstanceClass=whole.instance_class,
            Engine=whole.engine,
        )
