"""What a person is told to type is what a shell reads, and no secret stands in it."""

from __future__ import annotations

import shlex
import subprocess
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.ports.by_hand import (
    Argument,
    AwsRequest,
    Discretion,
    Form,
    HttpAsked,
    Notes,
    ProgramAsked,
    Secret,
    StoreAsked,
)
from drctl.ports.dns import DnsQuestion
from drctl.ports.postgres import BeaconRows, Heartbeat, PostgresQuestion
from drctl.ports.redis import RedisQuestion
from drctl.report.aws_command_line import quoted
from drctl.report.typed_commands import folded, typed
from tests.fakes.aws_command_line import parsed

SOURCE = AwsRequest(
    service="secretsmanager",
    operation="GetSecretValue",
    command="get-secret-value",
    region="eu-west-1",
    arguments=(Argument(name="SecretId", option="secret-id", form=Form.TEXT, value="amply/db"),),
)
KEPT = Secret(source=SOURCE, field="SecretString", key="password")
FETCH = (
    'SECRET_VALUE="$(aws secretsmanager get-secret-value --region eu-west-1 --secret-id amply/db'
    ' --query SecretString --output text | jq -r \'."password"\')"'
)


def request(service: str, operation: str, command: str, *arguments: Argument, as_json: bool = False) -> AwsRequest:
    return AwsRequest(
        service=service,
        operation=operation,
        command=command,
        region="eu-west-1",
        arguments=arguments,
        as_json=as_json,
    )


@given(st.text())
def test_a_word_is_one_word_and_never_steers_a_terminal(text: str) -> None:
    word = quoted(text)
    assert all(char.isprintable() or char == "\n" for char in word)
    if not word.startswith("$'"):
        assert shlex.split(word) == [text]


@pytest.mark.parametrize("text", ["\x1b[31mred", "a\x07b\\n'c", "nbsp\xa0é", "\u202eleft"])
def test_what_steers_a_terminal_reaches_the_program_as_it_was(text: str) -> None:
    said = subprocess.run(["bash", "-c", f"printf %s {quoted(text)}"], capture_output=True, check=True).stdout
    assert said.decode() == text


@given(st.text(st.characters(categories=("L", "N", "P", "S"), include_characters=" \n"), min_size=1))
def test_whatever_a_value_is_the_command_line_reads_it_as_it_was_meant(value: str) -> None:
    argument = Argument(name="Value", option="value", form=Form.TEXT, value=value)
    name = Argument(name="Name", option="name", form=Form.TEXT, value="x")
    asked = request("ssm", "PutParameter", "put-parameter", name, argument, as_json=value.startswith("file"))
    (line,) = typed(asked).lines
    if not asked.as_json:
        assert parsed(line)[2] == {"Name": "x", "Value": value}


@given(st.lists(st.text(st.characters(categories=("L", "N", "P")), min_size=1), min_size=1))
def test_a_list_keeps_its_elements_whatever_they_are(values: list[str]) -> None:
    argument = Argument(name="AlarmNames", option="alarm-names", form=Form.LIST, value=values)
    (line,) = typed(request("cloudwatch", "DisableAlarmActions", "disable-alarm-actions", argument)).lines
    assert parsed(line)[2] == {"AlarmNames": values}


def test_a_flag_that_is_false_is_said_by_its_opposite() -> None:
    off = Argument(name="MultiAZ", option="multi-az", form=Form.FLAG, value=False)
    assert typed(request("rds", "ModifyDBInstance", "modify-db-instance", off)).lines == [
        "aws rds modify-db-instance --region eu-west-1 --no-multi-az"
    ]
    egress = Argument(name="Egress", option="egress", form=Form.FLAG, value=False)
    (line,) = typed(request("ec2", "CreateNetworkAclEntry", "create-network-acl-entry", egress)).lines
    assert line.endswith("--ingress")


def test_s3_goes_by_another_name() -> None:
    bucket = Argument(name="Bucket", option="bucket", form=Form.TEXT, value="b")
    (line,) = typed(request("s3", "DeleteBucket", "delete-bucket", bucket)).lines
    assert line == "aws s3api delete-bucket --region eu-west-1 --bucket b"


def test_an_option_that_the_command_line_has_itself_is_given_as_json() -> None:
    version = Argument(name="Version", option="version", form=Form.TEXT, value="1")
    (line,) = typed(request("eks", "CreateCluster", "create-cluster", version, as_json=True)).lines
    assert line.endswith("""--cli-input-json '{"Version":"1"}'""")


def test_a_secret_is_fetched_into_a_variable_where_it_is_known_how() -> None:
    value = Argument(name="Value", option="value", form=Form.TEXT, value=KEPT)
    told = typed(request("ssm", "PutParameter", "put-parameter", value))
    assert told.lines == [FETCH, 'aws ssm put-parameter --region eu-west-1 --value "$SECRET_VALUE"']
    assert told.fill_in == ()


def test_a_secret_that_nobody_knows_where_to_get_is_for_a_person_to_fill_in() -> None:
    value = Argument(name="Value", option="value", form=Form.TEXT, value=Secret())
    inside = Argument(name="Config", option="config", form=Form.JSON, value={"Header": Secret()})
    assert typed(request("ssm", "PutParameter", "put-parameter", value)).fill_in == ("$SECRET_VALUE",)
    told = typed(request("cloudfront", "UpdateDistribution", "update-distribution", inside))
    assert told.fill_in == ("<SECRET_VALUE>",)
    assert told.lines[-1].endswith("""--config '{"Header":"<SECRET_VALUE>"}'""")


def test_curl_sends_what_the_step_would_send() -> None:
    asked = HttpAsked(
        method="POST",
        url=("https://hooks.example/", KEPT),
        headers=(("Content-Type", ("application/json",)), ("Authorization", ("Bearer ", KEPT))),
        body=('{"text": "it\'s over"}',),
        connect_to="10.0.0.1:8443",
    )
    fetch, line = typed(asked).lines
    assert fetch == FETCH
    assert shlex.split(line) == [
        *("curl", "-sS", "-i", "--max-time", "10", "-X", "POST", "--connect-to", "::10.0.0.1:8443:"),
        *("-H", "Content-Type: application/json", "-H", "Authorization: Bearer $SECRET_VALUE"),
        *("--data-raw", '{"text": "it\'s over"}', "https://hooks.example/$SECRET_VALUE"),
    ]


def test_in_a_simulated_world_curl_goes_through_it() -> None:
    (line,) = typed(HttpAsked(method="GET", url=("https://api.example/",)), "http://127.0.0.1:5000").lines
    assert line == "curl -sS -i --max-time 10 --proxy http://127.0.0.1:5000 http://api.example/"


def test_psql_asks_what_the_check_asks_and_its_password_is_in_no_argument() -> None:
    question = PostgresQuestion(
        host="db.example",
        database="amply",
        user="check",
        timeout=timedelta(seconds=7),
        heartbeat=Heartbeat(table="ops.heartbeat", column="at"),
        counts=("orders",),
        writable=True,
    )
    fetch, line = typed(StoreAsked(question=question, password=KEPT)).lines
    assert fetch == FETCH
    assert shlex.split(line) == [
        "PGPASSWORD=$SECRET_VALUE",
        "psql",
        "host=db.example port=5432 dbname=amply user=check sslmode=verify-full sslrootcert=system connect_timeout=7",
        *("-c", "SELECT version(), now(), pg_is_in_recovery()"),
        *("-c", 'SELECT max("at") FROM "ops"."heartbeat"'),
        *("-c", 'SELECT count(*) FROM "orders"'),
        *("-c", "BEGIN; SELECT txid_current(); ROLLBACK"),
    ]


def test_psql_and_redis_cli_find_the_newest_beacon() -> None:
    beacons = BeaconRows(table="ops.drctl_beacon", store="it's", environment="staging")
    question = PostgresQuestion(host="db.example", database="amply", user="check", beacons=beacons)
    (line,) = typed(StoreAsked(question=question)).lines
    assert shlex.split(line)[-1] == (
        """SELECT * FROM "ops"."drctl_beacon" WHERE store = 'it''s' AND environment = 'staging' """
        "ORDER BY at DESC LIMIT 1"
    )
    cache = RedisQuestion(host="cache.example", beacon_key="drctl-beacon:sessions", tls=False)
    assert typed(StoreAsked(question=cache)).lines[-1] == "redis-cli -h cache.example -p 6379 GET drctl-beacon:sessions"


def test_redis_and_dns_are_asked_with_their_own_tools() -> None:
    cache = RedisQuestion(host="cache.example", write_key="drctl:check")
    assert typed(StoreAsked(question=cache)).lines == [
        "redis-cli -h cache.example -p 6379 --tls ROLE",
        "redis-cli -h cache.example -p 6379 --tls DBSIZE",
        "redis-cli -h cache.example -p 6379 --tls SET drctl:check drctl EX 60",
    ]
    name = DnsQuestion(name="api.example", type="AAAA", server="192.0.2.1", recursive=False)
    assert typed(name).lines == ["dig @192.0.2.1 +norecurse api.example AAAA"]


def test_a_program_is_started_where_the_step_starts_it() -> None:
    asked = ProgramAsked(
        argv=(("terraform",), ("apply",), ("plan file",)),
        folder="/srv/environments/eu west",
        environment=(("TF_INPUT", ("0",)), ("TOKEN", (KEPT,))),
        region="eu-west-1",
    )
    assert typed(asked).lines == [
        FETCH,
        "cd '/srv/environments/eu west'",
        "AWS_REGION=eu-west-1 TF_INPUT=0 TOKEN=\"$SECRET_VALUE\" terraform apply 'plan file'",
    ]


@pytest.mark.parametrize(
    "text", ["hunter2-and-more", "postgres://u:hunter2-and-more@db/x", '{"p": "hunter2-and-more"}']
)
def test_a_secret_that_was_handed_out_is_found_wherever_it_stands(text: str) -> None:
    notes = Notes(secrets={"hunter2-and-more": KEPT})
    discretion = Discretion(notes, {}, lambda text: False)
    assert discretion.secret_for(text) is not None
    assert all("hunter2" not in piece for piece in discretion.pieces(text) if isinstance(piece, str))
    assert KEPT in discretion.pieces(text)


def test_what_has_the_look_of_a_key_is_not_shown_either() -> None:
    discretion = Discretion(Notes(), {}, lambda text: text.startswith("AKIA"))
    assert discretion.pieces("AKIAEXAMPLE") == (Secret(),)
    assert discretion.secret_for("plain") is None


def test_a_long_command_has_an_option_to_each_line() -> None:
    words = ("aws", "rds", "describe-db-instances", "--region", "eu-west-1", "--db-instance-identifier", "x" * 100)
    assert folded(words, 80).splitlines() == [
        "aws rds describe-db-instances \\",
        "    --region eu-west-1 \\",
        f"    --db-instance-identifier {'x' * 100}",
    ]
    assert folded(words, 300) == " ".join(words)
