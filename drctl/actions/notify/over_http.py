"""A notification over HTTP: one POST of JSON to an address that may be a secret, and what the answer means.

Nothing of the request gets into what is told: neither its address nor its body, nor the words of a library
that may quote either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from drctl.actions.checks.answer import FAILURES
from drctl.actions.notify.telling import WITHIN, Delivery
from drctl.actions.parameters import is_https_url
from drctl.ports.http import HttpAnswer, HttpProbe, HttpRequest

_PLAIN_WORDS = re.compile(r"[A-Za-z][A-Za-z _.,'-]{1,80}")
"""What a service says in plain words, such as Slack's `no_service`; nothing else of an answer is quoted."""


def post_json(http: HttpProbe, url: str, body: Mapping[str, Any]) -> Delivery:
    """Post `body` to `url`, once. Delivered is what was answered with a 2xx."""
    if not is_https_url(url):
        return Delivery(False, "its address is no https URL")
    request = HttpRequest(
        url=url,
        method="POST",
        body=json.dumps(body).encode(),
        headers={"content-type": "application/json"},
        timeout=WITHIN,
    )
    answer = http.fetch(request)
    if answer.failure:
        return Delivery(False, _unanswered(answer))
    if 200 <= answer.status < 300:
        return Delivery(True, f" (status {answer.status})")
    return Delivery(False, f"it answered {answer.status}{_said(answer.body)}")


def _unanswered(answer: HttpAnswer) -> str:
    why = FAILURES.get(answer.failure, answer.failure)
    return f"{why}; whether it arrived is not known" if answer.failure in ("timeout", "protocol") else why


def _said(body: bytes) -> str:
    text = " ".join(body[:2000].decode("utf-8", "replace").split())
    try:
        told = json.loads(text)
        text = str(told.get("message", "")) if isinstance(told, dict) else ""
    except ValueError:
        pass
    return f": {text}" if _PLAIN_WORDS.fullmatch(text) else ""
