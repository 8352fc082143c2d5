"""The DNS probe, on a real name server and a real resolver."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest

from drctl.ports.dns import DnsAnswer, DnsQuestion, RecordType
from drctl.probes.dns import DnspythonProbe
from tests.servers.dns import NameServers

ADDRESSES = ("198.51.100.7", "203.0.113.9")


def ask(
    port: int, name: str, type_: RecordType = "A", *, recursive: bool = True, server: str = "127.0.0.1"
) -> DnsAnswer:
    return DnspythonProbe().ask(
        DnsQuestion(name=name, type=type_, server=server, port=port, recursive=recursive, timeout=timedelta(seconds=2))
    )


@pytest.mark.parametrize(
    ("name", "type_", "values"),
    [
        ("api.amply.example", "A", ADDRESSES),
        ("API.amply.example.", "A", ADDRESSES),
        ("text.amply.example", "TXT", ('"v=spf1 -all"',)),
        ("mail.amply.example", "MX", ("10 mx.amply.example",)),
        ("www.amply.example", "CNAME", ("api.amply.example",)),
        ("amply.example", "NS", ("ns1.amply.example",)),
        ("api.amply.example", "AAAA", ()),
    ],
)
def test_the_name_server_answers_for_its_zone(
    name_servers: NameServers, name: str, type_: RecordType, values: tuple[str, ...]
) -> None:
    answer = ask(name_servers.authoritative, name, type_, recursive=False)
    assert (answer.failure, answer.code, answer.values, answer.authoritative) == ("", "NOERROR", values, True)


def test_an_alias_is_followed_and_named_and_the_shortest_ttl_counts(name_servers: NameServers) -> None:
    for port in (name_servers.authoritative, name_servers.recursive):
        answer = ask(port, "www.amply.example")
        assert (answer.values, answer.aliases) == (ADDRESSES, ("api.amply.example",))
        assert answer.ttl is not None
        assert answer.ttl <= 30


def test_a_resolver_says_that_it_is_no_authority(name_servers: NameServers) -> None:
    answer = ask(name_servers.recursive, "api.amply.example")
    assert (answer.values, answer.authoritative) == (ADDRESSES, False)


def test_a_name_that_is_not_there_is_an_answer(name_servers: NameServers) -> None:
    for port in (name_servers.authoritative, name_servers.recursive):
        answer = ask(port, "gone.amply.example")
        assert (answer.failure, answer.code, answer.values) == ("", "NXDOMAIN", ())


def test_a_zone_of_somebody_else_is_refused_by_the_name_server(name_servers: NameServers) -> None:
    assert ask(name_servers.authoritative, "api.other.example", recursive=False).code == "REFUSED"


def test_a_long_answer_is_fetched_over_tcp(name_servers: NameServers) -> None:
    assert len(ask(name_servers.authoritative, "long.amply.example", "TXT").values) == 20


def test_each_failure_has_its_kind(name_servers: NameServers) -> None:
    port = name_servers.authoritative
    assert ask(port, "api.amply.example", server="gone.invalid").failure == "dns"
    assert ask(port, f"{'x' * 70}.example").failure == "protocol"
    with socket.socket(type=socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        assert ask(int(silent.getsockname()[1]), "api.amply.example").failure == "timeout"
