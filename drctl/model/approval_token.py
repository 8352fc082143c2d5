"""A signed answer, to be given by whoever it reaches: for one request, on one evidence, for as long as that stands.

`PAYLOAD.SIGNATURE`, both in unpadded base64url; the signature is HMAC-SHA256 (RFC 2104) over the payload's text.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime

from drctl.model.instant import format_instant

LEAST_KEY = 32
"""Characters that a key has at the least: the length of the hash (RFC 2104, section 3)."""
_LONGEST = 4096


class TokenInvalid(ValueError):
    """A text that is no token of this request; the message says why, without the token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a token says."""

    run: str
    step: str
    epoch: int
    sha256: str
    """The evidence that is answered to."""
    approved: bool
    until: int | None = None
    """When it stops being good, in seconds since 1970; None where the request does not expire."""


def sign(claims: Claims, key: bytes) -> str:
    """The token that says `claims`. Raises TokenInvalid where the key is too short to sign anything."""
    payload = _encoded(json.dumps(asdict(claims), sort_keys=True, separators=(",", ":")).encode())
    return f"{payload}.{_encoded(_signature(payload, key))}"


def verified(token: str, key: bytes, now: datetime) -> Claims:
    """What the token says, once it is known to be signed with `key` and still good. Raises TokenInvalid."""
    payload, dot, signature = token.partition(".")
    if not dot or len(token) > _LONGEST or not token.isascii():
        raise TokenInvalid("it is no token")
    # The texts are compared, not what they decode to: some letters of base64 have bits that decode to nothing.
    if not hmac.compare_digest(_encoded(_signature(payload, key)).encode(), signature.encode()):
        raise TokenInvalid("its signature is not that of this environment")
    claims = _claims(payload)
    if claims.until is not None and now.timestamp() >= claims.until:
        until = format_instant(datetime.fromtimestamp(claims.until, UTC))
        raise TokenInvalid(f"it has expired at {until}, and expired never means yes")
    return claims


def _claims(payload: str) -> Claims:
    try:
        read = json.loads(base64.b64decode(payload + "=" * (-len(payload) % 4), altchars=b"-_", validate=True))
        if isinstance(read, dict) and read.keys() == {field.name for field in fields(Claims)}:
            return Claims(**read)
    except (ValueError, binascii.Error):
        pass
    raise TokenInvalid("it does not say what an answer says")


def _signature(payload: str, key: bytes) -> bytes:
    if len(key) < LEAST_KEY:
        raise TokenInvalid(f"the key that signs tokens is shorter than {LEAST_KEY} bytes")
    return hmac.digest(key, payload.encode(), hashlib.sha256)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
