"""An estate that is planted is there: all of it, where it belongs, settled, and with its past."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import pytest

from drctl.errors import InputInvalid
from drctl.loading.estate import load_estate
from drctl.model.estate import Estate, Place
from drctl.sim.durations import DEFAULTS
from drctl.sim.seed.plant import plant
from tests.loading.shipped import AMPLY
from tests.sim.seed.looking import SECTIONS, Look
from tests.simulated import PRIMARY, PRODUCTION, RECOVERY, SHARED_SERVICES, START, Simulated

AMPLY_PLACES = [
    ("production", PRIMARY),
    ("production", RECOVERY),
    ("staging", PRIMARY),
    ("sandbox", PRIMARY),
    ("shared-services", PRIMARY),
]
EMPTY_PLACES = [("staging", RECOVERY), ("sandbox", RECOVERY), ("shared-services", RECOVERY)]


def described(estate: Estate, account: str, region: str, section: str) -> set[str]:
    """The names that a place should have of a section, those that come from another Region among them."""
    place = estate.place(account, region) or Place()
    names = set(getattr(place, section))
    if section == "queues":
        names |= {queue.dead_letter for queue in place.queues.values() if queue.dead_letter}
    if section == "secrets":
        names |= estate.secrets_in(account, region)
    if section == "repositories":
        names |= {image.partition(":")[0] for image in estate.images_in(account, region)}
    return names


def look(simulated: Simulated, estate: Estate, account: str, region: str) -> Look:
    return Look(simulated, estate.accounts[account], region)


def test_every_section_of_a_place_is_looked_at_here() -> None:
    assert {field.name for field in fields(Place)} == set(SECTIONS)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_place_has_what_is_described_of_it_and_nothing_else(
    section: str, planted: Simulated, amply: Estate
) -> None:
    for account, region in AMPLY_PLACES + EMPTY_PLACES:
        found = look(planted, amply, account, region).named(section)
        assert found == described(amply, account, region, section), f"{account} in {region}"


@pytest.mark.parametrize("region", [PRIMARY, RECOVERY])
def test_subnets_and_security_groups_are_as_they_are_described(region: str, planted: Simulated, amply: Estate) -> None:
    ec2 = planted.client("ec2", region)
    place = amply.place("production", region)
    assert place is not None
    network = place.networks["amply-prod"]
    vpc = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["amply-prod"]}])["Vpcs"][0]
    assert vpc["CidrBlock"] == network.cidr
    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    subnets = ec2.describe_subnets(Filters=inside)["Subnets"]
    assert {(subnet["CidrBlock"], subnet["AvailabilityZone"]) for subnet in subnets} == {
        (subnet.cidr, f"{region}{subnet.zone}") for subnet in network.subnets.values()
    }
    groups = {group["GroupName"]: group for group in ec2.describe_security_groups(Filters=inside)["SecurityGroups"]}
    inbound = groups["amply-rds"]["IpPermissions"]
    assert [(rule["FromPort"], rule["UserIdGroupPairs"][0]["GroupId"]) for rule in inbound] == [
        (5432, groups["amply-ecs"]["GroupId"])
    ]
    outbound = {rule["FromPort"] for rule in groups["amply-ecs"]["IpPermissionsEgress"]}
    assert outbound == {5432, 6379, 443}


def test_everything_is_settled(planted: Simulated) -> None:
    for region in (PRIMARY, RECOVERY):
        snapshots = Look(planted, PRODUCTION, region).snapshots()
        assert {(snapshot["Status"], snapshot["PercentProgress"]) for snapshot in snapshots} == {("available", 100)}
    instances = planted.client("rds").describe_db_instances()["DBInstances"]
    assert [instance["DBInstanceStatus"] for instance in instances] == ["available"]
    caches = planted.client("elasticache").describe_replication_groups()["ReplicationGroups"]
    assert [cache["Status"] for cache in caches] == ["available"]
    services = planted.client("ecs").describe_services(cluster="amply-prod", services=["amply-api", "amply-workers"])[
        "services"
    ]
    assert [(service["runningCount"], len(service["deployments"])) for service in services] == [(2, 1), (2, 1)]
    assert [service["deployments"][0]["rolloutState"] for service in services] == ["COMPLETED"] * 2
    secret = planted.client("secretsmanager").describe_secret(SecretId="amply/prod/stripe-api-key")
    assert [replica["Status"] for replica in secret["ReplicationStatus"]] == ["InSync"]


def test_the_targets_of_a_running_service_are_healthy(planted: Simulated) -> None:
    elb = planted.client("elbv2")
    group = elb.describe_target_groups(Names=["amply-api"])["TargetGroups"][0]
    health = elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
    assert [target["TargetHealth"]["State"] for target in health] == ["healthy", "healthy"]


def test_the_pilot_light_runs_nothing_and_still_points_at_the_primary_region(planted: Simulated) -> None:
    ecs = planted.client("ecs", RECOVERY)
    service = ecs.describe_services(cluster="amply-prod", services=["amply-api"])["services"][0]
    assert (service["desiredCount"], service["runningCount"]) == (0, 0)
    environment = Look(planted, PRODUCTION, RECOVERY).task_environment("amply-api")
    database = planted.client("rds").describe_db_instances()["DBInstances"][0]
    assert environment["DATABASE_HOST"] == database["Endpoint"]["Address"]
    assert environment["AWS_REGION"] == PRIMARY
    # The secrets it names are the replicas of its own Region.
    secret = planted.client("secretsmanager", RECOVERY).describe_secret(SecretId="amply/prod/stripe-api-key")
    assert environment["STRIPE_API_KEY"] == secret["ARN"]


def test_the_newest_copy_in_the_recovery_region_is_as_old_as_it_is_written(planted: Simulated) -> None:
    assert START - Look(planted, PRODUCTION, RECOVERY).newest_copy() == timedelta(minutes=40)
    assert planted.now() == START


def test_a_copy_tells_its_own_time_and_the_time_of_its_data_apart(planted: Simulated) -> None:
    newest = Look(planted, PRODUCTION, RECOVERY).snapshots()[0]
    taken = START - timedelta(minutes=40)
    name = f"amply-prod-{taken:%Y%m%d%H%M}"
    assert newest["DBSnapshotIdentifier"] == f"{name}-{RECOVERY}"
    assert newest["OriginalSnapshotCreateTime"] == newest["SnapshotDatabaseTime"] == taken
    assert taken < newest["SnapshotCreateTime"] <= taken + timedelta(minutes=12)
    assert newest["SourceRegion"] == PRIMARY
    assert newest["SourceDBSnapshotIdentifier"].endswith(f":{PRIMARY}:{PRODUCTION}:snapshot:{name}")
    key = planted.client("kms", RECOVERY).describe_key(KeyId="alias/amply-prod-data")["KeyMetadata"]
    assert newest["KmsKeyId"] == key["Arn"]


def test_a_year_of_monthly_snapshots_and_a_week_of_automated_ones_are_there(planted: Simulated) -> None:
    here = Look(planted, PRODUCTION, PRIMARY)
    ages = [START - snapshot["SnapshotDatabaseTime"] for snapshot in here.snapshots()]
    assert len([age for age in ages if age > timedelta(days=10)]) == 12
    assert timedelta(days=330) < max(ages) < timedelta(days=366)
    automated = here.snapshots("automated")
    assert len(automated) == 7
    assert all(snapshot["DBSnapshotIdentifier"].startswith("rds:amply-prod-") for snapshot in automated)


def test_the_zone_is_in_its_account_and_its_records_lead_to_the_primary_region(planted: Simulated) -> None:
    route53 = planted.client("route53", "us-east-1", SHARED_SERVICES)
    zone = route53.list_hosted_zones()["HostedZones"][0]
    assert zone["Name"] == "amply.example."
    assert planted.client("route53", "us-east-1", PRODUCTION).list_hosted_zones()["HostedZones"] == []
    records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    aliases = {
        record["Name"]: record["AliasTarget"]["DNSName"].rstrip(".") for record in records if "AliasTarget" in record
    }
    balancer = planted.client("elbv2").describe_load_balancers()["LoadBalancers"][0]
    assert aliases["api.amply.example."].endswith(balancer["DNSName"])
    distributions = planted.client("cloudfront", "us-east-1").list_distributions()["DistributionList"]["Items"]
    assert {its["Comment"] for its in distributions} == {"amply-app", "amply-widgets"}
    assert {aliases["app.amply.example."], aliases["widgets.amply.example."]} == {
        its["DomainName"] for its in distributions
    }


def test_every_account_has_the_role_that_drctl_assumes(planted: Simulated, amply: Estate) -> None:
    for account, id in amply.accounts.items():
        roles = {role["RoleName"] for role in planted.client("iam", "us-east-1", id).list_roles()["Roles"]}
        assert roles == {"drctl-recovery", *amply.roles_of(account)}


def test_images_are_replicated_with_the_digests_they_have(planted: Simulated) -> None:
    images = [
        {image["imageTags"][0]: image["imageDigest"] for image in planted.client("ecr", region).describe_images(
            repositoryName="amply-api")["imageDetails"]}
        for region in (PRIMARY, RECOVERY)
    ]  # fmt: skip
    assert images[0] == images[1]
    assert set(images[0]) == {"2026.11.1", "2026.11.2", "2026.11.3"}


def test_objects_have_been_replicated_before_anything_happens(planted: Simulated) -> None:
    source = planted.client("s3").list_objects_v2(Bucket="amply-storage-prod")
    replica = planted.client("s3", RECOVERY).list_objects_v2(Bucket="amply-storage-prod-eu-west-1")
    assert [item["Key"] for item in replica["Contents"]] == [item["Key"] for item in source["Contents"]]
    head = planted.client("s3").head_object(Bucket="amply-storage-prod", Key=source["Contents"][0]["Key"])
    assert head["ReplicationStatus"] == "COMPLETED"


def test_planting_leaves_no_call_in_the_record_and_every_lag_as_it_was(planted: Simulated) -> None:
    assert planted.calls() == []
    assert planted.world.durations is DEFAULTS


def test_the_application_answers_from_where_dns_leads_to(planted: Simulated) -> None:
    started: list[str] = []
    environ: dict[str, Any] = {"PATH_INFO": "/health/deep", "REQUEST_METHOD": "GET", "drctl.host": "api.amply.example"}
    environ |= {"wsgi.url_scheme": "https", "wsgi.input": io.BytesIO(), "drctl.target": "api.amply.example"}
    body = b"".join(planted.app(environ, lambda status, _headers, _error=None: started.append(status)))
    told = json.loads(body)
    assert started == ["200 OK"], told
    assert (told["status"], told["region"]) == ("ok", PRIMARY)


def facts(simulated: Simulated) -> Iterator[Any]:
    """What would differ if anything depended on chance or on the wall."""
    for region in (PRIMARY, RECOVERY):
        yield simulated.client("ec2", region).describe_security_groups()["SecurityGroups"]
        yield simulated.client("secretsmanager", region).list_secrets()["SecretList"][0]["ARN"]
        yield simulated.client("rds", region).describe_db_instances()["DBInstances"]
        yield Look(simulated, PRODUCTION, region).snapshots()
    yield Look(simulated, PRODUCTION, RECOVERY).task_environment("amply-api")


def test_two_plantings_of_one_estate_make_one_and_the_same_world(simulated: Simulated, amply: Estate) -> None:
    worlds = []
    for _ in range(2):
        simulated.renew()
        plant(amply, simulated.app, START)
        worlds.append(list(facts(simulated)))
    assert worlds[0] == worlds[1]


@pytest.mark.thorough
def test_a_copy_of_the_estate_with_other_names_accounts_and_regions_plants(simulated: Simulated) -> None:
    text = AMPLY.read_text()
    for old, new in (("amply", "orders"), ("eu-central-1", "us-east-1"), ("eu-west-1", "us-west-2"), ("1111", "5555")):
        text = text.replace(old, new)
    estate, problems = load_estate(text, "orders.yaml")
    assert estate is not None, problems
    plant(estate, simulated.app, START)
    primary, recovery = (Look(simulated, "555555555555", region) for region in ("us-east-1", "us-west-2"))
    assert primary.named("databases") == {"orders-prod"}
    assert START - recovery.newest_copy() == timedelta(minutes=40)
    assert look(simulated, estate, "staging", "us-east-1").named("databases") == {"orders-staging"}


def test_an_estate_of_nothing_but_accounts_plants(simulated: Simulated) -> None:
    text = (
        'estate: small\naccounts: { only: "999999999999" }\ndefault_account: only\n'
        "regions: { primary: eu-north-1, recovery: eu-south-2 }"
    )
    estate, _ = load_estate(text, "small.yaml")
    assert estate is not None
    plant(estate, simulated.app, START)
    assert simulated.now() == START


def test_a_global_datastore_is_planted_with_its_secondary(simulated: Simulated) -> None:
    cache = """
      networks:
        main: { cidr: 10.0.0.0/16, subnets: { a: { cidr: 10.0.1.0/24, zone: a }, b: { cidr: 10.0.2.0/24, zone: b } } }
      cache_subnet_groups: { main: [a, b] }
      caches: { %s: { node: cache.m5.large, subnet_group: main } }
"""
    text = (
        'estate: shop\naccounts: { only: "999999999999" }\ndefault_account: only\n'
        "regions: { primary: eu-central-1, recovery: eu-west-1 }\nplaces:\n  only:\n"
        f"    eu-central-1:{cache % 'sessions'}    eu-west-1:{cache % 'sessions-copy'}"
        "global_datastores:\n  shop:\n    primary: { region: eu-central-1, cache: sessions }\n"
        "    secondaries: [{ region: eu-west-1, cache: sessions-copy }]\n"
    )
    estate, problems = load_estate(text, "shop.yaml")
    assert estate is not None, problems
    plant(estate, simulated.app, START)
    elasticache = simulated.client("elasticache", RECOVERY, "999999999999")
    datastore = elasticache.describe_global_replication_groups(ShowMemberInfo=True)["GlobalReplicationGroups"][0]
    assert datastore["Status"] == "available"
    assert {(member["ReplicationGroupId"], member["Role"]) for member in datastore["Members"]} == {
        ("sessions", "PRIMARY"),
        ("sessions-copy", "SECONDARY"),
    }


def test_an_aurora_global_database_is_planted_with_its_follower(simulated: Simulated) -> None:
    text = (
        'estate: shop\naccounts: { only: "999999999999" }\ndefault_account: only\n'
        "regions: { primary: eu-central-1, recovery: eu-west-1 }\n"
        'global_databases:\n  shop:\n    version: "16.4"\n    primary: { region: eu-central-1, cluster: orders }\n'
        "    secondaries: [{ region: eu-west-1, cluster: orders, instances: 2 }]\n"
    )
    estate, problems = load_estate(text, "shop.yaml")
    assert estate is not None, problems
    plant(estate, simulated.app, START)
    rds = simulated.client("rds", RECOVERY, "999999999999")
    (whole,) = rds.describe_global_clusters()["GlobalClusters"]
    assert (whole["Status"], whole["EngineVersion"]) == ("available", "16.4")
    assert {(one["DBClusterArn"].split(":")[3], one["IsWriter"]) for one in whole["GlobalClusterMembers"]} == {
        ("eu-central-1", True),
        ("eu-west-1", False),
    }
    (follower,) = rds.describe_db_clusters()["DBClusters"]
    assert (follower["Status"], len(follower["DBClusterMembers"])) == ("available", 2)


def test_what_aws_would_not_take_is_refused_with_the_section_it_is_in(simulated: Simulated) -> None:
    text = AMPLY.read_text().replace("            amply-api: { port: 8000", f"            {'a' * 40}: {{ port: 8000")
    text = text.replace("forward: amply-api", f"forward: {'a' * 40}").replace(
        "target_group: amply-api", f"target_group: {'a' * 40}"
    )
    estate, problems = load_estate(text, "long.yaml")
    assert estate is not None, problems
    with pytest.raises(InputInvalid) as refused:
        plant(estate, simulated.app, START)
    assert refused.value.context[0].startswith(f"places.production.{PRIMARY}.load_balancers: ")


def test_the_present_may_be_any_instant(simulated: Simulated, amply: Estate) -> None:
    onset = datetime.fromisoformat("2024-02-29T23:59:30+00:00")
    plant(amply, simulated.app, onset)
    assert onset - Look(simulated, PRODUCTION, RECOVERY).newest_copy() == timedelta(minutes=40)
