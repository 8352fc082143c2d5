"""A scenario changes what the recovery finds: snapshots, secrets, images, objects that never arrived."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from drctl.loading.scenario import load_scenario
from drctl.model.estate import Estate
from drctl.model.scenario import Scenario
from drctl.sim.seed.plant import plant
from drctl.sim.seed.scenario import estate_under
from tests.loading.shipped import find_scenario
from tests.sim.seed.looking import Look
from tests.simulated import PRIMARY, PRODUCTION, RECOVERY, START, Simulated


def scenario(text: str) -> Scenario:
    found, problems = load_scenario(f"scenario: test\n{text}", "test.yaml", find=find_scenario)
    assert found is not None, problems
    return found


def planted(simulated: Simulated, estate: Estate, text: str) -> Simulated:
    plant(estate_under(estate, scenario(text)), simulated.app, START)
    return simulated


def test_a_scenario_that_changes_nothing_leaves_the_estate_as_it_is_described(amply: Estate) -> None:
    assert estate_under(amply, scenario("extends: region-down")) == amply


def test_stale_backups_make_the_newest_copy_as_old_as_they_say(simulated: Simulated, amply: Estate) -> None:
    found = planted(simulated, amply, "extends: stale-backups")
    assert START - Look(found, PRODUCTION, RECOVERY).newest_copy() == timedelta(hours=3)


def test_a_shorter_staleness_than_the_copies_have_anyway_changes_nothing(amply: Estate) -> None:
    assert estate_under(amply, scenario("estate: { snapshots_stale: 5m }")) == amply


@pytest.mark.thorough
def test_missing_snapshots_leave_the_recovery_region_without_any_and_the_primary_with_all(
    simulated: Simulated, amply: Estate
) -> None:
    found = planted(simulated, amply, "estate: { missing_snapshots: [amply-prod] }")
    assert Look(found, PRODUCTION, RECOVERY).snapshots() == []
    assert len(Look(found, PRODUCTION, PRIMARY).snapshots()) == 60


def test_a_missing_secret_is_only_missing_in_the_recovery_region_and_tasks_still_name_it(
    simulated: Simulated, amply: Estate
) -> None:
    found = planted(simulated, amply, "extends: missing-secret")
    assert found.client("secretsmanager").describe_secret(SecretId="amply/prod/stripe-api-key")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        found.client("secretsmanager", RECOVERY).describe_secret(SecretId="amply/prod/stripe-api-key")
    environment = Look(found, PRODUCTION, RECOVERY).task_environment("amply-api")
    assert f":{RECOVERY}:" in environment["STRIPE_API_KEY"]


def test_missing_images_and_parameters_are_only_missing_in_the_recovery_region(
    simulated: Simulated, amply: Estate
) -> None:
    changes = "estate: { missing_images: [amply-api:2026.11.3], missing_parameters: [/amply/prod/maintenance] }"
    found = planted(simulated, amply, changes)
    tags = {}
    for region in (PRIMARY, RECOVERY):
        images = found.client("ecr", region).describe_images(repositoryName="amply-api")["imageDetails"]
        tags[region] = {tag for image in images for tag in image["imageTags"]}
    assert tags[PRIMARY] - tags[RECOVERY] == {"2026.11.3"}
    assert "/amply/prod/maintenance" in Look(found, PRODUCTION, PRIMARY).named("parameters")
    assert "/amply/prod/maintenance" not in Look(found, PRODUCTION, RECOVERY).named("parameters")


@pytest.mark.thorough
def test_pending_objects_are_in_the_source_and_not_yet_in_the_replica(simulated: Simulated, amply: Estate) -> None:
    found = planted(simulated, amply, "estate: { replication_pending: { amply-storage-prod: 4 } }")
    source = found.client("s3").list_objects_v2(Bucket="amply-storage-prod")["KeyCount"]
    replica = found.client("s3", RECOVERY).list_objects_v2(Bucket="amply-storage-prod-eu-west-1")["KeyCount"]
    assert source - replica == 4
    head = found.client("s3").head_object(Bucket="amply-storage-prod", Key="pending/00000")
    assert head["ReplicationStatus"] == "PENDING"


def test_a_recovery_region_that_serves_has_tasks_on_data_of_its_own(simulated: Simulated, amply: Estate) -> None:
    found = Look(planted(simulated, amply, "estate: { recovery_serves: true }"), PRODUCTION, RECOVERY)
    environment = found.task_environment("amply-api")
    assert environment["AWS_REGION"] == RECOVERY
    assert environment["STORAGE_BUCKET"] == f"amply-storage-prod-{RECOVERY}"
    assert RECOVERY in environment["DATABASE_HOST"]
    listed = simulated.client("ecs", RECOVERY).describe_services(cluster="amply-prod", services=["amply-api"])
    assert listed["services"][0]["runningCount"] == 2


def test_a_name_can_be_a_failover_pair_and_have_ipv6(amply: Estate) -> None:
    changes = "estate: { failover_records: { api.amply.example: primary-serves }, ipv6_records: [api.amply.example] }"
    records = estate_under(amply, scenario(changes)).zones["amply.example"].records
    found = [one for one in records if one.name == "api.amply.example"]
    assert [(one.type, one.failover, one.health_check, one.alias.region if one.alias else None) for one in found] == [
        ("A", "PRIMARY", "primary-serves", PRIMARY),
        ("A", "SECONDARY", None, RECOVERY),
        ("AAAA", None, None, PRIMARY),
    ]


def test_a_security_group_can_be_missing_in_the_primary_region_only(amply: Estate) -> None:
    places = estate_under(amply, scenario("estate: { missing_security_groups: [primary/amply-redis] }")).places
    here, there = places["production"][PRIMARY], places["production"][RECOVERY]
    assert "amply-redis" not in here.networks["amply-prod"].security_groups
    assert here.caches["amply-prod-redis"].security_groups == ()
    assert "amply-redis" in there.networks["amply-prod"].security_groups


@pytest.mark.thorough
def test_what_is_in_a_single_zone_has_no_standby_and_no_replica(simulated: Simulated, amply: Estate) -> None:
    found = planted(simulated, amply, "estate: { single_zone: [amply-prod, amply-prod-redis] }")
    (database,) = found.client("rds").describe_db_instances(DBInstanceIdentifier="amply-prod")["DBInstances"]
    assert not database["MultiAZ"]
    (cache,) = found.client("elasticache").describe_replication_groups(ReplicationGroupId="amply-prod-redis")[
        "ReplicationGroups"
    ]
    assert len(cache["MemberClusters"]) == 1
    assert cache["AutomaticFailover"] == "disabled"


def test_an_unshiftable_load_balancer_is_no_managed_resource(simulated: Simulated, amply: Estate) -> None:
    found = planted(simulated, amply, "estate: { unshiftable: [amply-prod] }")
    assert found.client("arc-zonal-shift").list_managed_resources()["items"] == []


@pytest.mark.thorough
def test_the_newest_snapshot_of_a_cache_is_as_old_as_the_estate_says(simulated: Simulated, amply: Estate) -> None:
    found = planted(simulated, amply, "title: nothing")
    (snapshot,) = found.client("elasticache").describe_snapshots(ReplicationGroupId="amply-prod-redis")["Snapshots"]
    assert snapshot["SnapshotStatus"] == "available"
    assert START - snapshot["NodeSnapshots"][0]["SnapshotCreateTime"] == timedelta(hours=7, minutes=20)
