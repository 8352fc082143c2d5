"""A few words of an answer's body that are safe to record: short, on one line, with nothing like a secret in it."""

from __future__ import annotations

import re

LONGEST = 200

_NAMED = re.compile(
    r"""(?ix)
    ( ["']? [\w.-]* (?:password|passwd|secret|token|api[_-]?key|credential|authorization|cookie|session) [\w.-]* ["']?
      \s* [:=] \s* ["']? )
    (?: bearer \s+ | basic \s+ )? [^\s"',;&}]+ """
)
"""A value with a name that says what it is."""
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+")
_MIXED = re.compile(r"\b(?=[\w+/=-]*\d)(?=[\w+/=-]*[a-z])(?=[\w+/=-]*[A-Z])[\w+/=-]{20,}(?:\.[\w+/=-]+)*")
"""A long run of small and capital letters and digits: a signature, a JSON web token, a secret key."""
_UNBROKEN = re.compile(r"\b(?=\w*\d)(?=\w*[A-Za-z])\w{20,}\b")
"""A long run without a hyphen: an access key, a hash. Names of buckets and hosts have hyphens, and help."""
_LOGIN = re.compile(r"(://[^\s:/@]+):[^\s/@]+@")
"""The password in an address, such as that of a database."""


def excerpt(body: bytes) -> str:
    """At most 200 characters of `body` as text, redacted before they are cut, so that no half of a secret is left."""
    text = " ".join(body.decode("utf-8", "replace").split())
    text = _LOGIN.sub(r"\1:***@", text)
    text = _NAMED.sub(r"\1***", text)
    text = _BEARER.sub(r"\1 ***", text)
    text = _UNBROKEN.sub("***", _MIXED.sub("***", text))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
