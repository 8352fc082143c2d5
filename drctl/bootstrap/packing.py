"""Pack a run: everything that it leaves, in one archive, signed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from drctl.bootstrap.environment_world import MfaCode
from drctl.bootstrap.pack_contents import RunToPack, outputs_of_programs
from drctl.bootstrap.verifying import verify_run
from drctl.journal.folder import find_run
from drctl.journal.lines import journal_rows
from drctl.pack.manifest import sha256
from drctl.pack.private_key import Passphrase, new_private_key, read_private_key
from drctl.pack.public_key import PublicKey
from drctl.pack.sealing import FileSigning, Signing, seal
from drctl.report.verification import as_error


@dataclass(frozen=True, kw_only=True)
class PackRequest:
    """What is packed, and who signs: a key in a file, one in AWS KMS, or nobody where neither is given."""

    run: str
    state_dir: Path
    key: Path | None = None
    kms_key: str | None = None
    """Its ARN, or that of an alias."""
    environment: str | None = None
    """Through whose accounts AWS KMS is asked; the run's own, if left out."""
    passphrase: Passphrase
    mfa_code: MfaCode | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack that is not written yet."""

    run: str
    content: bytes
    finished: bool
    simulated: bool
    signed_by: PublicKey | None

    @property
    def sha256(self) -> str:
        return sha256(self.content)


def pack_run(request: PackRequest) -> Packed:
    """The pack of a run: the same bytes for the same run, key and version of drctl, wherever it is made.

    Raises JournalCorrupt where the journal is not whole, Refused where the key cannot be used, and NotFound.
    """
    folder = find_run(request.state_dir, request.run)
    found = verify_run(folder.run, request.state_dir)
    if found.damage is not None:
        raise as_error(found, found.damage)
    packing = RunToPack.of(journal_rows(folder.journal), str(folder.journal))
    files = {**packing.files(), **outputs_of_programs(folder.path)}
    about = packing.about()
    signing = _signing(request, packing)
    content = seal(files, about, signing)
    return Packed(about.run, content, about.finished, about.simulated, signing.public if signing is not None else None)


def new_key(path: Path) -> PublicKey:
    """Make a key that signs packs. Raises Refused."""
    return new_private_key(path)


def public_half(path: Path, passphrase: Passphrase) -> PublicKey:
    """The public half of the key in that file. Raises NotFound, InputInvalid and Refused."""
    return read_private_key(path, passphrase).public


def _signing(request: PackRequest, packing: RunToPack) -> Signing | None:
    if request.key is not None:
        key = read_private_key(request.key, request.passphrase)
        return FileSigning(key.public, key.sign)
    if request.kms_key is not None:
        from drctl.bootstrap.signing_in_kms import kms_signing

        return kms_signing(request.kms_key, request.environment, packing.run, request.mfa_code)
    return None
