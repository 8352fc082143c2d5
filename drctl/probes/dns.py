"""DNS for checks: one question to one server, over UDP, and over TCP where the answer is too long for that."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, Any

from drctl.ports.dns import DnsAnswer, DnsQuestion

if TYPE_CHECKING:
    from dns.message import Message

_LARGEST = 1232
"""Bytes of an answer over UDP that no network cuts into pieces (DNS Flag Day 2020)."""
_LONGEST_CHAIN = 16


class DnspythonProbe:
    """Asks with dnspython; no search list, no cache, and no server but the one that was named."""

    def ask(self, question: DnsQuestion) -> DnsAnswer:
        # Imported here: a command that asks no name server should not pay for loading it.
        import dns.exception
        import dns.flags
        import dns.message
        import dns.query

        try:
            asked = dns.message.make_query(question.name, question.type, use_edns=0, payload=_LARGEST)
        except (dns.exception.DNSException, UnicodeError) as error:
            return DnsAnswer(failure="protocol", detail=f"{question.name!r} is no name: {error}")
        if not question.recursive:
            asked.flags &= ~dns.flags.RD
        try:
            server = _address(question)
        except OSError as error:
            return DnsAnswer(failure="dns", detail=f"the server {question.server}: {error}")
        try:
            answer, _ = dns.query.udp_with_fallback(
                asked,
                server,
                timeout=question.timeout.total_seconds(),
                port=question.port,
                ignore_unexpected=True,
                ignore_errors=True,
            )
        except dns.exception.Timeout:
            return DnsAnswer(failure="timeout", detail=f"{server} does not answer")
        except OSError as error:
            return DnsAnswer(failure="connect", detail=f"{server}: {error}")
        except dns.exception.DNSException as error:
            return DnsAnswer(failure="protocol", detail=f"{server}: {error}")
        return _read(answer, question)


def _read(answer: Message, question: DnsQuestion) -> DnsAnswer:
    import dns.flags
    import dns.name
    import dns.rcode
    import dns.rdatatype

    wanted = dns.rdatatype.from_text(question.type)
    sets: dict[tuple[Any, Any], Any] = {(found.name, found.rdtype): found for found in answer.answer}
    name: Any = dns.name.from_text(question.name)
    ttls: list[int] = []
    aliases: list[str] = []
    while (name, wanted) not in sets and (name, dns.rdatatype.CNAME) in sets and len(aliases) < _LONGEST_CHAIN:
        alias = sets[name, dns.rdatatype.CNAME]
        ttls.append(alias.ttl)
        name = alias[0].target
        aliases.append(_plain(name.to_text()))
    found = sets.get((name, wanted))
    if found is not None:
        ttls.append(found.ttl)
    return DnsAnswer(
        code=dns.rcode.to_text(answer.rcode()),
        values=tuple(sorted(_plain(value.to_text()) for value in found or ())),
        aliases=tuple(aliases),
        ttl=min(ttls, default=None),
        authoritative=bool(answer.flags & dns.flags.AA),
    )


def _address(question: DnsQuestion) -> str:
    if question.server is None:
        import dns.resolver

        try:
            configured = dns.resolver.Resolver().nameservers
        except dns.resolver.NoResolverConfiguration as error:
            raise OSError("this machine has no resolver") from error
        return str(configured[0])
    try:
        return str(ipaddress.ip_address(question.server))
    except ValueError:
        return str(socket.getaddrinfo(question.server, question.port, type=socket.SOCK_DGRAM)[0][4][0])


def _plain(text: str) -> str:
    """A value as people write it: without the final dot of a name, and in lower case unless it is quoted."""
    return text if text.startswith('"') else text.rstrip(".").lower()
