"""An environment says which data stores get beacons, and how often."""

from __future__ import annotations

from datetime import timedelta

import jsonschema
import pytest

from drctl.loading.environment import environment_schema, load_environment
from drctl.loading.yaml_source import read_yaml
from drctl.model.beacon import BeaconKind
from drctl.model.beacon_store import SECRET_EVERY, Beacons

HEAD = """\
environment: staging
accounts: { main: { id: "111111111111" } }
default_account: main
regions: [eu-central-1, eu-west-1]
modes: [drill]
"""
FULL = f"""{HEAD}beacons:
  every: 30s
  stores:
    - {{ store: db, kind: postgres, region: eu-west-1, host: h, database: d, user: u, password_secret: p, table: a.b }}
    - {{ store: cache, kind: redis, region: eu-west-1, host: h, tls: false, every: 20s }}
    - {{ store: files, kind: s3, region: eu-central-1, bucket: f-a, copies: [{{ region: eu-west-1, bucket: f-b }}] }}
    - {{ store: jobs, kind: sqs, region: eu-west-1, queue: beacons }}
    - {{ store: keys, kind: secret, region: eu-west-1, secret: beacons }}
"""


def problems(text: str) -> list[str]:
    environment, found = load_environment(text, "e.yaml")
    assert (environment is None) is bool(found)
    return [str(problem).removeprefix("e.yaml:") for problem in found]


def test_stores_are_read_as_they_are_written() -> None:
    environment, found = load_environment(FULL, "e.yaml")
    assert found == ()
    assert environment is not None
    stores = environment.beacons.stores
    assert [store.kind for store in stores] == list(BeaconKind)
    periods = [environment.beacons.period_of(store) for store in stores]
    usual = timedelta(seconds=30)
    assert periods == [usual, timedelta(seconds=20), usual, usual, SECRET_EVERY]


def test_an_environment_without_them_has_none() -> None:
    environment, _ = load_environment(HEAD, "e.yaml")
    assert environment is not None
    assert environment.beacons == Beacons(every=timedelta(seconds=60), stores=())


def test_a_store_is_found_in_another_region_under_the_name_that_it_has_there() -> None:
    environment, _ = load_environment(FULL, "e.yaml")
    assert environment is not None
    by_name = {store.store: store for store in environment.beacons.stores}
    files, keys = by_name["files"].within("eu-west-1"), by_name["keys"].within("eu-central-1")
    assert (files.region, files.bucket) == ("eu-west-1", "f-b")
    assert (keys.region, keys.secret) == ("eu-central-1", "beacons")
    for region in (None, "eu-central-1"):
        assert by_name["files"].within(region) is by_name["files"]


def test_the_schema_takes_them() -> None:
    document, _ = read_yaml(FULL, "e.yaml")
    assert document is not None
    jsonschema.validate(document.data, environment_schema())


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("every: 30s", "every: 9s", "7:10  beacons.every  expected 10s to 24h"),
        ("every: 30s", "every: 30", "7:10  beacons.every  expected a duration such as 45s, 20m or 1h30m"),
        ("kind: sqs", "kind: sms", "12:28  beacons.stores[3].kind  expected one of postgres, redis, s3, sqs, secret"),
        ("store: cache", "store: db", "10:16  beacons.stores[1].store  'db' is here twice"),
        ("store: cache", "store: a b", "10:16  beacons.stores[1].store  expected a name of letters, digits"),
        ("database: d, ", "", "9:7  beacons.stores[0].database  is missing; a store of the kind postgres has it"),
        (
            "queue: beacons",
            "bucket: files",
            "12:7  beacons.stores[3].queue  is missing; a store of the kind sqs has it",
        ),
        ("tls: false", "prefix: a/", "10:64  beacons.stores[1].prefix  a store of the kind redis has no such key"),
        (
            "bucket: f-b",
            "queue: q",
            "11:98  beacons.stores[2].copies[0].queue  a store of the kind s3 has no such",
        ),
        ("bucket: f-a", "bucket: F-a", "11:63  beacons.stores[2].bucket  expected the name of a bucket"),
        ("queue: beacons", "queue: b.fifo", "12:59  beacons.stores[3].queue  expected the name of a standard queue"),
        ("table: a.b", "table: a.b.c", "9:113  beacons.stores[0].table  expected a table such as drctl_beacon"),
        (
            "region: eu-central-1",
            "region: eu-west-2",
            "11:41  beacons.stores[2].region  there is no Region 'eu-west-2'",
        ),
        ("kind: sqs", "account: b, kind: sqs", "12:31  beacons.stores[3].account  there is no account 'b' in accounts"),
        (
            "secret: beacons",
            "secret: beacons, every: 5m",
            "13:79  beacons.stores[4].every  expected at least 10m: a secret that is written more often",
        ),
        ("user: u", "user: ' '", "9:83  beacons.stores[0].user  expected text, got nothing but blanks"),
        ("tls: false", "port: 0", "10:70  beacons.stores[1].port  expected a whole number from 1 to 65535"),
        (
            "region: eu-west-1, bucket: f-b",
            "region: eu-central-1",
            "11:87  beacons.stores[2].copies[0].region  'eu-central-1' is where the store itself is",
        ),
        ("user: u", "password: open-sesame", "unknown key 'password'"),
    ],
)
def test_what_cannot_be_meant_is_told_where_it_is(right: str, wrong: str, problem: str) -> None:
    assert FULL.count(right) == 1
    found = problems(FULL.replace(right, wrong))
    assert any(problem in one for one in found), found
    assert not any("sesame" in one for one in found)
