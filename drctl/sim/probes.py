"""Probes of a simulated run: they ask the simulated world over its control endpoint, and nobody else."""

from __future__ import annotations

from typing import Any, TypeVar

from drctl.ports.dns import DnsAnswer, DnsQuestion
from drctl.ports.postgres import PostgresAnswer, PostgresQuestion
from drctl.ports.redis import RedisAnswer, RedisQuestion
from drctl.sim.control_client import ask

Answered = TypeVar("Answered")


class SimulatedPostgres:
    """Raises GuardRefused where `url` is not this machine, SimulationGone where the world has ended."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, question: PostgresQuestion) -> PostgresAnswer:
        return _asked(self._url, "postgres", question, PostgresAnswer)


class SimulatedRedis:
    """Raises GuardRefused where `url` is not this machine, SimulationGone where the world has ended."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, question: RedisQuestion) -> RedisAnswer:
        return _asked(self._url, "redis", question, RedisAnswer)


class SimulatedDns:
    """Raises GuardRefused where `url` is not this machine, SimulationGone where the world has ended."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, question: DnsQuestion) -> DnsAnswer:
        return _asked(self._url, "dns", question, DnsAnswer)


def _asked(url: str, protocol: str, question: Any, answer: type[Answered]) -> Answered:
    from drctl.sim.adapters import adapter_of

    plain = adapter_of(type(question)).dump_python(question, mode="json")
    return adapter_of(answer).validate_python(ask(url, "POST", protocol, plain))
