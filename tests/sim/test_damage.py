"""Damaged rows are in the database and in every copy that is newer than the damage; a copy of before is clean."""

from __future__ import annotations

from datetime import timedelta

from drctl.model.scenario import Damaged, DamagedDatabase, Scenario
from drctl.sim.services.rds_damage import Damages
from drctl.sim.strike import strike
from tests.sim.test_probes import database, host
from tests.sim.test_probes import shop as shop
from tests.simulated import RECOVERY, Simulated

QUERY = "select max(version) from migrations"
AGO = timedelta(minutes=20)
SCENARIO = Scenario(
    name="bad-deploy", damaged=Damaged(databases={"shop": DamagedDatabase(before_onset=AGO, answers={QUERY: 3})})
)


def answered(shop: Simulated, name: str = "shop", region: str = "eu-central-1") -> object:
    return database(shop, host=host(shop, name, region), query=QUERY).value


def restored(shop: Simulated, ago: timedelta) -> object:
    """What a restore to that long before the damage was done answers."""
    shop.client("rds").restore_db_instance_to_point_in_time(
        SourceDBInstanceIdentifier="shop",
        TargetDBInstanceIdentifier="beside",
        RestoreTime=shop.now() - AGO - ago,
        DBSubnetGroupName="shop",
    )
    shop.advance(timedelta(hours=1))
    return answered(shop, "beside")


def test_before_a_scenario_strikes_nothing_is_damaged(shop: Simulated) -> None:
    assert answered(shop) == 87


def test_a_damaged_database_answers_what_the_scenario_says(shop: Simulated) -> None:
    strike(shop.app, SCENARIO, None)
    assert answered(shop) == 3


def test_a_moment_before_the_damage_is_clean_and_stays_so(shop: Simulated) -> None:
    strike(shop.app, SCENARIO, None)
    assert restored(shop, timedelta(seconds=1)) == 87
    assert answered(shop) == 3


def test_a_moment_after_the_damage_is_damaged(shop: Simulated) -> None:
    strike(shop.app, SCENARIO, None)
    assert restored(shop, -timedelta(seconds=1)) == 3


def test_a_snapshot_of_before_is_clean(shop: Simulated) -> None:
    strike(shop.app, SCENARIO, None)
    rds = shop.client("rds", RECOVERY)
    newest = max(rds.describe_db_snapshots()["DBSnapshots"], key=lambda copy: copy["OriginalSnapshotCreateTime"])
    rds.restore_db_instance_from_db_snapshot(
        DBInstanceIdentifier="copy", DBSnapshotIdentifier=newest["DBSnapshotIdentifier"], DBSubnetGroupName="shop"
    )
    shop.advance(timedelta(hours=1))
    assert answered(shop, "copy", RECOVERY) == 87


def test_a_replica_has_the_damage_too(shop: Simulated) -> None:
    strike(shop.app, SCENARIO, None)
    source = shop.client("rds").describe_db_instances()["DBInstances"][0]["DBInstanceArn"]
    shop.client("rds", RECOVERY).create_db_instance_read_replica(
        DBInstanceIdentifier="follower", SourceDBInstanceIdentifier=source, DBSubnetGroupName="shop"
    )
    shop.advance(timedelta(hours=1))
    assert answered(shop, "follower", RECOVERY) == 3


def test_what_is_damaged_is_shown_and_forgotten_with_the_rest(shop: Simulated) -> None:
    strike(shop.app, SCENARIO, None)
    damages = shop.world.part(Damages)
    assert list(damages.state()["damaged"]) == ["shop"]
    shop.app.reset()
    assert damages.state() == {}
