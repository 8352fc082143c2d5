"""The application is up when everything it needs is in its own Region, and down for each single thing that is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from drctl.model.estate import Estate, Regions
from drctl.model.estate_edge import Application as Described
from drctl.ports.http import HttpAnswer, HttpRequest
from drctl.probes.http import HttpxProbe
from drctl.sim.application import Application
from drctl.sim.overlay import ConnectionHangs, ConnectionLost
from drctl.sim.played_applications import PlayedApplications
from drctl.sim.wsgi import collect
from tests.sim.small_estate import SmallEstate
from tests.simulated import PRIMARY, PRODUCTION, RECOVERY, SHARED_SERVICES, Simulated

HOST = "api.amply.example"
ADDRESS = f"https://{HOST}/health/deep"
ESTATE = Estate(
    name="small",
    accounts={"production": PRODUCTION, "shared-services": SHARED_SERVICES},
    default_account="production",
    regions=Regions(primary=PRIMARY, recovery=RECOVERY),
    applications={
        "api": Described(
            hosts=(HOST,),
            health_path="/health/deep",
            cluster="amply-prod",
            service="amply-api",
            container="api",
            database_variable="DATABASE_HOST",
            redis_variable="REDIS_HOST",
            bucket_variable="STORAGE_BUCKET",
        )
    },
)


class Platform:
    """Everything the application needs in one Region, running, with its name pointing there."""

    def __init__(self, simulated: Simulated, region: str) -> None:
        self.simulated, self.region = simulated, region
        self.estate = SmallEstate(simulated, region)
        self.estate.push_image()
        self.balancer, self.group = self.estate.balance()
        self.secret = self.estate.secret()
        self.database = self._database()
        self.redis = self._redis()
        self.bucket = f"amply-storage-{region}"
        location = {"LocationConstraint": region}
        simulated.client("s3", region).create_bucket(Bucket=self.bucket, CreateBucketConfiguration=location)

    def _database(self) -> str:
        rds = self.simulated.client("rds", self.region)
        rds.create_db_instance(
            DBInstanceIdentifier="amply-prod", DBInstanceClass="db.t3.small", Engine="postgres", AllocatedStorage=20,
            MasterUsername="amply", MasterUserPassword="not-a-real-one",
        )  # fmt: skip
        return str(rds.describe_db_instances()["DBInstances"][0]["Endpoint"]["Address"])

    def _redis(self) -> str:
        client = self.simulated.client("elasticache", self.region)
        client.create_replication_group(
            ReplicationGroupId="amply-prod-redis", ReplicationGroupDescription="-", CacheNodeType="cache.t3.micro",
            NumCacheClusters=1,
        )  # fmt: skip
        return str(
            client.describe_replication_groups()["ReplicationGroups"][0]["NodeGroups"][0]["PrimaryEndpoint"]["Address"]
        )

    def define(self, **changed: str | None) -> str:
        wanted = {"DATABASE_HOST": self.database, "REDIS_HOST": self.redis, "STORAGE_BUCKET": self.bucket, **changed}
        environment = {name: value for name, value in wanted.items() if value is not None}
        return self.estate.define(environment=environment, secrets={"PASSWORD": self.secret})

    def reconfigure(self, **changed: str | None) -> None:
        """Deploy the application with another environment, until it is steady."""
        self.estate.update(taskDefinition=self.define(**changed))
        self.estate.wait()


@pytest.fixture
def zone(simulated: Simulated) -> str:
    client = simulated.client("route53", "us-east-1", SHARED_SERVICES)
    return str(client.create_hosted_zone(Name="amply.example", CallerReference="estate")["HostedZone"]["Id"])


def point(simulated: Simulated, zone: str, platform: Platform, name: str = HOST) -> None:
    """Have the name lead to the platform's load balancer."""
    target = {
        "HostedZoneId": platform.balancer["CanonicalHostedZoneId"],
        "DNSName": platform.balancer["DNSName"],
        "EvaluateTargetHealth": False,
    }
    record = {"Name": name, "Type": "A", "AliasTarget": target}
    simulated.client("route53", "us-east-1", SHARED_SERVICES).change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    )


@pytest.fixture
def platform(simulated: Simulated, zone: str) -> Platform:
    world = simulated.world
    usual, world.durations = world.durations, dict.fromkeys(world.durations, timedelta(0))
    made = Platform(simulated, RECOVERY)
    made.estate.create(made.define(), target_group=made.group)
    point(simulated, zone, made)
    world.durations = usual
    world.part(PlayedApplications).play(ESTATE)
    return made


def fetch(simulated: Simulated, url: str = ADDRESS, connect_to: str | None = None) -> HttpAnswer:
    return HttpxProbe(simulated.url).fetch(HttpRequest(url=url, connect_to=connect_to))


def told(answer: HttpAnswer) -> Any:
    return json.loads(answer.body)


def test_it_is_up_when_everything_is_where_it_belongs(simulated: Simulated, platform: Platform) -> None:
    answer = fetch(simulated)
    assert answer.status == 200
    assert told(answer) == {
        "status": "ok",
        "region": RECOVERY,
        "database": platform.database,
        "redis": platform.redis,
        "bucket": platform.bucket,
        "secrets": 1,
        "version": "2026.11.3",
    }


def _delete_secret(platform: Platform) -> None:
    client = platform.simulated.client("secretsmanager", RECOVERY)
    client.delete_secret(SecretId=platform.secret, ForceDeleteWithoutRecovery=True)


def _elsewhere(platform: Platform) -> Platform:
    world = platform.simulated.world
    usual, world.durations = world.durations, dict.fromkeys(world.durations, timedelta(0))
    made = Platform(platform.simulated, PRIMARY)
    world.durations = usual
    return made


WRONG: list[Any] = [
    pytest.param(
        lambda p: p.reconfigure(DATABASE_HOST=_elsewhere(p).database), f"is not in {RECOVERY}", id="database elsewhere"
    ),
    pytest.param(
        lambda p: p.simulated.client("rds", RECOVERY).stop_db_instance(DBInstanceIdentifier="amply-prod"),
        f"the database amply-prod.aaaaaaaaaa.{RECOVERY}.rds.amazonaws.com is stop",
        id="database stopped",
    ),
    pytest.param(
        lambda p: p.reconfigure(DATABASE_HOST="amply-old.example"),
        "the database amply-old.example does not exist",
        id="database unknown",
    ),
    pytest.param(lambda p: p.reconfigure(DATABASE_HOST=None), "DATABASE_HOST is not set", id="database not set"),
    pytest.param(
        lambda p: p.reconfigure(REDIS_HOST=_elsewhere(p).redis), f"is not in {RECOVERY}", id="redis elsewhere"
    ),
    pytest.param(
        lambda p: p.simulated.client("elasticache", RECOVERY).delete_replication_group(
            ReplicationGroupId="amply-prod-redis"
        ),
        "is deleting",
        id="redis going away",
    ),
    pytest.param(
        lambda p: p.reconfigure(STORAGE_BUCKET=_elsewhere(p).bucket),
        f"the bucket amply-storage-{PRIMARY} is not in {RECOVERY}",
        id="bucket elsewhere",
    ),
    pytest.param(
        lambda p: p.reconfigure(STORAGE_BUCKET="amply-none"), "the bucket amply-none does not exist", id="no bucket"
    ),
    pytest.param(_delete_secret, f"is not in {RECOVERY}", id="secret gone"),
]


@pytest.mark.parametrize(("breaks", "problem"), WRONG)
def test_it_is_down_for_each_single_thing_that_is_wrong(
    simulated: Simulated, platform: Platform, breaks: Callable[[Platform], object], problem: str
) -> None:
    breaks(platform)
    answer = fetch(simulated)
    assert answer.status == 503
    assert told(answer)["status"] == "down"
    assert [problem in one for one in told(answer)["problems"]] == [True]


def test_a_redis_that_follows_another_one_takes_no_writes(simulated: Simulated, platform: Platform) -> None:
    home = simulated.client("elasticache", PRIMARY)
    away = simulated.client("elasticache", RECOVERY)
    world = simulated.world
    usual, world.durations = world.durations, dict.fromkeys(world.durations, timedelta(0))
    home.create_replication_group(
        ReplicationGroupId="leader", ReplicationGroupDescription="-", CacheNodeType="cache.t3.micro"
    )
    datastore = home.create_global_replication_group(
        GlobalReplicationGroupIdSuffix="amply", PrimaryReplicationGroupId="leader"
    )["GlobalReplicationGroup"]["GlobalReplicationGroupId"]
    away.create_replication_group(
        ReplicationGroupId="follower", ReplicationGroupDescription="-", GlobalReplicationGroupId=datastore
    )
    follower = away.describe_replication_groups(ReplicationGroupId="follower")["ReplicationGroups"][0]
    world.durations = usual
    platform.reconfigure(REDIS_HOST=follower["NodeGroups"][0]["PrimaryEndpoint"]["Address"])
    assert "is a secondary" in told(fetch(simulated))["problems"][0]

    away.failover_global_replication_group(
        GlobalReplicationGroupId=datastore, PrimaryRegion=RECOVERY, PrimaryReplicationGroupId="follower"
    )
    platform.estate.wait()
    assert fetch(simulated).status == 200


def test_without_a_healthy_target_the_load_balancer_says_so(simulated: Simulated, platform: Platform) -> None:
    platform.estate.update(desiredCount=0)
    answer = fetch(simulated)
    assert answer.status == 503
    assert b"503 Service Temporarily Unavailable" in answer.body


def test_a_name_that_does_not_exist_is_a_failure_of_dns(simulated: Simulated, platform: Platform) -> None:
    answer = fetch(simulated, "https://nobody.amply.example/health/deep")
    assert (answer.status, answer.failure) == (0, "dns")


def test_what_is_in_a_lost_region_resets_the_connection(simulated: Simulated, platform: Platform) -> None:
    simulated.world.lose(RECOVERY)
    answer = fetch(simulated)
    assert (answer.status, answer.failure) == (0, "connect")


@pytest.mark.parametrize(
    ("mode", "ends"), [("reset", ConnectionLost), ("503", ConnectionLost), ("hang", ConnectionHangs)]
)
def test_a_lost_region_ends_as_the_scenario_wants_it(
    simulated: Simulated, platform: Platform, mode: str, ends: type[Exception]
) -> None:
    simulated.world.lose(RECOVERY, mode)
    environ = {"drctl.target": HOST, "drctl.host": HOST, "PATH_INFO": "/health/deep", "REQUEST_METHOD": "GET"}
    with pytest.raises(ends):
        collect(Application(simulated.world), environ)


def test_the_load_balancer_can_be_checked_directly_with_the_real_host(simulated: Simulated, platform: Platform) -> None:
    assert fetch(simulated, connect_to=platform.balancer["DNSName"]).status == 200
    assert fetch(simulated, f"http://{platform.balancer['DNSName']}/health/deep").status == 200
    other = fetch(simulated, "https://other.example/health/deep", connect_to=platform.balancer["DNSName"])
    assert other.status == 400
    assert fetch(simulated, connect_to="gone-1.eu-west-1.elb.amazonaws.com").failure == "dns"


def test_other_paths_and_ports_are_not_the_health_check(simulated: Simulated, platform: Platform) -> None:
    assert fetch(simulated, f"https://{HOST}/").status == 404
    assert fetch(simulated, f"https://{HOST}:8443/health/deep").failure == "connect"


def test_a_switched_name_leads_to_the_other_region_once_it_is_in_sync(
    simulated: Simulated, platform: Platform, zone: str
) -> None:
    home = _elsewhere(platform)
    home.estate.create(home.define(), target_group=home.group)
    home.estate.wait()
    point(simulated, zone, home)
    assert told(fetch(simulated))["region"] == RECOVERY
    simulated.advance(simulated.world.durations["route53.insync"])
    assert told(fetch(simulated))["region"] == PRIMARY


def test_a_name_may_lead_there_over_another_one(simulated: Simulated, platform: Platform, zone: str) -> None:
    record = {"Name": "www.amply.example", "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": HOST}]}
    simulated.client("route53", "us-east-1", SHARED_SERVICES).change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    )
    simulated.advance(timedelta(minutes=5))
    assert fetch(simulated, "https://www.amply.example/health/deep").status == 400
    environ = {"drctl.target": "www.amply.example", "drctl.host": HOST, "PATH_INFO": "/health/deep"}
    assert collect(Application(simulated.world), environ).status == 200


def test_both_versions_answer_while_a_deployment_replaces_one_by_the_other(
    simulated: Simulated, platform: Platform
) -> None:
    image = platform.estate.push_image("2026.11.4")
    environment = {"DATABASE_HOST": platform.database, "REDIS_HOST": platform.redis, "STORAGE_BUCKET": platform.bucket}
    platform.estate.update(taskDefinition=platform.estate.define(image, environment=environment))
    seen: list[set[str]] = []
    for _ in range(40):
        versions = {told(fetch(simulated))["version"] for _ in range(2)}
        if not seen or seen[-1] != versions:
            seen.append(versions)
        simulated.advance(timedelta(seconds=5))
    assert (seen[0], seen[-1]) == ({"2026.11.3"}, {"2026.11.4"})


def test_the_rules_of_the_listener_decide_where_a_request_goes(simulated: Simulated, platform: Platform) -> None:
    elb = platform.estate.elb
    listener = elb.describe_listeners(LoadBalancerArn=platform.balancer["LoadBalancerArn"])["Listeners"][0]
    fixed = {
        "Type": "fixed-response",
        "FixedResponseConfig": {"StatusCode": "503", "ContentType": "text/plain", "MessageBody": "maintenance"},
    }
    elb.create_rule(
        ListenerArn=listener["ListenerArn"], Priority=1, Actions=[fixed],
        Conditions=[{"Field": "host-header", "Values": [HOST]}, {"Field": "path-pattern", "Values": ["/health/*"]}],
    )  # fmt: skip
    answer = fetch(simulated)
    assert (answer.status, answer.body) == (503, b"maintenance")
    assert fetch(simulated, f"https://{HOST}/other").status == 404


def test_a_service_that_no_estate_describes_says_so(simulated: Simulated, platform: Platform) -> None:
    simulated.world.part(PlayedApplications).play(
        Estate(name="none", accounts=ESTATE.accounts, default_account="production", regions=ESTATE.regions)
    )
    assert fetch(simulated).status == 404
