"""A check of a real run never asks the machine that drctl runs on, unless its environment says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn

import pytest

from drctl.errors import GuardRefused
from drctl.model.environment import Environment, EnvironmentAccount
from drctl.model.events import Mode
from drctl.model.loopback import is_loopback
from drctl.ports.dns import DnsQuestion
from drctl.ports.http import HttpRequest
from drctl.ports.postgres import PostgresQuestion
from drctl.ports.probes import Probes
from drctl.ports.redis import RedisQuestion
from drctl.probes.elsewhere import not_this_machine

HERE = ["127.0.0.1", "127.9.9.9", "::1", "localhost", "LOCALHOST.", "db.localhost", "0.0.0.0", "::ffff:127.0.0.1"]  # noqa: S104


class Sent(Exception):
    """The question went on to the probe behind."""


class Behind:
    def fetch(self, request: HttpRequest) -> NoReturn:
        raise Sent

    def ask(self, question: object) -> NoReturn:
        raise Sent


BEHIND = Behind()
PROBES = not_this_machine(Probes(http=BEHIND, postgres=BEHIND, redis=BEHIND, dns=BEHIND), "staging")
ASK: dict[str, Callable[[str], object]] = {
    "http": lambda host: PROBES.http.fetch(HttpRequest(url=f"https://{_in_url(host)}/", timeout=timedelta(seconds=1))),
    "http, dialled": lambda host: PROBES.http.fetch(
        HttpRequest(url="https://app.example/", connect_to=f"{_in_url(host)}:443", timeout=timedelta(seconds=1))
    ),
    "postgres": lambda host: PROBES.postgres.ask(
        PostgresQuestion(host=host, database="app", user="drctl", password=None, timeout=timedelta(seconds=1))
    ),
    "redis": lambda host: PROBES.redis.ask(RedisQuestion(host=host, timeout=timedelta(seconds=1))),
    "dns": lambda host: PROBES.dns.ask(
        DnsQuestion(name="app.example", type="A", server=host, timeout=timedelta(seconds=1))
    ),
}


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@pytest.mark.parametrize("host", HERE)
@pytest.mark.parametrize("protocol", list(ASK))
def test_this_machine_is_not_asked(protocol: str, host: str) -> None:
    with pytest.raises(GuardRefused, match="is this machine") as refused:
        ASK[protocol](host)
    assert refused.value.hint is not None
    assert "loopback: true" in refused.value.hint


@pytest.mark.parametrize("host", ["10.0.0.7", "db.internal", "localhost.example.com", "2001:db8::1"])
@pytest.mark.parametrize("protocol", list(ASK))
def test_every_other_host_is(protocol: str, host: str) -> None:
    with pytest.raises(Sent):
        ASK[protocol](host)


def test_the_machines_own_resolver_may_answer_for_the_world() -> None:
    with pytest.raises(Sent):
        PROBES.dns.ask(DnsQuestion(name="app.example", type="A", timeout=timedelta(seconds=1)))


def test_a_folder_of_sockets_is_this_machine() -> None:
    assert is_loopback("/var/run/postgresql")


@pytest.mark.parametrize(
    ("loopback", "endpoint", "may"),
    [
        (False, None, False),
        (True, None, True),
        (False, "http://127.0.0.1:4566", True),
        (False, "https://emu.test", False),
    ],
)
def test_an_environment_says_so_by_itself_or_by_an_emulator_on_this_machine(
    loopback: bool, endpoint: str | None, may: bool
) -> None:
    environment = Environment(
        name="staging",
        accounts={"main": EnvironmentAccount(id="111111111111")},
        default_account="main",
        regions=("eu-west-1",),
        modes=(Mode.DRILL,),
        loopback=loopback,
        endpoint_url=endpoint,
    )
    assert environment.may_ask_loopback is may
