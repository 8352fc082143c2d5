"""Redis, or Valkey, as a check sees it: one connection and a few commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from drctl.model.password import Password


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisQuestion:
    """What is asked. With `write_key`, a key of that name is set for a minute and read back."""

    host: str
    port: int = 6379
    user: str | None = None
    password: Password | None = None
    tls: bool = True
    ca_file: str | None = None
    """The certificates that the server's must be signed by; those of the machine where it is None."""
    timeout: timedelta = timedelta(seconds=5)
    write_key: str | None = None
    beacon_key: str | None = None
    """A key whose value is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisAnswer:
    """The answers, or why there are none: `failure` says dns, connect, tls, auth, timeout, protocol or denied."""

    failure: str = ""
    detail: str = ""
    role: str = ""
    """`master`, `slave` or `sentinel` (Redis documentation, ROLE)."""
    server_version: str = ""
    keys: int = 0
    """How many keys the database has (DBSIZE)."""
    wrote: bool | None = None
    """Whether the key was set and read back; None where nobody asked."""
    write_failure: str = ""
    beacon: str | None = None
    """What the key of the beacon holds; None where there is no such key, or nobody asked."""


class RedisProbe(Protocol):
    def ask(self, question: RedisQuestion) -> RedisAnswer:
        """The answer to `question`. Never raises for what the other side does."""
