"""An Aurora global database with its writer in the primary Region, planted with plain boto3 calls."""

from __future__ import annotations

from datetime import timedelta

from tests.simulated import PRIMARY, RECOVERY, Simulated

GLOBAL, CLUSTER = "amply-global", "amply-aurora"


def plant_global_database(simulated: Simulated, *, headless: bool = False) -> None:
    """The writer in the primary Region, a secondary in the recovery Region, an instance in each.

    A secondary that is `headless` has none.
    """
    simulated.client("rds", PRIMARY).create_global_cluster(
        GlobalClusterIdentifier=GLOBAL, Engine="aurora-postgresql", EngineVersion="16.4"
    )
    for region in (PRIMARY, RECOVERY):
        rds = simulated.client("rds", region)
        # A secondary has the master user of its primary.
        user = {"MasterUsername": "amply", "MasterUserPassword": "not-a-secret"} if region == PRIMARY else {}
        rds.create_db_cluster(
            DBClusterIdentifier=CLUSTER, Engine="aurora-postgresql", GlobalClusterIdentifier=GLOBAL, **user
        )
        if region == PRIMARY or not headless:
            rds.create_db_instance(
                DBInstanceIdentifier=f"{CLUSTER}-1",
                DBClusterIdentifier=CLUSTER,
                DBInstanceClass="db.r6g.large",
                Engine="aurora-postgresql",
            )
        simulated.advance(timedelta(minutes=20))
        # The first look at a new cluster still finds it in the making.
        rds.describe_db_clusters()


def writers(simulated: Simulated) -> object:
    """Which Region has the writer, as the recovery Region tells it."""
    (whole,) = simulated.client("rds", RECOVERY).describe_global_clusters()["GlobalClusters"]
    return [(one["DBClusterArn"].split(":")[3], one["IsWriter"]) for one in whole["GlobalClusterMembers"]]
