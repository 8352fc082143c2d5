"""check.postgres, check.redis and check.dns: what is asked, what is told, and what is never told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.actions.checks.dns import CheckDns
from drctl.actions.checks.postgres import CheckPostgres
from drctl.aws.passwords import find_password
from drctl.model.decision import Done, Wait
from drctl.model.evidence import RecoveryPoint
from drctl.model.password import Password
from drctl.ports.action import StepContext
from drctl.ports.dns import DnsAnswer
from drctl.ports.postgres import PostgresAnswer, PostgresQuestion
from drctl.ports.redis import RedisAnswer, RedisQuestion
from drctl.testing.outside import no_probes, no_programs
from tests.actions.cases import check_dns, check_postgres
from tests.actions.laws import PAST, RUN, STEP
from tests.actions.test_check_http import NoAws
from tests.fakes.aws import kept_access
from tests.simulated import RECOVERY, Simulated

CATALOGUE = ActionCatalogue()
BASE = {name: check_postgres.WITH[name] for name in ("region", "host", "database", "user", "password_secret")}


class RedisThatListens:
    def __init__(self) -> None:
        self.asked: list[RedisQuestion] = []

    def ask(self, question: RedisQuestion) -> RedisAnswer:
        self.asked.append(question)
        return RedisAnswer(role="master")


def problems(kind: str, **params: object) -> list[str]:
    return [problem.message for problem in CATALOGUE.check(kind, params)]  # type: ignore[arg-type]


def decide(answer: PostgresAnswer, **params: object) -> Any:
    bound = CATALOGUE.bind("check.postgres", {**BASE, **params})  # type: ignore[dict-item]
    return bound.action.decide(bound.params, answer, PAST)


@pytest.mark.parametrize(
    ("text", "password"),
    [
        pytest.param("plain-text", Password("plain-text"), id="a text"),
        pytest.param('{"username": "amply", "password": "of-the-object"}', Password("of-the-object"), id="an object"),
        pytest.param('{"username": "amply"}', None, id="an object without one"),
        pytest.param("12345", Password("12345"), id="digits"),
    ],
)
def test_a_password_is_the_secrets_text_or_named_in_its_object(
    simulated: Simulated, text: str, password: Password | None
) -> None:
    secrets = simulated.client("secretsmanager", RECOVERY)
    secrets.create_secret(Name="amply/db", SecretString=text)
    assert find_password(secrets, "amply/db") == password
    assert find_password(secrets, "amply/gone") is None


def test_a_password_never_shows_what_it_is() -> None:
    password = Password("open sesame")
    question = PostgresQuestion(host="db", database="amply", user="amply", password=password)
    cache = RedisQuestion(host="cache", password=password)
    for told in (repr(password), str(password), f"{password}", repr(question), repr(cache)):
        assert "sesame" not in told


def test_without_its_password_a_database_is_not_asked(simulated: Simulated) -> None:
    """no_probes would fail the test."""
    params = CATALOGUE.bind("check.postgres", BASE).params
    context = StepContext(
        run=RUN,
        step=STEP,
        aws=kept_access(simulated, None).for_account(None),
        probes=no_probes(),
        programs=no_programs(),
    )
    seen = CheckPostgres().observe(params, context)
    decision = CheckPostgres().decide(params, seen, PAST)
    assert isinstance(decision, Wait)
    assert "amply/prod/database-password in eu-west-1 hands none out" in decision.until


def test_the_newest_heartbeat_is_the_recovery_point() -> None:
    params = CATALOGUE.bind("check.postgres", check_postgres.WITH).params
    context: Any = None
    evidence = CheckPostgres().verify(params, check_postgres.SOUND, PAST, context)
    assert check_postgres.SOUND.heartbeat_at is not None
    assert evidence.recovery_point == RecoveryPoint(check_postgres.SOUND.heartbeat_at, "heartbeat row")
    assert evidence.outputs["heartbeat_age_s"] == 3600


def test_what_nobody_asked_is_not_told() -> None:
    params = CATALOGUE.bind("check.postgres", BASE).params
    context: Any = None
    evidence = CheckPostgres().verify(params, PostgresAnswer(server_version="16.4", lsn="0/1"), PAST, context)
    assert evidence.outputs == {"server_version": "16.4", "lsn": "0/1"}
    assert evidence.recovery_point is None


@pytest.mark.parametrize(
    ("answer", "params", "says"),
    [
        pytest.param({"value": 41}, {"query": "select 1", "equals": 42}, "`select 1` answers 41, not 42", id="equals"),
        pytest.param({"value": 3}, {"query": "select 1", "at_least": 4}, "answers 3, less than 4", id="at_least"),
        pytest.param({"value": 9}, {"query": "select 1", "at_most": 4}, "answers 9, more than 4", id="at_most"),
        pytest.param({"value": "x"}, {"query": "select 1", "at_most": 4}, "x, which is no number", id="no number"),
        pytest.param(
            {"counts": {"plans": 8}}, {"row_counts": {"plans": 10}}, "plans has 8 rows, not 10", id="row counts"
        ),
        pytest.param(
            {"late_sequences": ("a", "b", "c")}, {"sequences": True}, "behind: a; so are 2 more", id="sequences"
        ),
        pytest.param(
            {"failure": "denied", "detail": "password=open sesame"}, {}, "it refuses (password=***", id="a secret"
        ),
    ],
)
def test_one_sentence_says_what_is_wrong(answer: dict[str, Any], params: dict[str, Any], says: str) -> None:
    decision = decide(PostgresAnswer(**answer), **params)
    assert isinstance(decision, Wait)
    assert says in decision.until


def test_a_number_may_differ_within_the_tolerance() -> None:
    for value, good in ((95, True), (105, True), (94, False), (106, False), (True, False)):
        decision = decide(PostgresAnswer(value=value), query="select 1", equals=100, tolerance=5)
        assert isinstance(decision, Done) is good, value


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"max_heartbeat_age": "1h"}, id="the age of nothing"),
        pytest.param({"query": "select 1"}, id="a query compared with nothing"),
        pytest.param({"equals": 1}, id="a comparison with nothing"),
        pytest.param({"query": "delete from plans", "equals": 1}, id="a query that writes"),
        pytest.param({"row_counts": {"a.b.c": 1}}, id="no table"),
        pytest.param({"sslmode": "prefer"}, id="TLS that may be left out"),
        pytest.param({"row_tolerance": 101}, id="more than everything"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(params: dict[str, Any]) -> None:
    assert problems("check.postgres", **BASE) == []
    assert problems("check.postgres", **{**BASE, **params})


def test_a_key_is_written_only_where_the_runbook_wants_to_know(simulated: Simulated) -> None:
    listening = RedisThatListens()
    for wanted in (False, True):
        bound = CATALOGUE.bind("check.redis", {"host": "cache", "writable": wanted})
        context = StepContext(
            run=RUN,
            step=STEP,
            aws=kept_access(simulated, None).for_account(None),
            probes=replace(no_probes(), redis=listening),
            programs=no_programs(),
        )
        bound.action.observe(bound.params, context)
    assert [question.write_key for question in listening.asked] == [None, f"drctl:{RUN}"]
    assert problems("check.redis", host="cache", password_secret="auth"), "its Region is missing"


def look(world: Mapping[tuple[str, str, str | None], DnsAnswer], **params: object) -> tuple[Any, check_dns.Answering]:
    answering = check_dns.Answering(world)
    bound = CATALOGUE.bind("check.dns", {"name": check_dns.NAME, **params})  # type: ignore[dict-item]
    context = StepContext(
        run=RUN,
        step=STEP,
        aws=NoAws(),
        probes=replace(no_probes(), dns=answering),
        programs=no_programs(),
    )
    return CheckDns().decide(bound.params, CheckDns().observe(bound.params, context), PAST), answering


def test_name_servers_are_asked_for_what_they_know_and_resolvers_for_everything() -> None:
    decision, answering = look(check_dns.WORLD, alias_target=check_dns.BALANCER, resolvers=[check_dns.RESOLVER])
    assert isinstance(decision, Done)
    recursive = {question.server: question.recursive for question in answering.asked if question.name == check_dns.NAME}
    assert {server: recursive[server] for server in check_dns.SERVERS} == dict.fromkeys(check_dns.SERVERS, False)
    assert recursive[check_dns.RESOLVER] is True


def test_one_old_answer_is_enough_to_wait() -> None:
    old = {
        **check_dns.WORLD,
        (check_dns.NAME, "A", check_dns.SERVERS[1]): DnsAnswer(code="NOERROR", values=("192.0.2.1",)),
    }
    decision, _ = look(old, expect=list(check_dns.ADDRESSES), resolvers=[check_dns.RESOLVER])
    assert isinstance(decision, Wait)
    assert f"{check_dns.SERVERS[1]} answers 192.0.2.1, not 198.51.100.7, 203.0.113.9" in decision.until
    assert decision.again_in == timedelta(seconds=20)


def test_a_server_may_be_given_with_its_port() -> None:
    world: dict[tuple[str, str, str | None], DnsAnswer] = {(check_dns.NAME, "A", "127.0.0.1"): check_dns.HERE}
    decision, answering = look(world, expect=list(check_dns.ADDRESSES), name_servers=["127.0.0.1:5353"])
    assert isinstance(decision, Done)
    assert [(question.server, question.port) for question in answering.asked] == [("127.0.0.1", 5353)]


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({}, id="nothing expected"),
        pytest.param({"expect": ["192.0.2.1"], "alias_target": "a.example"}, id="two things expected"),
        pytest.param({"alias_target": "a.example", "type": "TXT"}, id="a target without addresses"),
        pytest.param({"expect": ["192.0.2.1"], "authoritative": False}, id="nobody to ask"),
    ],
)
def test_what_dns_cannot_be_asked_is_refused(params: dict[str, Any]) -> None:
    assert problems("check.dns", name="api.amply.example", **params)
