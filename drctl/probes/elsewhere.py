"""Checks of a real run ask what was recovered, and never this machine by mistake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from urllib.parse import urlsplit

from drctl.errors import GuardRefused
from drctl.model.loopback import is_loopback
from drctl.ports.http import HttpAnswer, HttpProbe, HttpRequest
from drctl.ports.probes import Probes

Question = TypeVar("Question", contravariant=True)
Answer = TypeVar("Answer", covariant=True)


def not_this_machine(probes: Probes, environment: str) -> Probes:
    """`probes`, each of which raises GuardRefused where it is to ask this machine, before a byte is sent."""
    return Probes(
        http=_Http(probes.http, environment),
        postgres=_Asked(probes.postgres, environment, lambda question: question.host),
        redis=_Asked(probes.redis, environment, lambda question: question.host),
        # Without a server it is the machine's own resolver, which is often on loopback and answers for the world.
        dns=_Asked(probes.dns, environment, lambda question: question.server),
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


class _Asks(Protocol[Question, Answer]):
    def ask(self, question: Question) -> Answer: ...


@dataclass(frozen=True, slots=True)
class _Asked(Generic[Question, Answer]):
    behind: _Asks[Question, Answer]
    environment: str
    host: Callable[[Question], str | None]

    def ask(self, question: Question) -> Answer:
        _require_elsewhere(self.host(question), self.environment)
        return self.behind.ask(question)
