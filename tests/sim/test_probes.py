"""In a simulated run a probe sees the simulated world: over the control endpoint, as it stands at that moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from drctl.errors import GuardRefused, SimulationGone
from drctl.loading.estate import load_estate
from drctl.model.password import Password
from drctl.ports.dns import DnsAnswer, DnsQuestion, RecordType
from drctl.ports.postgres import BeaconRows, Heartbeat, PostgresAnswer, PostgresQuestion
from drctl.ports.redis import RedisAnswer, RedisQuestion
from drctl.sim.control import Control, Identity
from drctl.sim.control_client import ask as ask_control
from drctl.sim.probes import SimulatedDns, SimulatedPostgres, SimulatedRedis
from drctl.sim.seed.plant import plant
from tests.simulated import PRIMARY, RECOVERY, START, Simulated

ESTATE = """
estate: shop
accounts: { production: "111111111111" }
default_account: production
regions: { primary: eu-central-1, recovery: eu-west-1 }
places:
  production:
    eu-central-1:
      networks:
        shop:
          cidr: 10.0.0.0/16
          subnets: { db-a: { cidr: 10.0.1.0/24, zone: a }, db-b: { cidr: 10.0.2.0/24, zone: b } }
          security_groups:
            app: {}
            db: { inbound: [{ port: 5432, from: app }] }
            cache: { inbound: [{ port: 6379, from: app }] }
      database_subnet_groups: { shop: [db-a, db-b] }
      databases:
        shop:
          version: "16.4"
          class: db.t3.small
          subnet_group: shop
          security_groups: [db]
          user: shop
          database: shop
          password_secret: shop/db
          tables: { subscriptions: 1200, heartbeat: 1 }
          heartbeat: { table: heartbeat, column: beat_at }
          beacons: { store: shop, every: 7m }
          answers: { "select max(version) from migrations": 87 }
          snapshots:
            - { every: 4h, keep: 4h, newest: 40m, copied_to: eu-west-1 }
      cache_subnet_groups: { shop: [db-a, db-b] }
      caches:
        shop: { subnet_group: shop, security_groups: [cache], password_secret: shop/redis, keys: 31 }
      secrets:
        shop/db: { replicate_to: [eu-west-1] }
        shop/redis: {}
    eu-west-1:
      networks:
        shop:
          cidr: 10.1.0.0/16
          subnets: { db-a: { cidr: 10.1.1.0/24, zone: a }, db-b: { cidr: 10.1.2.0/24, zone: b } }
          security_groups:
            app: {}
            db: { inbound: [{ port: 5432, from: app }] }
      database_subnet_groups: { shop: [db-a, db-b] }
zones:
  shop.example:
    records:
      - { name: api.shop.example, values: [198.51.100.7], ttl: 30 }
      - { name: www.shop.example, type: CNAME, values: [api.shop.example], ttl: 300 }
      - { name: shop.example, type: TXT, values: ['"v=spf1 -all"'] }
"""
BEAT = Heartbeat(table="heartbeat", column="beat_at")
HOUR = timedelta(hours=1)


@pytest.fixture
def shop(simulated: Simulated) -> Iterator[Simulated]:
    estate, problems = load_estate(ESTATE, "shop")
    assert estate is not None, problems
    plant(estate, simulated.app, START)
    simulated.app.control = Control(simulated.app, Identity("world-1", START, 1), threading.Event())
    yield simulated
    simulated.app.control = None


def host(simulated: Simulated, name: str = "shop", region: str = PRIMARY) -> str:
    found = simulated.client("rds", region).describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    return str(found["Endpoint"]["Address"])


def secret(simulated: Simulated, name: str = "shop/db", region: str = PRIMARY) -> Password:
    return Password(simulated.client("secretsmanager", region).get_secret_value(SecretId=name)["SecretString"])


def database(simulated: Simulated, **changes: object) -> PostgresAnswer:
    asked = PostgresQuestion(
        host=str(changes.pop("host", "")) or host(simulated),
        database="shop",
        user="shop",
        password=secret(simulated, region=RECOVERY),
    )
    return SimulatedPostgres(simulated.url).ask(replace(asked, **changes))  # type: ignore[arg-type]


def cache(simulated: Simulated, **changes: object) -> RedisAnswer:
    found = simulated.client("elasticache").describe_replication_groups()["ReplicationGroups"][0]
    asked = RedisQuestion(
        host=found["NodeGroups"][0]["PrimaryEndpoint"]["Address"], password=secret(simulated, "shop/redis")
    )
    return SimulatedRedis(simulated.url).ask(replace(asked, **changes))  # type: ignore[arg-type]


def name(simulated: Simulated, asked: str, type_: RecordType = "A", server: str | None = None) -> DnsAnswer:
    return SimulatedDns(simulated.url).ask(DnsQuestion(name=asked, type=type_, server=server, recursive=server is None))


def ingress(simulated: Simulated, group: str) -> tuple[str, list[str]]:
    ec2 = simulated.client("ec2")
    named = [{"Name": "group-name", "Values": [group]}]
    group_id = str(ec2.describe_security_groups(Filters=named)["SecurityGroups"][0]["GroupId"])
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group_id]}])
    return group_id, [r["SecurityGroupRuleId"] for r in rules["SecurityGroupRules"] if not r["IsEgress"]]


def test_a_database_answers_what_the_estate_says_of_it(shop: Simulated) -> None:
    answer = database(
        shop,
        writable=True,
        heartbeat=BEAT,
        counts=("subscriptions", "public.heartbeat"),
        query="select max(version) from migrations",
        sequences=True,
    )
    assert (answer.failure, answer.writable, answer.in_recovery) == ("", True, False)
    assert (answer.value, answer.counts) == (87, {"subscriptions": 1200, "public.heartbeat": 1})
    assert (answer.now, answer.heartbeat_at, answer.server_version) == (START, START, "16.4")


def test_a_database_has_the_last_beacon_that_was_due_by_its_newest_data(shop: Simulated) -> None:
    every = timedelta(minutes=7)
    rows = BeaconRows(table="drctl_beacon", store="shop", environment="production")
    found = database(shop, beacons=rows).survivor
    assert found is not None
    assert found.beacon.every == every
    assert found.beacon.at <= START < found.beacon.at + every
    for other in ({"table": "other"}, {"store": "other"}, {"environment": "staging"}):
        assert database(shop, beacons=replace(rows, **other)).survivor is None


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"query": "select 1"}, id="a query"),
        pytest.param({"counts": ("plans",)}, id="a table"),
        pytest.param({"heartbeat": Heartbeat(table="heartbeat", column="at")}, id="a heartbeat"),
    ],
)
def test_what_nobody_described_is_not_made_up(shop: Simulated, changes: dict[str, object]) -> None:
    answer = database(shop, **changes)
    assert (answer.failure, answer.value, answer.counts) == ("not-simulated", None, {})
    assert "the estate does not describe" in answer.detail


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        pytest.param({"host": "gone.eu-central-1.rds.amazonaws.com"}, "dns", id="no such name"),
        pytest.param({"password": Password("of yesterday")}, "auth", id="a stale password"),
        pytest.param({"password": None}, "auth", id="no password"),
        pytest.param({"user": "root"}, "auth", id="no such user"),
        pytest.param({"database": "other"}, "denied", id="no such database"),
        pytest.param({"port": 6432}, "timeout", id="a port that nobody is let in at"),
    ],
)
def test_each_failure_of_a_database_has_its_kind(shop: Simulated, changes: dict[str, object], failure: str) -> None:
    assert database(shop, **changes).failure == failure


@pytest.mark.parametrize(("mode", "failure"), [("reset", "connect"), ("hang", "timeout"), ("503", "connect")])
def test_nothing_of_a_lost_region_answers(shop: Simulated, mode: str, failure: str) -> None:
    where = host(shop)
    shop.world.lose(PRIMARY, mode)
    assert database(shop, host=where).failure == failure


def test_a_restored_database_has_the_data_of_its_snapshot(shop: Simulated) -> None:
    rds = shop.client("rds", RECOVERY)
    copies = rds.describe_db_snapshots()["DBSnapshots"]
    newest = max(copies, key=lambda copy: copy["OriginalSnapshotCreateTime"])
    rds.restore_db_instance_from_db_snapshot(
        DBInstanceIdentifier="restored", DBSnapshotIdentifier=newest["DBSnapshotIdentifier"], DBSubnetGroupName="shop"
    )
    shop.advance(HOUR)
    answer = database(shop, host=host(shop, "restored", RECOVERY), writable=True, heartbeat=BEAT, counts=("heartbeat",))
    assert (answer.failure, answer.writable, answer.counts) == ("", True, {"heartbeat": 1})
    assert answer.heartbeat_at == START - timedelta(minutes=40)


def test_a_database_that_is_being_made_takes_no_connection(shop: Simulated) -> None:
    where = host(shop)
    shop.client("rds").reboot_db_instance(DBInstanceIdentifier="shop")
    answer = database(shop, host=where)
    assert (answer.failure, answer.detail) == ("connect", "the instance is rebooting")


def test_a_point_in_time_is_the_newest_data_there_is(shop: Simulated) -> None:
    wanted = START - timedelta(hours=3)
    shop.client("rds").restore_db_instance_to_point_in_time(
        SourceDBInstanceIdentifier="shop",
        TargetDBInstanceIdentifier="earlier",
        RestoreTime=wanted,
        DBSubnetGroupName="shop",
    )
    shop.advance(HOUR)
    assert database(shop, host=host(shop, "earlier"), heartbeat=BEAT).heartbeat_at == wanted


def test_a_replica_takes_no_writes_and_has_what_reached_it_until_it_is_promoted(shop: Simulated) -> None:
    rds, lag = shop.client("rds", RECOVERY), shop.world.durations["rds.replica_lag"]
    source = shop.client("rds").describe_db_instances()["DBInstances"][0]["DBInstanceArn"]
    rds.create_db_instance_read_replica(
        DBInstanceIdentifier="follower", SourceDBInstanceIdentifier=source, DBSubnetGroupName="shop"
    )
    shop.advance(HOUR)
    where = host(shop, "follower", RECOVERY)
    before = database(shop, host=where, writable=True, heartbeat=BEAT)
    assert (before.in_recovery, before.writable) == (True, False)
    assert before.heartbeat_at == shop.now() - lag

    shop.world.lose(PRIMARY)
    lost = shop.now()
    shop.advance(timedelta(minutes=10))
    rds.promote_read_replica(DBInstanceIdentifier="follower")
    shop.advance(HOUR)
    after = database(shop, host=where, writable=True, heartbeat=BEAT)
    assert (after.in_recovery, after.writable, after.heartbeat_at) == (False, True, lost - lag)
    assert int(after.lsn.replace("/", ""), 16) >= int(before.lsn.replace("/", ""), 16)


def test_a_database_that_nobody_is_let_in_to_is_silent(shop: Simulated) -> None:
    group, rules = ingress(shop, "db")
    shop.client("ec2").revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=rules)
    answer = database(shop, writable=True)
    assert (answer.failure, answer.writable) == ("timeout", None)


def test_a_cache_answers_what_the_estate_says_of_it(shop: Simulated) -> None:
    answer = cache(shop, write_key="drctl:dr-1")
    assert answer == RedisAnswer(role="master", server_version="7.1", keys=31, wrote=True)
    assert cache(shop).wrote is None


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        pytest.param({"host": "gone.cache.amazonaws.com"}, "dns", id="no such name"),
        pytest.param({"password": Password("of yesterday")}, "auth", id="a stale password"),
        pytest.param({"password": None}, "auth", id="no password"),
        pytest.param({"tls": False}, "connect", id="without TLS"),
        pytest.param({"port": 6380}, "timeout", id="a port that nobody is let in at"),
    ],
)
def test_each_failure_of_a_cache_has_its_kind(shop: Simulated, changes: dict[str, object], failure: str) -> None:
    assert cache(shop, **changes).failure == failure


def test_name_servers_know_their_zone_and_a_resolver_everything(shop: Simulated) -> None:
    (server, *_) = name(shop, "shop.example", "NS").values
    told = name(shop, "api.shop.example", server=server)
    assert told == DnsAnswer(code="NOERROR", values=("198.51.100.7",), ttl=30, authoritative=True)
    assert name(shop, "api.shop.example") == replace(told, authoritative=False)
    assert name(shop, "shop.example", "TXT").values == ('"v=spf1 -all"',)
    assert name(shop, "gone.shop.example", server=server).code == "NXDOMAIN"
    assert name(shop, "api.other.example", server=server).code == "REFUSED"
    assert name(shop, "api.shop.example", server="192.0.2.1").failure == "timeout"


def test_an_alias_is_named_and_the_shortest_ttl_counts(shop: Simulated) -> None:
    answer = name(shop, "www.shop.example")
    assert (answer.values, answer.aliases, answer.ttl) == (("198.51.100.7",), ("api.shop.example",), 30)
    assert name(shop, "www.shop.example", "CNAME").values == ("api.shop.example",)


def test_a_record_that_was_changed_is_answered_when_it_is_in_sync(shop: Simulated) -> None:
    route53 = shop.client("route53")
    zone = route53.list_hosted_zones()["HostedZones"][0]["Id"]
    record = {"Name": "api.shop.example", "Type": "A", "TTL": 5, "ResourceRecords": [{"Value": "203.0.113.9"}]}
    batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
    assert name(shop, "api.shop.example").values == ("198.51.100.7",)
    shop.advance(timedelta(minutes=1))
    assert (name(shop, "api.shop.example").values, name(shop, "api.shop.example").ttl) == (("203.0.113.9",), 5)


def test_a_question_that_is_none_is_refused_without_repeating_it(shop: Simulated) -> None:
    asked = {"host": "db", "database": "shop", "user": "shop", "password": {"text": "open sesame"}, "port": "many"}
    with pytest.raises(ValueError, match="wrong: port") as refused:
        ask_control(shop.url, "POST", "postgres", asked)
    assert "sesame" not in str(refused.value)


def test_a_simulated_probe_asks_this_machine_and_says_when_its_world_has_ended(simulated: Simulated) -> None:
    question = RedisQuestion(host="cache")
    with pytest.raises(GuardRefused):
        SimulatedRedis("http://192.0.2.1:80").ask(question)
    with pytest.raises(SimulationGone):
        SimulatedRedis("http://127.0.0.1:9").ask(question)
