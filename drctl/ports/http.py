"""HTTP as a step sees it: one request, one answer or one plain reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request to `url`. `connect_to` is dialled instead of the URL's host; Host and SNI stay the URL's.

    What is no look (POST, PUT, PATCH, DELETE) leaves once, like every other: nothing below repeats it.
    """

    url: str = field(repr=False)
    """Not shown where a request is: there are URLs that are secrets."""
    method: str = "GET"
    body: bytes = field(default=b"", repr=False)
    connect_to: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Sent like the others, and shown nowhere."""
    timeout: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the server has shown, trusted and in the name of the URL: when it ends, and how long that was from then."""

    not_after: datetime
    left: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """An answer, or (`status` 0) why there was none: `failure` says dns, connect, tls, timeout or protocol."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: str = ""
    detail: str = ""
    took: timedelta = timedelta(0)
    certificate: Certificate | None = None
    """None where the answer came without TLS."""
    simulated: bool = False
    """Whether a simulated world has answered, which has no TLS."""


class HttpProbe(Protocol):
    def fetch(self, request: HttpRequest) -> HttpAnswer:
        """The answer to `request`. Never raises for what the other side does, and follows no redirect."""
