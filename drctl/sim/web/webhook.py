"""A receiver of webhooks, which answers as Slack's do.

Source: Slack documentation, "Sending messages using incoming webhooks".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from drctl.sim.web.request import WebRequest, text_answer
from drctl.sim.wsgi import Answer


class PlayedWebhook:
    """Takes what is posted to the paths of the URLs it was given, and to any path where it was given none."""

    def __init__(self, urls: frozenset[str]) -> None:
        self._paths = {urlsplit(url).path for url in urls}
        self.received: list[Mapping[str, Any]] = []

    def answer(self, request: WebRequest) -> Answer:
        if self._paths and request.path not in self._paths:
            return text_answer(404, "no_service")
        if request.method != "POST":
            return text_answer(405, "method_not_allowed")
        if request.json is None:
            return text_answer(400, "invalid_payload")
        if not request.json.get("text"):
            return text_answer(400, "no_text")
        self.received.append(request.json)
        return text_answer(200, "ok")

    def state(self) -> Any:
        return list(self.received)
