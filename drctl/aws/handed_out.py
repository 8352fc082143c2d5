"""The secrets that AWS has handed out to this process, so that no error message repeats one.

What an action records of a secret is for the action to see to, and they record names, versions and digests. What an
unforeseen exception says is in nobody's hands: libraries quote what they were given. So whatever is told of one goes
through here first.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

MARK = "***"
_LEAST = 6
"""Characters: to black out anything shorter would black out half of every message, and no secret is that short."""


class HandedOut:
    """Remembers values, and blacks them out. Safe to share between threads."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._lock = threading.Lock()

    def listen(self, events: Any) -> None:
        """Remember what the client of these events is handed from now on."""
        events.register("after-call.secrets-manager.GetSecretValue", lambda parsed, **_: self._value(parsed))
        events.register("after-call.secrets-manager.GetRandomPassword", lambda parsed, **_: self._made_up(parsed))
        events.register("after-call.ssm.GetParameter", lambda parsed, **_: self._parameter(parsed.get("Parameter")))
        events.register("after-call.ssm.GetParameterHistory", lambda parsed, **_: self._history(parsed))
        events.register("after-call.sts.AssumeRole", lambda parsed, **_: self._credentials(parsed))

    def remember(self, secret: str | None) -> None:
        """Black `secret` out from now on, in the forms in which libraries write text; and where it is JSON, what is in
        it."""
        forms = {form for text in _texts_in(secret or "") for form in _forms_of(text)}
        with self._lock:
            self._forms |= forms

    def without(self, text: str) -> str:
        """`text` with everything blacked out that was handed out so far."""
        with self._lock:
            # The longest first: a short one that is part of a longer would leave the rest of it standing.
            forms = sorted(self._forms, key=lambda form: (-len(form), form))
        for form in forms:
            text = text.replace(form, MARK)
        return text

    def _value(self, parsed: Mapping[str, Any]) -> None:
        self.remember(parsed.get("SecretString"))
        self.remember(bytes(parsed.get("SecretBinary", b"")).decode("utf-8", "replace"))

    def _made_up(self, parsed: Mapping[str, Any]) -> None:
        self.remember(parsed.get("RandomPassword"))

    def _parameter(self, found: Mapping[str, Any] | None) -> None:
        if found is not None and found.get("Type") == "SecureString":
            self.remember(found.get("Value"))

    def _history(self, parsed: Mapping[str, Any]) -> None:
        for found in parsed.get("Parameters", ()):
            self._parameter(found)

    def _credentials(self, parsed: Mapping[str, Any]) -> None:
        given = parsed.get("Credentials", {})
        self.remember(given.get("SecretAccessKey"))
        self.remember(given.get("SessionToken"))


def _texts_in(secret: str) -> Iterator[str]:
    yield secret
    yield secret.strip()
    try:
        held = json.loads(secret)
    except (ValueError, RecursionError):
        return
    if isinstance(held, dict):
        yield from (value for value in held.values() if isinstance(value, str))


def _forms_of(text: str) -> Iterator[str]:
    if len(text) >= _LEAST:
        plain = text.encode("utf-8", "surrogatepass")
        yield text
        yield json.dumps(text)[1:-1]
        yield json.dumps(text, ensure_ascii=False)[1:-1]
        yield repr(text)[1:-1]
        yield quote(text, safe="", errors="surrogatepass")
        yield quote_plus(text, errors="surrogatepass")
        yield base64.b64encode(plain).decode()
