"""What must not be kept of a program's output. Only the standard library: the supervisor runs it alone.

The values of the secrets that the program was given are blacked out, in the forms in which
programs print them, and whatever looks like a key of AWS.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MARK = b"***"
_LINE_LEAST = 8
"""A line of a secret of several lines is blacked out by itself where it is at least this long: programs indent them."""

_ACCESS_KEY = re.compile(rb"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b")
"""AWS Identity and Access Management User Guide, "IAM identifiers": access keys, long-term and temporary."""
_SECRET_KEY = re.compile(rb"(?<![A-Za-z0-9/+=_.-])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*[0-9])"
                         rb"[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_.-])")  # fmt: skip
_SESSION_TOKEN = re.compile(rb"(?:IQoJ|FwoG|FQoG)[A-Za-z0-9/+=]{80,}")
_NAMED = re.compile(
    rb"(?i)(aws_?(?:secret_?access_?key|session_?token|security_?token)[\"']?\s*[:=]\s*[\"']?)[A-Za-z0-9/+=]{8,}"
)

HELD_BACK = 4096
"""How much of a stream's end waits for what follows, so that no key is cut in two; secrets may be longer."""


class Redaction:
    """Blacks out `secrets`, and keys of AWS, in bytes."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets for form in _forms(secret)}
        # The longest first: a short one that is part of a longer would leave the rest of it standing.
        self._forms = sorted(forms, key=lambda form: (-len(form), form))
        self.longest = max((len(form) for form in forms), default=0)
        self.by_line = not any(b"\n" in form for form in forms)
        """Whether nothing that is blacked out goes over the end of a line."""

    def __call__(self, text: bytes) -> bytes:
        """`text` without them."""
        for form in self._forms:
            text = text.replace(form, MARK)
        text = _NAMED.sub(rb"\1" + MARK, text)
        for pattern in (_ACCESS_KEY, _SESSION_TOKEN, _SECRET_KEY):
            text = pattern.sub(MARK, text)
        return text


class RedactedStream:
    """Redacts a stream that comes in pieces: what is given out has nothing of a secret, wherever the pieces end."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._held = b""
        self._hold = max(HELD_BACK, redaction.longest)

    def take(self, piece: bytes) -> bytes:
        """What is safe to keep, now that `piece` has come."""
        self._held = self._redaction(self._held + piece)
        safe = max(len(self._held) - self._hold, 0)
        if self._redaction.by_line:
            safe = max(safe, self._held.rfind(b"\n") + 1)
        out, self._held = self._held[:safe], self._held[safe:]
        return out

    def rest(self) -> bytes:
        """What was held back, at the stream's end."""
        out, self._held = self._redaction(self._held), b""
        return out


def _forms(secret: str) -> Iterable[bytes]:
    lines = [line.strip() for line in secret.splitlines()]
    texts = [secret, *(line for line in lines if len(line) >= _LINE_LEAST)] if len(lines) > 1 else [secret]
    for text in texts:
        plain = text.encode("utf-8", "surrogateescape")
        escaped = json.dumps(text)[1:-1].encode()
        forms = (plain, escaped, json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "surrogateescape"))
        yield from (form for form in forms if form)
        if len(text) >= _LINE_LEAST:
            yield quote(text, safe="", errors="surrogateescape").encode()
            yield quote_plus(text, errors="surrogateescape").encode()
            yield base64.b64encode(plain)
