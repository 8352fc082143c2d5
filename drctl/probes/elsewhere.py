"""Checks of a real run ask what was recovered, and never this machine by mistake."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from drctl.errors import GuardRefused
from drctl.model.loopback import is_loopback
from drctl.ports.dns import DnsAnswer, DnsProbe, DnsQuestion
from drctl.ports.http import HttpAnswer, HttpProbe, HttpRequest
from drctl.ports.postgres import PostgresAnswer, PostgresProbe, PostgresQuestion
from drctl.ports.probes import Probes
from drctl.ports.redis import RedisAnswer, RedisProbe, RedisQuestion


def not_this_machine(probes: Probes, environment: str) -> Probes:
    """`probes`, each of which raises GuardRefused where it is to ask this machine, before a byte is sent."""
    return Probes(
        http=_Http(probes.http, environment),
        postgres=_Postgres(probes.postgres, environment),
        redis=_Redis(probes.redis, environment),
        dns=_Dns(probes.dns, environment),
    )


def _require_elsewhere(host: str | None, environment: str) -> None:
    if host and is_loopback(host):
        raise GuardRefused(
            f"{host} is this machine, and a check in {environment} does not ask it",
            hint=f"`loopback: true` in {environment} says that it is meant, as for a tunnel",
        )


@dataclass(frozen=True, slots=True)
class _Http:
    behind: HttpProbe
    environment: str

    def fetch(self, request: HttpRequest) -> HttpAnswer:
        # What is dialled counts: a name of the public world may be asked of any address.
        dialled = f"//{request.connect_to}" if request.connect_to else request.url
        try:
            host = urlsplit(dialled).hostname
        except ValueError:
            host = None  # no address at all, which the probe tells in its own words
        _require_elsewhere(host, self.environment)
        return self.behind.fetch(request)


@dataclass(frozen=True, slots=True)
class _Postgres:
    behind: PostgresProbe
    environment: str

    def ask(self, question: PostgresQuestion) -> PostgresAnswer:
        _require_elsewhere(question.host, self.environment)
        return self.behind.ask(question)


@dataclass(frozen=True, slots=True)
class _Redis:
    behind: RedisProbe
    environment: str

    def ask(self, question: RedisQuestion) -> RedisAnswer:
        _require_elsewhere(question.host, self.environment)
        return self.behind.ask(question)


@dataclass(frozen=True, slots=True)
class _Dns:
    behind: DnsProbe
    environment: str

    def ask(self, question: DnsQuestion) -> DnsAnswer:
        # Without a server it is the machine's own resolver, which is often on loopback and answers for the world.
        _require_elsewhere(question.server, self.environment)
        return self.behind.ask(question)
