"""The questions of simulated probes, answered from the world: plain data in, plain data out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from drctl.ports.dns import DnsAnswer, DnsQuestion
from drctl.ports.postgres import PostgresAnswer, PostgresQuestion
from drctl.ports.redis import RedisAnswer, RedisQuestion
from drctl.sim.adapters import adapter_of
from drctl.sim.name_servers import NameServers
from drctl.sim.overlay import World
from drctl.sim.postgres import Databases
from drctl.sim.redis import Caches

Question = TypeVar("Question")
Answered = TypeVar("Answered")


def probing(world: World) -> Mapping[str, Callable[[Mapping[str, Any]], Any]]:
    """What answers, by protocol. Each raises ValueError for what is no question of that protocol."""
    return {
        "postgres": _plainly(PostgresQuestion, PostgresAnswer, Databases(world).ask),
        "redis": _plainly(RedisQuestion, RedisAnswer, Caches(world).ask),
        "dns": _plainly(DnsQuestion, DnsAnswer, NameServers(world).ask),
    }


def _plainly(
    question: type[Question], answer: type[Answered], ask: Callable[[Question], Answered]
) -> Callable[[Mapping[str, Any]], Any]:
    def answered(asked: Mapping[str, Any]) -> Any:
        try:
            read = adapter_of(question).validate_python(dict(asked))
        except ValidationError as error:
            # Without its values: one of them can be a password.
            told = ", ".join(".".join(map(str, one["loc"])) for one in error.errors(include_input=False))
            raise ValueError(f"expected a {question.__name__}; wrong: {told}") from None
        return adapter_of(answer).dump_python(ask(read), mode="json")

    return answered
