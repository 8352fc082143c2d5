"""HTTP for steps: one request on a connection of its own, and one plain reason where no answer came.

Nothing of the machine's surroundings has a say: no proxy of the environment, no
redirect, no connection kept from an earlier look, which would go on showing the
side that traffic has been moved away from.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from drctl.errors import GuardRefused
from drctl.ports.http import Certificate, HttpAnswer, HttpRequest

if TYPE_CHECKING:
    import httpx

MOST_BODY = 64 * 1024
"""Bytes of an answer's body that are read; a step looks at a page, it does not fetch files."""
SIMULATED_FAILURE = "x-drctl-sim-failure"
"""The header by which the simulated AWS says that a name or a host would not have answered."""
FAILURES = frozenset({"dns", "connect", "tls", "timeout", "protocol"})


class HttpxProbe:
    """Fetches with httpx; with `simulated`, from a simulated world and from nowhere else.

    `simulated` is the URL of the simulated AWS. Every request then goes there as to an HTTP proxy, https as
    plain http: the dialled name stands in the request line and the Host header stays the URL's.
    Raises GuardRefused where that URL is not a loopback address. `trust` replaces the public certificate authorities.
    """

    def __init__(self, simulated: str | None = None, trust: ssl.SSLContext | None = None) -> None:
        self._simulated, self._trust = simulated, trust
        if simulated is not None:
            _require_loopback(simulated)

    def fetch(self, request: HttpRequest) -> HttpAnswer:
        """The answer to `request`, its body cut off after 64 KB; `took` is the time until it was read."""
        # Imported here: a command that checks nothing over HTTP should not pay for loading it.
        import httpx

        trust = self._trust or _trusted()  # loading the certificates is not part of how long the other side took
        begun = time.perf_counter()
        try:
            answer = self._fetch(request, trust, begun)
        except httpx.HTTPError as error:
            return _unanswered(_kind(error), str(error), begun)
        except (httpx.InvalidURL, UnicodeError) as error:
            return _unanswered("protocol", str(error), begun)
        if self._simulated is not None and (failure := answer.headers.get(SIMULATED_FAILURE)):
            kind = failure if failure in FAILURES else "protocol"
            return _unanswered(kind, answer.body.decode("utf-8", "replace") or f"simulated: {failure}", begun)
        return answer

    def _fetch(self, request: HttpRequest, trust: ssl.SSLContext, begun: float) -> HttpAnswer:
        import httpx

        url, headers, extensions = self._dialled(request)
        limit = request.timeout.total_seconds()
        with (
            httpx.Client(
                proxy=self._simulated, trust_env=False, follow_redirects=False, verify=trust, timeout=limit
            ) as client,
            client.stream(
                request.method, url, headers=headers, content=request.body or None, extensions=extensions
            ) as response,
        ):
            # Before the body: with its end the connection is closed, and nothing tells of it any more.
            certificate = _certificate(response)
            body = _read(response, limit - (time.perf_counter() - begun))
            took = timedelta(seconds=time.perf_counter() - begun)
            return HttpAnswer(
                status=response.status_code,
                headers=dict(response.headers),
                body=body,
                took=took,
                certificate=certificate,
                simulated=self._simulated is not None,
            )

    def _dialled(self, request: HttpRequest) -> tuple[httpx.URL, httpx.Headers, dict[str, Any]]:
        import httpx

        asked = httpx.URL(request.url)
        headers = httpx.Headers({**request.headers, **request.secret_headers})
        headers["host"] = asked.netloc.decode("ascii")
        # A compressed body could be far larger than what is read of it.
        headers["accept-encoding"] = "identity"
        headers["connection"] = "close"
        headers.setdefault("user-agent", "drctl")
        url, extensions = asked, {}
        if request.connect_to:
            host = httpx.URL(f"http://{request.connect_to}")
            url = asked.copy_with(host=host.host, port=host.port or asked.port)
            extensions = {"sni_hostname": asked.host}
        if self._simulated is not None:
            # Without TLS there is nothing to tunnel, so the proxy sees each request and nothing passes around it.
            url = url.copy_with(scheme="http")
        return url, headers, extensions


@cache
def _trusted() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context(trust_env=False)


def _certificate(response: httpx.Response) -> Certificate | None:
    """What was shown on the connection of `response`; that it is trusted has been checked before a byte was sent."""
    stream = response.extensions.get("network_stream")
    connection = stream.get_extra_info("ssl_object") if stream is not None else None
    if connection is None:
        return None
    ends = ssl.cert_time_to_seconds(connection.getpeercert()["notAfter"])
    return Certificate(datetime.fromtimestamp(ends, UTC), timedelta(seconds=ends - time.time()))


def _require_loopback(url: str) -> None:
    import httpx

    host = httpx.URL(url).host
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False  # a name could be made to lead anywhere, so `localhost` does not count either
    if not loopback:
        raise GuardRefused(f"a simulated check talks to a loopback address only, not to {host or url!r}")


def _read(response: httpx.Response, limit: float) -> bytes:
    """The body, at most 64 KB of it. A body that trickles is given up when the time of the whole request is over."""
    import httpx

    begun, body = time.perf_counter(), b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) >= MOST_BODY:
            return body[:MOST_BODY]
        if time.perf_counter() - begun > limit:
            raise httpx.ReadTimeout("the body did not end in time", request=response.request)
    return body


def _unanswered(kind: str, detail: str, begun: float) -> HttpAnswer:
    took = timedelta(seconds=time.perf_counter() - begun)
    return HttpAnswer(status=0, failure=kind, detail=detail or kind, took=took)


def _kind(error: httpx.HTTPError) -> str:
    import httpx

    causes = list(_causes(error))
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "dns"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return "tls"
    if isinstance(error, httpx.TimeoutException):
        return "timeout"
    # A reset in the middle of an answer counts as a connection that did not hold.
    return "connect" if isinstance(error, httpx.NetworkError) else "protocol"


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
