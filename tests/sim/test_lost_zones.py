"""What a lost Availability Zone takes with it, and what stays reachable."""

from __future__ import annotations

from datetime import timedelta

import pytest

from drctl.ports.http import HttpAnswer
from drctl.sim.lost_zones import lose_zone
from tests.sim.small_estate import SmallEstate
from tests.sim.test_application import Platform, fetch, told
from tests.sim.test_application import platform as platform
from tests.sim.test_application import zone as zone
from tests.simulated import RECOVERY, Simulated

LOST, LEFT = f"{RECOVERY}a", f"{RECOVERY}b"
LONG = timedelta(minutes=10)


def zones_of_tasks(estate: SmallEstate) -> list[str]:
    return sorted(task["availabilityZone"] for task in estate.tasks() if task["lastStatus"] == "RUNNING")


def test_tasks_of_the_zone_end_and_others_are_started_elsewhere(simulated: Simulated, platform: Platform) -> None:
    assert zones_of_tasks(platform.estate) == [LOST, LEFT]
    lose_zone(simulated.world, LOST)
    assert zones_of_tasks(platform.estate) == [LEFT]
    simulated.advance(LONG)
    assert zones_of_tasks(platform.estate) == [LEFT, LEFT]


def test_no_task_is_started_in_a_full_zone(simulated: Simulated, platform: Platform) -> None:
    simulated.world.full_zones.add(LEFT)
    lose_zone(simulated.world, LOST)
    simulated.advance(LONG)
    assert zones_of_tasks(platform.estate) == [LEFT]
    stopped = [task["stoppedReason"] for task in platform.estate.tasks("STOPPED")]
    assert any(reason.startswith("Capacity is unavailable at this time") for reason in stopped)


def answers(simulated: Simulated) -> list[HttpAnswer]:
    return [fetch(simulated) for _ in range(4)]


def test_every_other_request_is_lost_until_the_load_balancer_is_shifted_away(
    simulated: Simulated, platform: Platform
) -> None:
    lose_zone(simulated.world, LOST)
    assert [not answer.failure for answer in answers(simulated)] == [False, True, False, True]
    elb, arn = platform.estate.elb, platform.balancer["LoadBalancerArn"]
    enabled = [{"Key": "zonal_shift.config.enabled", "Value": "true"}]
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=enabled)
    zone_id = next(one["ZoneId"] for one in _zones(simulated) if one["ZoneName"] == LOST)
    simulated.client("arc-zonal-shift", RECOVERY).start_zonal_shift(
        resourceIdentifier=arn, awayFrom=zone_id, expiresIn="6h", comment="test"
    )
    assert [not answer.failure for answer in answers(simulated)] == [True] * 4


def _zones(simulated: Simulated) -> list[dict[str, str]]:
    found: list[dict[str, str]] = simulated.client("ec2", RECOVERY).describe_availability_zones()["AvailabilityZones"]
    return found


def problems(simulated: Simulated) -> list[str]:
    """What the application says, through whatever address answers."""
    answer = next(one for one in answers(simulated) if not one.failure)
    return list(told(answer).get("problems", []))


def test_a_database_is_reachable_again_once_it_has_failed_over(simulated: Simulated, platform: Platform) -> None:
    rds = simulated.client("rds", RECOVERY)
    rds.modify_db_instance(DBInstanceIdentifier="amply-prod", MultiAZ=True, ApplyImmediately=True)
    simulated.advance(LONG)
    lose_zone(simulated.world, LOST)
    assert f"the database {platform.database} is served from {LOST}, which is lost" in problems(simulated)
    rds.reboot_db_instance(DBInstanceIdentifier="amply-prod", ForceFailover=True)
    simulated.advance(simulated.world.durations["rds.failover"])
    instance = rds.describe_db_instances()["DBInstances"][0]
    assert instance["AvailabilityZone"] == LOST, "it is told some minutes later"
    assert not any("database" in problem for problem in problems(simulated))


def test_a_cache_is_reachable_again_once_its_replica_is_the_primary(simulated: Simulated, platform: Platform) -> None:
    client = simulated.client("elasticache", RECOVERY)
    client.create_replication_group(
        ReplicationGroupId="two", ReplicationGroupDescription="-", CacheNodeType="cache.t3.micro",
        NumCacheClusters=2, AutomaticFailoverEnabled=True,
    )  # fmt: skip
    simulated.advance(LONG)
    found = client.describe_replication_groups(ReplicationGroupId="two")["ReplicationGroups"][0]
    address = found["NodeGroups"][0]["PrimaryEndpoint"]["Address"]
    platform.reconfigure(REDIS_HOST=address)
    lose_zone(simulated.world, LOST)
    assert f"the primary of the redis {address} is in {LOST}, which is lost" in problems(simulated)
    client.test_failover(ReplicationGroupId="two", NodeGroupId="0001")
    simulated.advance(LONG)
    assert not any("redis" in problem for problem in problems(simulated))
    (told_of,) = [e["Message"] for e in client.describe_events()["Events"] if "ecover" in e["Message"]]
    assert told_of.startswith("Recovering"), "no new node before the zone is back"


@pytest.mark.parametrize("lost", [(), (LOST,)], ids=["none lost", "one lost"])
def test_what_is_made_meanwhile_is_made_in_a_zone_that_answers(simulated: Simulated, lost: tuple[str, ...]) -> None:
    for name in lost:
        lose_zone(simulated.world, name)
    rds = simulated.client("rds", RECOVERY)
    made = rds.create_db_instance(
        DBInstanceIdentifier="new", DBInstanceClass="db.t3.small", Engine="postgres", AllocatedStorage=20,
        MasterUsername="amply", MasterUserPassword="not-a-real-one",
    )["DBInstance"]  # fmt: skip
    assert made["AvailabilityZone"] == (LEFT if lost else LOST)
