"""The outside world for what must not ask it: whoever does, fails."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from drctl.ports.dns import DnsAnswer, DnsQuestion
from drctl.ports.http import HttpAnswer, HttpRequest
from drctl.ports.postgres import PostgresAnswer, PostgresQuestion
from drctl.ports.probes import Probes
from drctl.ports.programs import Program, ProgramRequest
from drctl.ports.redis import RedisAnswer, RedisQuestion


class NoHttp:
    def fetch(self, request: HttpRequest) -> HttpAnswer:
        raise AssertionError(f"nothing here asks {request.url}")


class NoPostgres:
    def ask(self, question: PostgresQuestion) -> PostgresAnswer:
        raise AssertionError(f"nothing here asks the PostgreSQL at {question.host}")


class NoRedis:
    def ask(self, question: RedisQuestion) -> RedisAnswer:
        raise AssertionError(f"nothing here asks the Redis at {question.host}")


class NoDns:
    def ask(self, question: DnsQuestion) -> DnsAnswer:
        raise AssertionError(f"nothing here asks for {question.name}")


def no_probes() -> Probes:
    """Probes of which none may be used."""
    return Probes(http=NoHttp(), postgres=NoPostgres(), redis=NoRedis(), dns=NoDns())


class NoPrograms:
    def find(self, key: str) -> Program | None:
        _none()

    def start(self, request: ProgramRequest) -> None:
        _none()

    def read(self, key: str, name: str) -> bytes | None:
        _none()

    def shared(self, name: str) -> Path:
        _none()

    def stop(self, key: str) -> None:
        _none()


def _none() -> NoReturn:
    raise AssertionError("nothing here runs programs")
