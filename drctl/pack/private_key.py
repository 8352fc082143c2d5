"""Private keys of Ed25519 in files: PKCS#8 in PEM, as `openssl genpkey -algorithm ed25519` makes them.

A key that others can read may have signed anything, so it is refused, as OpenSSH refuses one.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from drctl.errors import InputInvalid, Refused
from drctl.pack.file_content import content_of
from drctl.pack.public_key import PublicKey, from_raw

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_LARGEST = 64 * 1024

Passphrase = Callable[[], str]
"""Asks a person for the passphrase of a key. Raises Refused where there is nobody to ask."""


class PrivateKey:
    """A key that can sign. Its bytes are in no attribute that would be shown, and in no message."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public: PublicKey = from_raw(key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """The signature (64 bytes) of exactly these bytes: always the same one."""
        return self._key.sign(message)


def read_private_key(path: Path, passphrase: Passphrase) -> PrivateKey:
    """The key in that file; `passphrase` is asked where the file is encrypted.

    Raises NotFound, InputInvalid where it is no such key, and Refused where others than its owner can read it.
    """
    content = _own_content(path)
    if b"BEGIN ENCRYPTED PRIVATE KEY" in content:
        return _parsed(path, content, passphrase().encode())
    return _parsed(path, content, None)


def new_private_key(path: Path) -> PublicKey:
    """Make a key in that file, which only its owner can read; its public half.

    Raises Refused where there is a file already or none can be made.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        # Nobody else can read it even for the moment before its mode would be changed.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{path} is there already", hint="a key is never written over: choose another name") from None
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be written: {_why(error)}") from error
    with open(descriptor, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    return PrivateKey(key).public


def _own_content(path: Path) -> bytes:
    def look(found: os.stat_result) -> None:
        if found.st_mode & 0o077:
            raise Refused(
                f"others than its owner can read or write the key {path} (mode {stat.S_IMODE(found.st_mode):04o})",
                hint=f"chmod 600 {path}; where others may have read it, make a new one",
            )

    return content_of(path, "the key", _LARGEST, look=look)


def _parsed(path: Path, content: bytes, passphrase: bytes | None) -> PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    # What the library says of a key may quote it: it is told in our words, and without a cause that a log would show.
    try:
        key = load_pem_private_key(content, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        why = "its passphrase is another one, or it is damaged" if passphrase is not None else "it is no key in PEM"
        raise InputInvalid(f"the key {path} cannot be read: {why}", hint="drctl key new FILE makes one") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise InputInvalid(
            f"the key {path} is not of Ed25519", hint="drctl key new FILE, or openssl genpkey -algorithm ed25519"
        )
    return PrivateKey(key)


def _why(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)
