"""The Redis probe, on a real Redis: roles, writes, and every way in which nothing answers."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import timedelta

import pytest

from drctl.model.password import Password
from drctl.ports.redis import RedisAnswer, RedisQuestion
from drctl.probes.redis import RedisPyProbe
from tests.servers.processes import free_port
from tests.servers.redis import PASSWORD, RedisServer

KEY = "drctl:dr-test-1"


@pytest.fixture
def question(redis_server: RedisServer) -> RedisQuestion:
    return RedisQuestion(
        host="localhost",
        port=redis_server.tls_port,
        password=Password(PASSWORD),
        ca_file=redis_server.ca_file,
        timeout=timedelta(seconds=3),
    )


def ask(question: RedisQuestion, **changes: object) -> RedisAnswer:
    return RedisPyProbe().ask(replace(question, **changes))  # type: ignore[arg-type]


def test_a_look_writes_only_where_it_is_asked_to(question: RedisQuestion) -> None:
    looked = ask(question)
    assert (looked.failure, looked.role, looked.keys, looked.wrote) == ("", "master", 0, None)
    wrote = ask(question, write_key=KEY)
    assert (wrote.failure, wrote.wrote, wrote.write_failure) == ("", True, "")
    assert ask(question).keys == 1
    assert looked.server_version.split(".")[0].isdecimal()


def test_what_is_written_goes_by_itself(redis_server: RedisServer, question: RedisQuestion) -> None:
    ask(question, write_key=KEY)
    with socket.create_connection(("127.0.0.1", redis_server.port)) as line:
        line.sendall(f"AUTH {PASSWORD}\r\nTTL {KEY}\r\n".encode())
        told = b""
        while told.count(b"\r\n") < 2:
            told += line.recv(100)
    assert 0 < int(told.split(b":")[1]) <= 60


def test_a_replica_says_that_it_is_one_and_why_it_takes_no_write(
    redis_server: RedisServer, question: RedisQuestion
) -> None:
    answer = ask(question, port=redis_server.replica_port, tls=False, write_key=KEY)
    assert (answer.failure, answer.role, answer.wrote) == ("", "slave", False)
    assert "read only" in answer.write_failure.lower()


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        pytest.param({"password": Password("wrong")}, "auth", id="wrong password"),
        pytest.param({"password": None}, "auth", id="no password"),
        pytest.param({"user": "nobody-there"}, "auth", id="no such user"),
        pytest.param({"host": "gone.invalid"}, "dns", id="no such name"),
        pytest.param({"ca_file": None}, "tls", id="an authority that the machine does not know"),
    ],
)
def test_each_failure_has_its_kind(question: RedisQuestion, changes: dict[str, object], failure: str) -> None:
    answer = ask(question, **changes)
    assert answer.failure == failure, answer.detail
    assert PASSWORD not in answer.detail


def test_tls_is_checked(redis_server: RedisServer, question: RedisQuestion) -> None:
    assert ask(question, ca_file=redis_server.other_ca_file).failure == "tls"
    # Redis without TLS takes the greeting for the beginning of a command, and waits for the rest.
    assert ask(question, port=redis_server.port, timeout=timedelta(seconds=1)).failure in ("tls", "timeout")


def test_a_port_that_nobody_listens_on_takes_no_connection(question: RedisQuestion) -> None:
    assert ask(question, port=free_port()).failure == "connect"


def test_something_that_says_nothing_is_a_timeout(question: RedisQuestion) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = int(listener.getsockname()[1])
        assert ask(question, port=port, tls=False, timeout=timedelta(seconds=1)).failure == "timeout"
