"""A request as a played host sees it, and the answers it has in common with the others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from drctl.sim.wsgi import Answer, Environ, read_body


@dataclass(frozen=True, slots=True, kw_only=True)
class WebRequest:
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """By their names in small letters."""
    body: bytes = b""

    @property
    def json(self) -> Mapping[str, Any] | None:
        """The body as a JSON object; None where it is none."""
        try:
            told = json.loads(self.body)
        except ValueError:
            return None
        return told if isinstance(told, dict) else None


class PlayedHost(Protocol):
    """One host outside of AWS."""

    def answer(self, request: WebRequest) -> Answer:
        """What it answers; what it was sent is remembered."""

    def state(self) -> Any:
        """What is left of a run in it, as plain data."""


def read_request(environ: Environ) -> WebRequest:
    """The request in `environ`, whose body is read by this."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    return WebRequest(
        method=str(environ.get("REQUEST_METHOD") or "GET"),
        path=str(environ.get("PATH_INFO") or "/"),
        headers=headers,
        body=read_body(environ),
    )


def json_answer(status: int, document: Any) -> Answer:
    """`document` as JSON."""
    return Answer(status, (("Content-Type", "application/json; charset=utf-8"),), json.dumps(document).encode())


def text_answer(status: int, text: str) -> Answer:
    """`text` as it is."""
    return Answer(status, (("Content-Type", "text/plain; charset=utf-8"),), text.encode())
