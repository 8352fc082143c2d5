"""An estate's file becomes the model, or a list of everything that is wrong with it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drctl.loading.estate import estate_schema, load_estate
from drctl.loading.yaml_source import read_yaml
from drctl.model.problem import Problem
from tests.loading.shipped import AMPLY

HEAD = dedent(
    """\
    estate: small
    accounts: { production: "111111111111", staging: "222222222222" }
    default_account: production
    regions: { primary: eu-central-1, recovery: eu-west-1 }
    """
)


def problems_of(text: str) -> tuple[Problem, ...]:
    estate, problems = load_estate(text, "estate.yaml")
    assert (estate is None) == bool(problems)
    return problems


def place(body: str, account: str = "production", region: str = "eu-central-1") -> str:
    """An estate with that one place."""
    indented = "".join(f"      {line}\n" for line in dedent(body).strip().splitlines())
    return f"{HEAD}places:\n  {account}:\n    {region}:\n{indented}"


def test_the_estate_that_comes_with_drctl_has_no_problems() -> None:
    estate, problems = load_estate(AMPLY.read_text(), "amply.yaml")
    assert problems == ()
    assert estate is not None
    assert estate.accounts["production"] == "111111111111"
    assert estate.regions.every == ("eu-central-1", "eu-west-1")


def test_an_estate_needs_nothing_but_a_name_accounts_and_regions() -> None:
    estate, problems = load_estate(HEAD, "estate.yaml")
    assert problems == ()
    assert estate is not None
    assert list(estate.each_place()) == []


def test_a_section_and_an_entry_may_stand_there_with_nothing_in_them() -> None:
    estate, problems = load_estate(place("buckets:\n  orders:\nqueues:\n"), "estate.yaml")
    assert problems == ()
    assert estate is not None
    found = estate.place(None, "eu-central-1")
    assert found is not None
    assert found.buckets["orders"].versioning


def test_spans_are_read_in_the_form_people_write_them() -> None:
    estate, _ = load_estate(place("queues:\n  orders: { visibility: 1h30m }"), "estate.yaml")
    assert estate is not None
    found = estate.place("production", "eu-central-1")
    assert found is not None
    assert found.queues["orders"].visibility == timedelta(minutes=90)


def test_eleven_mistakes_give_eleven_problems_each_at_its_own_place() -> None:
    text = dedent(
        """\
        estate: eleven
        accounts:
          production: 111111111111
          staging: "22222"
        default_account: produktion
        regions: { primary: eu-central-1, recovery: ireland }
        places:
          production:
            us-east-1: {}
            eu-central-1:
              networks:
                main:
                  cidr: 10.0.0.0/16
                  subnets:
                    a: { cidr: 10.9.0.0/24, zone: a }
              databasse: {}
              queues:
                orders: { retention: 4 days }
              clusters:
                main:
                  services:
                    api: { task: api, subnets: [b], security_groups: [] }
          sandbox: {}
        """
    )
    found = {(problem.line, problem.column, problem.path) for problem in problems_of(text)}
    assert found == {
        (3, 15, "accounts.production"),
        (4, 12, "accounts.staging"),
        (5, 18, "default_account"),
        (6, 45, "regions.recovery"),
        (9, 5, "places.production.us-east-1"),
        (15, 24, "places.production.eu-central-1.networks.main.subnets.a.cidr"),
        (16, 7, "places.production.eu-central-1.databasse"),
        (18, 30, "places.production.eu-central-1.queues.orders.retention"),
        (22, 26, "places.production.eu-central-1.clusters.main.services.api.task"),
        (22, 41, "places.production.eu-central-1.clusters.main.services.api.subnets[0]"),
        (23, 3, "places.sandbox"),
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            HEAD.replace('"111111111111"', "111111111111"),
            "accounts.production  expected text, got the number 111111111111; put it in quotes",
            id="an account id without quotes",
        ),
        pytest.param(
            HEAD.replace("222222222222", "111111111111"),
            "accounts.production  another account has the id 111111111111 too",
            id="one id for two accounts",
        ),
        pytest.param(
            HEAD.replace("eu-west-1", "eu-central-1"),
            "regions.recovery  is the primary Region; a Region's loss would take both",
            id="recovery where the disaster is",
        ),
        pytest.param(
            place("databasez: {}"),
            "places.production.eu-central-1.databasez  unknown key 'databasez'; did you mean 'databases'?",
            id="a misspelt section",
        ),
        pytest.param(
            place("databases:\n  orders: { version: '16.4', class: db.t3.micro, subnet_grup: orders }"),
            "databases.orders.subnet_grup  unknown key 'subnet_grup'; did you mean 'subnet_group'?",
            id="a misspelt key",
        ),
        pytest.param(
            place("databases:\n  orders: { class: db.t3.micro, subnet_group: x, version: 16.4 }"),
            "databases.orders.version  expected text, got the number 16.4; put it in quotes",
            id="a version without quotes",
        ),
        pytest.param(
            place("database_subnet_groups:\n  orders: [main-a]\nnetworks:\n  m:\n    cidr: 10.0.0.0/16\n"
                  "    subnets:\n      main-b: { cidr: 10.0.1.0/24, zone: b }"),
            "database_subnet_groups.orders[0]  there is no subnet 'main-a' in "
            "places.production.eu-central-1.networks; did you mean 'main-b'?",
            id="a subnet that is not there",
        ),
        pytest.param(
            place("buckets:\n  orders: { replication: { to: ordres-copy, role: s3 } }\n  orders-copy: {}")
            + "roles:\n  s3: { trusts: s3.amazonaws.com }\n",
            "buckets.orders.replication.to  there is no bucket 'ordres-copy' in places.production; "
            "did you mean 'orders-copy'?",
            id="a replica that is not there",
        ),
        pytest.param(
            place("buckets:\n  orders: { versioning: false, replication: { to: copy, role: s3 } }\n  copy: {}")
            + "roles:\n  s3: { trusts: s3.amazonaws.com }\n",
            "buckets.orders.versioning  a bucket that replicates needs its versions",
            id="replication without versions",
        ),
        pytest.param(
            place("task_definitions:\n  api: { containers: { api: { image: 'registry/api:1', environment:"
                  " { HOST: '${{ databases.orders.endpoint }}' } } } }"),
            "environment.HOST  there is no database 'orders' in places.production.eu-central-1.databases",
            id="the address of a database that is not there",
        ),
        pytest.param(
            place("task_definitions:\n  api: { containers: { api: { image: 'registry/api:1', environment:"
                  " { HOST: '${{ steps.x.endpoint }}' } } } }"),
            "environment.HOST  expected ${{ databases.NAME.endpoint }} or ${{ caches.NAME.endpoint }}",
            id="a reference to what an estate does not have",
        ),
        pytest.param(
            place("task_definitions:\n  api: { containers: { api: { image: 'api:2' } } }\n"
                  "repositories:\n  api: { tags: ['1'] }"),
            "containers.api.image  there is no image 'api:2' in places.production.eu-central-1.repositories; "
            "did you mean 'api:1'?",
            id="an image that is not there",
        ),
        pytest.param(
            place("caches:\n  orders: { subnet_group: main, password_secret: token }"),
            "caches.orders.password_secret  there is no secret 'token' in places.production.eu-central-1.secrets",
            id="a password that is not there",
        ),
        pytest.param(
            place("databases:\n  orders: { version: '16.4', class: db.t3.small, subnet_group: main,"
                  " heartbeat: { table: beats, column: at } }"),
            "databases.orders.heartbeat.table  is not in `tables`",
            id="a heartbeat in no table",
        ),
        pytest.param(
            place("secrets:\n  token: {}\ncaches:\n  orders: { subnet_group: main, password_secret: token,"
                  " transit_encryption: false }"),
            "caches.orders.password_secret  a cache asks for a password only with `transit_encryption`",
            id="a password in plain text",
        ),
        pytest.param(
            place("secrets:\n  key: { replicate_to: [eu-west-2] }"),
            "secrets.key.replicate_to[0]  there is no Region 'eu-west-2' in regions; did you mean 'eu-west-1'?",
            id="a Region that is not declared",
        ),
        pytest.param(
            HEAD + "zones:\n  example.org: { records: [{ name: api.example.com, values: [1.2.3.4] }] }\n",
            "zones.example.org.records[0].name  'api.example.com' is not within the zone example.org",
            id="a record in another zone",
        ),
        pytest.param(
            HEAD + "zones:\n  example.org: { records: [{ name: example.org, alias: { load_balancer: api } }] }\n",
            "records[0].alias.load_balancer  there is no load balancer 'api' in "
            "places.production.eu-central-1.load_balancers",
            id="an alias of a load balancer that is not there",
        ),
        pytest.param(
            HEAD + "applications:\n  api: { hosts: [api.example.org], cluster: main, service: api }\n",
            "applications.api.cluster  there is no cluster 'main' in places.production.eu-central-1.clusters",
            id="an application of a cluster that is not there",
        ),
        pytest.param(
            HEAD + 'global_databases:\n  shop:\n    version: "16.4"\n'
            "    primary: { region: eu-central-1, cluster: a }\n"
            "    secondaries: [{ region: eu-central-1, cluster: b }]\n",
            "global_databases.shop.secondaries[0].region  a global database has one cluster in a Region",
            id="two clusters of a global database in one Region",
        ),
        pytest.param(
            HEAD + "web:\n  hooks.example.org: { kind: webhook, secret: hook }\n",
            "web.hooks.example.org.secret  there is no secret 'hook'",
            id="a host that a secret opens which is not there",
        ),
        pytest.param(
            place("secrets:\n  hook: {}") + "web:\n  hooks.example.org: { kind: webhook, secret: hook }\n",
            "web.hooks.example.org.secret  the value of hook is no URL of this host: https://hooks.example.org/…",
            id="a webhook whose secret is no URL of it",
        ),
        pytest.param(
            HEAD + "web:\n  a.example.org: { kind: pagerduty, repositories: { o/r: {} } }\n",
            "web.a.example.org.repositories  only a host of the kind github has repositories",
            id="repositories of a host that has none",
        ),
        pytest.param(
            HEAD + "web:\n  api.github.com: { kind: github, repositories: { platform: {} } }\n",
            "expected owner/name, got 'platform'",
            id="a repository without its owner",
        ),
        pytest.param(
            HEAD + "web:\n  https://a.example.org: { kind: webhook }\n",
            "expected the name of a host in small letters, got 'https://a.example.org'",
            id="a host that is a URL",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_path_and_the_nearest_word(text: str, told: str) -> None:
    assert any(told in str(problem) for problem in problems_of(text)), [str(problem) for problem in problems_of(text)]


def test_what_follows_from_a_mistake_is_not_reported_as_another() -> None:
    text = place(
        """\
        networks: 5
        database_subnet_groups: { orders: [main-a, main-b] }
        databases:
          orders: { version: "16.4", class: db.t3.micro, subnet_group: orders, key: main, security_groups: [orders] }
        keyz: { main: {} }
        """
    )
    assert [problem.path.rpartition(".")[2] for problem in problems_of(text)] == ["networks", "keyz"]


def test_a_database_in_a_region_that_is_not_named_is_one_problem() -> None:
    text = AMPLY.read_text().replace(
        "replica_of: { region: eu-central-1, database: amply-prod }", "replica_of: { database: amply-prod }"
    )
    assert [(problem.path.rpartition(".")[2], problem.message) for problem in problems_of(text)] == [
        ("region", "is missing")
    ]


def test_more_snapshots_than_rds_keeps_in_a_region_are_refused() -> None:
    text = AMPLY.read_text().replace("every: 1h, keep: 2d", "every: 1h, keep: 4d")
    told = [problem.message for problem in problems_of(text)]
    assert told == [
        "there would be 115 snapshots in eu-central-1, and RDS keeps 100; keep fewer",
        "there would be 108 snapshots in eu-west-1, and RDS keeps 100; keep fewer",
    ]


def test_what_the_schema_knows_of_the_shipped_estate_is_what_the_loader_knows() -> None:
    schema: Any = estate_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    document, _ = read_yaml(AMPLY.read_text(), "amply.yaml")
    assert document is not None
    jsonschema.validate(document.data, schema)
    document.data["places"]["production"]["eu-central-1"]["queues"]["amply-celery"]["visibility"] = "30 minutes"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document.data, schema)


WORDS = st.sampled_from(
    ["estate", "accounts", "places", "production", "eu-central-1", "networks", "databases", "buckets", "regions",
     "primary", "roles", "zones", "applications", "cidr", "class", "to", "count", "alias", "x"]
)  # fmt: skip
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS
NESTED = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=20
)


def as_yaml(value: object) -> str:
    """`value` in YAML's flow style, in which JSON is YAML too."""
    import json

    return json.dumps(value)


@settings(max_examples=60, deadline=None)
@given(NESTED)
@example({"estate": "x", "places": {"production": {"eu-central-1": None}}})
@example({"estate": "\ud800"})
def test_whatever_the_structure_the_answer_is_an_estate_or_problems(data: object) -> None:
    problems_of(as_yaml(data))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_whatever_the_text_the_answer_is_an_estate_or_problems(text: str) -> None:
    problems_of(text)


@pytest.mark.parametrize("wrong", ["null", "[1]", "{ a: 1 }"])
def test_a_value_that_may_be_of_several_types_and_is_of_none_is_a_problem(wrong: str) -> None:
    text = Path(AMPLY).read_text().replace('schema_migrations": 412', f'schema_migrations": {wrong}')
    assert problems_of(text)


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_whatever_is_broken_in_a_good_file_the_answer_is_an_estate_or_problems(data: st.DataObject) -> None:
    lines = Path(AMPLY).read_text().splitlines()
    victims = data.draw(st.lists(st.integers(0, len(lines) - 1), min_size=1, max_size=4))
    for victim in victims:
        lines[victim] = data.draw(
            st.sampled_from(["", lines[victim].replace(":", ": x", 1), lines[victim] + "z", "  " + lines[victim]])
        )
    problems_of("\n".join(lines))
