"""Requests and answers as WSGI has them, read and written whole."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

Environ: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[..., Any]
Wsgi: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, whole."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def send(self, start_response: StartResponse) -> Iterable[bytes]:
        """This, as the answer of a WSGI application."""
        start_response(f"{self.status} {_PHRASES.get(self.status, 'Unknown')}", list(self.headers))
        return [self.body]


def collect(app: Wsgi, environ: Environ) -> Answer:
    """What `app` answers to the request. What it raises passes through."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        started.append((status, headers))

    body = b"".join(app(environ, start))
    status, headers = started[0]
    return Answer(int(status.split(" ", 1)[0]), tuple(headers), body)


def read_body(environ: Environ) -> bytes:
    """The body of a request, which is read by this."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    return body


def with_body(environ: Environ, body: bytes) -> Environ:
    """The same request with `body` still to read."""
    return {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
