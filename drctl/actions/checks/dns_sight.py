"""What the name servers and resolvers answer for one name, each asked by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from drctl.ports.dns import DnsAnswer, DnsProbe, DnsQuestion, RecordType


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    answers: Mapping[str, DnsAnswer] = field(default_factory=dict)
    """Server → what it answered."""
    target: frozenset[str] = frozenset()
    """The addresses that the alias target had at the same moment, as any of the resolvers told them."""
    problem: str = ""
    """Why nobody could be asked."""

    def leads_to_target(self, target: str, answer: DnsAnswer) -> bool:
        """Whether an answer is the target's: its name on the way, or addresses of which each one is the target's.

        A large load balancer answers with some of its addresses at a time, so not all of them need be there.
        """
        if not answer.values:
            # An authoritative server tells a CNAME out of its zone, and no more.
            return _plain(target) in (_plain(alias) for alias in answer.aliases)
        return set(answer.values) <= self.target


def look(
    dns: DnsProbe,
    *,
    name: str,
    type_: RecordType,
    alias_target: str | None,
    authoritative: bool,
    name_servers: Sequence[str],
    resolvers: Sequence[str],
) -> Seen:
    """Ask everybody once."""
    servers = list(name_servers)
    if authoritative and not servers:
        servers = list(_name_servers(dns, name, resolvers))
        if not servers:
            return Seen(problem="the name servers of its zone cannot be found")
    answers = {
        server: _ask(dns, name, type_, server, recursive=False) for server in (servers if authoritative else ())
    } | {server: _ask(dns, name, type_, server) for server in resolvers}
    target: set[str] = set()
    if alias_target is not None:
        for resolver in resolvers or (None,):
            target.update(_ask(dns, alias_target, type_, resolver).values)
        if not target:
            return Seen(answers=answers, problem=f"{alias_target} has no addresses itself")
    return Seen(answers=answers, target=frozenset(target))


def _name_servers(dns: DnsProbe, name: str, resolvers: Sequence[str]) -> tuple[str, ...]:
    """Those of the closest zone that `name` is in."""
    labels = name.rstrip(".").split(".")
    for depth in range(len(labels) - 1):
        for resolver in resolvers or (None,):
            answer = _ask(dns, ".".join(labels[depth:]), "NS", resolver)
            # A CNAME on the way would lead to the servers of another name.
            if answer.values and not answer.aliases:
                return answer.values
            if not answer.failure:
                break
    return ()


def _ask(dns: DnsProbe, name: str, type_: RecordType, server: str | None, *, recursive: bool = True) -> DnsAnswer:
    host, port = server, 53
    if server is not None and server.count(":") == 1:
        host, _, told = server.partition(":")
        port = int(told) if told.isdecimal() else 0
    return dns.ask(DnsQuestion(name=name, type=type_, server=host, port=port, recursive=recursive))


def _plain(name: str) -> str:
    return name.lower().rstrip(".").removeprefix("dualstack.")
