"""The PostgreSQL probe, on a real PostgreSQL: what is asked and answered, and every way in which nothing answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from drctl.model.password import Password
from drctl.ports.postgres import Heartbeat, PostgresAnswer, PostgresQuestion
from drctl.probes.postgres import PsycopgProbe
from tests.servers.postgres import PASSWORD, PostgresServer
from tests.servers.processes import free_port

BEAT = datetime(2026, 11, 23, 3, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def amply(postgres_server: PostgresServer) -> PostgresServer:
    """The server with some tables, and a reader that may see one of them."""
    with postgres_server.admin() as admin:
        admin.execute("create table subscriptions (id serial primary key, price numeric)")
        admin.execute("insert into subscriptions (price) select 10 from generate_series(1, 12)")
        admin.execute("create table heartbeat (beat_at timestamptz)")
        admin.execute("create table local_heartbeat (beat_at timestamp)")
        admin.execute("insert into heartbeat values (%s), (%s)", (BEAT, BEAT - timedelta(hours=1)))
        admin.execute("insert into local_heartbeat values (%s)", (BEAT.replace(tzinfo=None),))
        admin.execute("create table empty_heartbeat (beat_at timestamptz)")
        admin.execute(f"create role reader login password '{PASSWORD}'")
        admin.execute("create role frozen login password 'frozen'")
        admin.execute("alter role frozen set default_transaction_read_only = on")
        admin.execute("grant select on heartbeat to reader")
    return postgres_server


@pytest.fixture
def question(amply: PostgresServer) -> PostgresQuestion:
    return PostgresQuestion(
        host="localhost",
        port=amply.port,
        database="amply",
        user="admin",
        password=Password(PASSWORD),
        ca_file=amply.ca_file,
        timeout=timedelta(seconds=3),
    )


def ask(question: PostgresQuestion, **changes: object) -> PostgresAnswer:
    return PsycopgProbe().ask(replace(question, **changes))  # type: ignore[arg-type]


def test_everything_that_was_asked_is_answered_over_one_connection(question: PostgresQuestion) -> None:
    answer = ask(
        question,
        writable=True,
        heartbeat=Heartbeat(table="public.heartbeat", column="beat_at"),
        query="select sum(price) from subscriptions",
        counts=("subscriptions", "public.heartbeat"),
        sequences=True,
    )
    assert answer.failure == ""
    assert (answer.writable, answer.in_recovery, answer.heartbeat_at) == (True, False, BEAT)
    assert (answer.value, answer.counts) == (120, {"subscriptions": 12, "public.heartbeat": 2})
    assert answer.late_sequences == ()
    assert answer.server_version.split(".")[0].isdecimal()
    assert "/" in answer.lsn
    assert answer.now is not None
    assert answer.now.tzinfo is not None


def test_nobody_asked_so_nothing_is_claimed(question: PostgresQuestion) -> None:
    answer = ask(question)
    assert (answer.failure, answer.writable, answer.heartbeat_at, answer.value) == ("", None, None, None)


def test_a_replica_reads_and_does_not_write(amply: PostgresServer, question: PostgresQuestion) -> None:
    answer = ask(question, port=amply.standby_port, writable=True, query="select 1")
    assert (answer.failure, answer.in_recovery, answer.writable, answer.value) == ("", True, False, 1)
    assert answer.write_failure == "it is a replica: it is in recovery"


def test_a_default_of_reading_only_is_told_from_taking_writes(question: PostgresQuestion) -> None:
    answer = ask(question, user="frozen", password=Password("frozen"), writable=True)
    assert (answer.failure, answer.writable) == ("", False)
    assert answer.write_failure == "default_transaction_read_only is on"


def test_a_heartbeat_without_a_time_zone_is_utc_and_an_empty_one_is_none(question: PostgresQuestion) -> None:
    local = ask(question, heartbeat=Heartbeat(table="local_heartbeat", column="beat_at"))
    empty = ask(question, heartbeat=Heartbeat(table="empty_heartbeat", column="beat_at"))
    assert (local.heartbeat_at, empty.failure, empty.heartbeat_at) == (BEAT, "", None)


def test_a_sequence_that_would_hand_out_a_taken_number_is_named(
    amply: PostgresServer, question: PostgresQuestion
) -> None:
    with amply.admin() as admin:
        admin.execute("select setval('subscriptions_id_seq', 12, false)")
        assert ask(question, sequences=True).late_sequences == (
            "public.subscriptions_id_seq goes on with 12, and subscriptions.id has 12 already",
        )
        admin.execute("select setval('subscriptions_id_seq', 12, true)")
        assert ask(question, sequences=True).late_sequences == ()


@pytest.mark.parametrize(
    "query",
    [
        "insert into heartbeat values (now())",
        "select nextval('subscriptions_id_seq')",
        "select 1; commit; delete from heartbeat",
        "commit; delete from heartbeat",
        "create temp table own (id int)",
    ],
)
def test_no_query_writes_anything(amply: PostgresServer, question: PostgresQuestion, query: str) -> None:
    """A runbook's mistake, or worse, reads nothing and changes nothing."""
    assert ask(question, query=query).failure == "query"
    with amply.admin() as admin:
        assert admin.execute("select count(*) from heartbeat").fetchone() == (2,)


def test_the_names_of_tables_are_quoted(amply: PostgresServer, question: PostgresQuestion) -> None:
    assert ask(question, counts=("heartbeat; drop table heartbeat",)).failure == "query"
    assert ask(question, counts=("heartbeat",)).counts == {"heartbeat": 2}


def test_what_the_user_may_not_see_is_denied(question: PostgresQuestion) -> None:
    assert ask(question, user="reader", counts=("heartbeat",)).counts == {"heartbeat": 2}
    assert ask(question, user="reader", counts=("subscriptions",)).failure == "denied"


@pytest.mark.parametrize(
    ("changes", "failure", "says"),
    [
        pytest.param({"password": Password("wrong")}, "auth", "password", id="wrong password"),
        pytest.param({"user": "nobody-there"}, "auth", "nobody-there", id="no such user"),
        pytest.param({"database": "gone"}, "denied", "gone", id="no such database"),
        pytest.param({"host": "gone.invalid"}, "dns", "", id="no such name"),
        pytest.param({"query": "select * from gone"}, "query", "gone", id="no such table"),
        pytest.param({"query": "select pg_sleep(60)", "timeout": timedelta(seconds=1)}, "timeout", "", id="too slow"),
    ],
)
def test_each_failure_has_its_kind(
    question: PostgresQuestion, changes: dict[str, object], failure: str, says: str
) -> None:
    answer = ask(question, **changes)
    assert answer.failure == failure, answer.detail
    assert says in answer.detail
    assert PASSWORD not in answer.detail


def test_a_port_that_nobody_listens_on_takes_no_connection(question: PostgresQuestion) -> None:
    assert ask(question, port=free_port()).failure == "connect"


def test_a_certificate_of_another_authority_is_refused(amply: PostgresServer, question: PostgresQuestion) -> None:
    """Before the password is sent."""
    answer = ask(question, ca_file=amply.other_ca_file)
    assert (answer.failure, answer.server_version) == ("tls", ""), answer.detail
    assert ask(question, ca_file=None).failure == "tls", "no authority of the machine has signed it"
    assert ask(question, ca_file="/nowhere/ca.crt").failure == "tls"


def test_a_certificate_of_another_name_is_refused(question: PostgresQuestion, monkeypatch: pytest.MonkeyPatch) -> None:
    found = socket.getaddrinfo("127.0.0.1", question.port, type=socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert ask(question, host="other.amply.example").failure == "tls"
    assert ask(question, host="other.amply.example", sslmode="verify-ca").failure == ""


def test_what_libpq_finds_around_it_has_no_say(question: PostgresQuestion, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "PGHOSTADDR": "192.0.2.1", "PGSSLMODE": "disable", "PGOPTIONS": "-c nonsense=1",
        "PGTARGETSESSIONATTRS": "read-only", "PGREQUIREAUTH": "none",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    assert ask(question).failure == ""


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of something that takes connections and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def test_something_that_says_nothing_is_a_timeout(question: PostgresQuestion, silent: int) -> None:
    assert ask(question, port=silent, timeout=timedelta(seconds=2)).failure == "timeout"


def test_something_that_speaks_another_language_is_told(question: PostgresQuestion) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(10)

        def answer() -> None:
            line, _ = listener.accept()
            with line:
                line.recv(100)
                line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        failure = ask(question, port=int(listener.getsockname()[1])).failure
        thread.join()
    assert failure == "protocol"
