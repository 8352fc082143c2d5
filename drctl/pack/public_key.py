"""Public keys of Ed25519 (RFC 8032): how they are told from each other, written down, and asked.

A key's fingerprint is that of OpenSSH, so that `ssh-keygen -l` shows the same one.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

ALGORITHM = "Ed25519"
FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_SSH = b"ssh-ed25519"
# SubjectPublicKeyInfo of RFC 8410: a fixed beginning, then the 32 bytes of the key.
_SPKI = bytes.fromhex("302a300506032b6570032100")
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END PUBLIC KEY-----\s*")


class NoKey(ValueError):
    """Text or bytes that are no public key of Ed25519."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The 32 bytes of a public key."""

    raw: bytes

    @property
    def fingerprint(self) -> str:
        """`SHA256:` and the hash of the key as OpenSSH transmits it, in base64 without padding."""
        return f"SHA256:{base64.b64encode(hashlib.sha256(self._blob).digest()).decode().rstrip('=')}"

    @property
    def pem(self) -> str:
        """As `openssl pkey -pubout` writes it."""
        return f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(_SPKI + self.raw).decode()}\n-----END PUBLIC KEY-----\n"

    @property
    def line(self) -> str:
        """As OpenSSH writes it, without a comment."""
        return f"{_SSH.decode()} {base64.b64encode(self._blob).decode()}"

    @property
    def _blob(self) -> bytes:
        return b"".join(len(part).to_bytes(4, "big") + part for part in (_SSH, self.raw))

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` was made of exactly these bytes, with the private half of this key."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def from_raw(raw: bytes) -> PublicKey:
    """The key of these bytes. Raises NoKey where there are not 32."""
    if len(raw) != 32:
        raise NoKey(f"a public key of Ed25519 has 32 bytes, and this has {len(raw)}")
    return PublicKey(raw)


def from_spki(der: bytes) -> PublicKey:
    """The key in a SubjectPublicKeyInfo, which is what AWS KMS hands out. Raises NoKey for one of another kind."""
    if not der.startswith(_SPKI):
        raise NoKey("it is a public key, and not one of Ed25519")
    return from_raw(der[len(_SPKI) :])


def from_text(text: str) -> PublicKey:
    """The key in a PEM or in an OpenSSH line. Raises NoKey."""
    text = text.strip()
    if (pem := _PEM.fullmatch(text)) is not None:
        return from_spki(_decoded("".join(pem[1].split())))
    kind, _, rest = text.partition(" ")
    if kind != _SSH.decode() or not rest:
        raise NoKey("it is neither a PEM (BEGIN PUBLIC KEY) nor a line that begins with ssh-ed25519")
    blob = _decoded(rest.split()[0])
    key = from_raw(blob[-32:])
    if key._blob != blob:  # noqa: SLF001 - its own
        raise NoKey("its ssh-ed25519 line is damaged")
    return key


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise NoKey("its base64 is damaged") from None
