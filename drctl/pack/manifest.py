"""What a pack says of itself, and what is signed of it.

The manifest holds the hash of the list of hashes, so that its length never depends on the run: AWS KMS signs messages
of at most 4,096 bytes (AWS KMS API Reference, Sign). Who signs is in it, and so is signed, too. The list, SHA256SUMS,
is what `sha256sum -c` reads.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from drctl.pack.archive import is_name

MANIFEST, SIGNATURE, SUMS, SIGNER = "MANIFEST.json", "MANIFEST.sig", "SHA256SUMS", "signer.pem"
FORMAT, VERSION = "drctl evidence pack", 1
LONGEST = 4096
"""Bytes that a manifest may have, so that every kind of key can sign it."""
_STRICT: Mapping[str, Any] = {"extra": "forbid", "strict": True, "allow_inf_nan": False}
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


@dataclass(frozen=True, slots=True)
class JournalSection:
    events: int
    head_hash: str


@dataclass(frozen=True, slots=True)
class SignerSection:
    algorithm: str
    public_key: str
    """Its 32 bytes in base64; `signer.pem` is the same key for OpenSSL."""
    fingerprint: str
    kms_key: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    format: str
    version: int
    run: str
    runbook: str
    mode: str
    environment: str
    simulated: bool
    state: str
    finished: bool
    """Whether the run has ended: what is packed of one that has not, is a part of it."""
    verdict: str | None
    drctl: str
    """The version that has made the pack, which may be another than the run's."""
    journal: JournalSection
    files: int
    """How many lines SHA256SUMS has."""
    sha256sums: str
    """The SHA-256 of SHA256SUMS."""
    signer: SignerSection | None

    def text(self) -> bytes:
        """The bytes that are in the archive, and are signed."""
        return f"{json.dumps(asdict(self), indent=1)}\n".encode()


class ManifestWrong(ValueError):
    """Bytes that are no manifest of this version."""


def parse_manifest(content: bytes) -> Manifest:
    """The manifest in these bytes. Raises ManifestWrong where they are not exactly what one is written as."""
    from pydantic import ValidationError

    if len(content) > LONGEST:
        raise ManifestWrong("it is longer than any")
    try:
        found: Manifest = _adapter().validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ManifestWrong(f"{where or 'it'}: {first['msg']}") from None
    if (found.format, found.version) != (FORMAT, VERSION):
        raise ManifestWrong(f"it is of version {found.version} of {found.format!r}; this drctl reads {VERSION}")
    if found.text() != content:
        raise ManifestWrong("it is not written as drctl writes one")
    return found


@functools.cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Manifest)


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """The hash of each file, sorted by name, in the form of `sha256sum`."""
    return "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files)).encode()


def parse_sums(content: bytes) -> Mapping[str, str] | None:
    """The hash of each file by its name; None where these bytes are no such list."""
    try:
        lines = content.decode("ascii").split("\n")
    except UnicodeDecodeError:
        return None
    found = [_LINE.fullmatch(line) for line in lines[:-1]]
    sums = {line[2]: line[1] for line in found if line is not None and is_name(line[2])}
    in_order = list(sums) == sorted(sums) and len(sums) == len(lines) - 1 and lines[-1] == ""
    return sums if in_order else None


def sha256(content: bytes) -> str:
    """Its SHA-256 as lower-case hex."""
    return hashlib.sha256(content).hexdigest()
