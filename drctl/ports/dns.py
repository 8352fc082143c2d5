"""DNS as a check sees it: one question to one server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol, TypeAlias

RecordType: TypeAlias = Literal["A", "AAAA", "CNAME", "TXT", "MX", "NS", "CAA", "SOA"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsQuestion:
    """What is asked of `server`, a host or an address; of the machine's own resolver where it is None."""

    name: str
    type: RecordType = "A"
    server: str | None = None
    port: int = 53
    recursive: bool = True
    """Whether the server may ask others; an authoritative one is asked for what it knows itself."""
    timeout: timedelta = timedelta(seconds=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsAnswer:
    """What the server says, or why it says nothing: `failure` is dns (of the server's own name), connect, timeout
    or protocol."""

    failure: str = ""
    detail: str = ""
    code: str = ""
    """The response code: NOERROR, NXDOMAIN, SERVFAIL, REFUSED, …"""
    values: tuple[str, ...] = ()
    """The values of the type that was asked for, sorted; names without their final dot."""
    aliases: tuple[str, ...] = ()
    """The names that CNAME records led through, in order."""
    ttl: int | None = None
    """Seconds for which the answer may be kept: the least of all its records. A resolver's counts down."""
    authoritative: bool = False


class DnsProbe(Protocol):
    def ask(self, question: DnsQuestion) -> DnsAnswer:
        """The answer to `question`. Never raises for what the other side does."""
