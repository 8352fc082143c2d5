"""Which AWS may be spoken to: the simulated one on loopback, or the real one, and never the other by mistake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from drctl.errors import GuardRefused
from drctl.model.loopback import is_loopback


@dataclass(frozen=True, slots=True)
class World:
    """Where calls may go. Raises GuardRefused where a simulated world is not on this machine."""

    simulated: bool
    endpoint_url: str | None = None
    """Where every call goes; None for the endpoints of AWS."""

    def __post_init__(self) -> None:
        if self.simulated and (self.endpoint_url is None or not is_loopback(_host(self.endpoint_url))):
            raise GuardRefused(
                f"a simulated AWS has to be on this machine, not at {self.endpoint_url or 'AWS'}",
                hint="drctl sim serve starts one",
            )

    @property
    def local(self) -> bool:
        """Whether calls go to this machine."""
        return self.endpoint_url is not None and is_loopback(_host(self.endpoint_url))

    def watch(self, events: Any) -> None:
        """Check every request of the client whose botocore events these are, before a byte of it leaves."""
        events.register("before-send", self._before_send)

    def _before_send(self, request: Any, **_: Any) -> None:
        if self.local:
            request.url = self._without_prefix(request.url)
        host = _host(request.url)
        if self.simulated and not is_loopback(host):
            raise GuardRefused(f"a simulated run does not talk to {host}")
        if not self.simulated and is_loopback(host) and not self.local:
            raise GuardRefused(
                f"a run against AWS does not talk to {host}",
                hint="name it as `endpoint_url` in the environment if it is meant",
            )

    def _without_prefix(self, url: str) -> str:
        # S3 Control puts the account before the host, and 111111111111.127.0.0.1 is no host at all.
        endpoint, parts = urlsplit(self.endpoint_url or ""), urlsplit(url)
        if parts.hostname and endpoint.hostname and parts.hostname.endswith(f".{endpoint.hostname}"):
            return urlunsplit(parts._replace(netloc=endpoint.netloc))
        return url


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
