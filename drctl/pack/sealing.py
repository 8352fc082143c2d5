"""Files become a pack: the list of their hashes, the manifest, the signature, and one archive of all."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from drctl.errors import Refused
from drctl.pack.archive import TooLarge, write_archive
from drctl.pack.manifest import LONGEST, MANIFEST, SIGNATURE, SIGNER, SUMS, Manifest, SignerSection, sha256, sums_of
from drctl.pack.public_key import ALGORITHM, PublicKey


class Signing(Protocol):
    """Whoever can sign: a key in a file, or one in AWS KMS."""

    @property
    def public(self) -> PublicKey: ...

    @property
    def kms_key(self) -> str | None:
        """Its ARN, where AWS KMS keeps it."""

    def sign(self, message: bytes) -> bytes:
        """The signature of exactly these bytes."""


@dataclass(frozen=True, slots=True)
class FileSigning:
    """A key that was read from a file."""

    public: PublicKey
    signed: Callable[[bytes], bytes]
    kms_key: str | None = None

    def sign(self, message: bytes) -> bytes:
        return self.signed(message)


def seal(files: Mapping[str, bytes], about: Manifest, signing: Signing | None) -> bytes:
    """The archive. `about` is the manifest without what only these files and this signer tell.

    Raises Refused where they are larger than an archive may be.
    """
    files = dict(files)
    if signing is not None:
        files[SIGNER] = signing.public.pem.encode()
    sums = sums_of(files)
    manifest = replace(about, files=len(files), sha256sums=sha256(sums), signer=_signer(signing)).text()
    if len(manifest) > LONGEST:
        raise Refused(f"the manifest would have {len(manifest)} bytes, and may have {LONGEST}")
    head = [(MANIFEST, manifest)]
    if signing is not None:
        head.append((SIGNATURE, signing.sign(manifest)))
    try:
        return write_archive([*head, (SUMS, sums), *((name, files[name]) for name in sorted(files))])
    except TooLarge as error:
        raise Refused(f"the run is too large for one pack: {error}") from error


def _signer(signing: Signing | None) -> SignerSection | None:
    if signing is None:
        return None
    raw = base64.b64encode(signing.public.raw).decode()
    return SignerSection(ALGORITHM, raw, signing.public.fingerprint, signing.kms_key)
