"""A pack opened: whether its archive, its manifest, its signature and its hashes hold, without anything but itself."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from drctl.model.packed import PackDamage
from drctl.pack.archive import Archive, Entry, read_archive
from drctl.pack.manifest import (
    MANIFEST,
    SIGNATURE,
    SIGNER,
    SUMS,
    Manifest,
    ManifestWrong,
    SignerSection,
    parse_manifest,
    parse_sums,
    sha256,
)
from drctl.pack.public_key import ALGORITHM, NoKey, PublicKey, from_raw


@dataclass(frozen=True, slots=True)
class Opened:
    """What a pack holds, and what of it is not as it was written."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    """Every entry but the manifest, its signature and the list of hashes; damaged ones among them."""
    entries: int = 0
    manifest: Manifest | None = None
    signer: SignerSection | None = None
    """Whose signature holds; None where there is none, or it does not hold."""
    damage: tuple[PackDamage, ...] = ()


def open_pack(content: bytes) -> Opened:
    """The pack in these bytes. Whatever they are, this ends soon and raises nothing."""
    archive = read_archive(content)
    found = {entry.name: entry for entry in archive.entries}
    damage = [archive.damage] if archive.damage is not None else []
    if not found:
        return Opened(damage=tuple(damage))
    manifest, signer = None, None
    # What is missing may lie behind the damage of an archive that could not be read to its end.
    if MANIFEST in found or archive.complete:
        manifest, wrong = _manifest(found.get(MANIFEST))
        damage += wrong
        if manifest is not None and (archive.complete or SIGNATURE in found):
            signer, wrong = _signed(manifest, found)
            damage += wrong
    damage += _hashes(archive, found, manifest)
    damage += [PackDamage(_SPOILT, entry.name) for entry in archive.entries if not entry.checksum_holds]
    files = {name: entry.content for name, entry in found.items() if name not in (MANIFEST, SIGNATURE, SUMS)}
    return Opened(files, len(found), manifest, signer, first_of_each(damage))


_SPOILT = "is not what the archive's own checksum is of: one of both was altered"


def first_of_each(damage: Sequence[PackDamage]) -> tuple[PackDamage, ...]:
    """`damage` without all but the first of each entry."""
    kept: dict[object, PackDamage] = {}
    for one in damage:
        kept.setdefault(one.entry, one)
    return tuple(kept.values())


def _manifest(entry: Entry | None) -> tuple[Manifest | None, list[PackDamage]]:
    if entry is None:
        return None, [PackDamage("is missing: this is no evidence pack, or it was taken out", MANIFEST)]
    try:
        return parse_manifest(entry.content), []
    except ManifestWrong as wrong:
        return None, [PackDamage(f"cannot be read: {wrong}", MANIFEST)]


def _signed(manifest: Manifest, found: Mapping[str, Entry]) -> tuple[SignerSection | None, list[PackDamage]]:
    """Whose signature holds, and what is wrong with it."""
    signature, signer = found.get(SIGNATURE), manifest.signer
    if signer is None:
        extra = [PackDamage("is there, and the manifest names nobody who has signed", SIGNATURE)] if signature else []
        return None, extra
    if signature is None:
        return None, [PackDamage("is missing: the manifest says that it was signed", SIGNATURE)]
    key = _key(signer)
    if key is None:
        return None, [PackDamage("names a signer whose key and fingerprint are not one key's", MANIFEST)]
    if not key.signed(found[MANIFEST].content, signature.content):
        # Chance hits one of both, and the archive's checksum tells which. Whoever forges one makes that fit.
        spoilt = SIGNATURE if not signature.checksum_holds else MANIFEST
        other = MANIFEST if spoilt == SIGNATURE else SIGNATURE
        return None, [PackDamage(f"and {other} do not belong together: the signature is not of this manifest", spoilt)]
    pem = found.get(SIGNER)
    if pem is not None and pem.content != key.pem.encode():
        return signer, [PackDamage("is not the key that the signed manifest names", SIGNER)]
    return signer, []


def _key(signer: SignerSection) -> PublicKey | None:
    try:
        key = from_raw(base64.b64decode(signer.public_key, validate=True))
    except (NoKey, binascii.Error):
        return None
    plain = base64.b64encode(key.raw).decode() == signer.public_key
    return key if plain and (signer.algorithm, signer.fingerprint) == (ALGORITHM, key.fingerprint) else None


def _hashes(archive: Archive, found: Mapping[str, Entry], manifest: Manifest | None) -> Iterator[PackDamage]:
    """Every entry that is not what its hash is of, is missing, or is in no list."""
    sums = found.get(SUMS)
    if sums is None:
        if archive.complete:
            yield PackDamage("is missing", SUMS)
        return
    wrong = _list(sums, found, manifest)
    wanted = parse_sums(sums.content)
    if wrong is not None or wanted is None:
        yield wrong or PackDamage("is no list of hashes", SUMS)
        return
    for name, digest in wanted.items():
        if name in found:
            if sha256(found[name].content) != digest:
                yield PackDamage("was altered: its SHA-256 is not the one in SHA256SUMS", name)
        elif archive.complete:
            yield PackDamage("is missing, and SHA256SUMS names it", name)
    own = [name for name in (MANIFEST, SIGNATURE, SUMS) if name in found]
    for name in found:
        if name not in wanted and name not in own:
            yield PackDamage("was added: SHA256SUMS does not name it", name)
    if list(found) != [*own, *(name for name in wanted if name in found)]:
        yield PackDamage("the entries of the archive are in another order than drctl writes them in")


def _list(sums: Entry, found: Mapping[str, Entry], manifest: Manifest | None) -> PackDamage | None:
    """What is wrong with the list of hashes as a whole, by the manifest."""
    if manifest is None:
        return None
    if sha256(sums.content) == manifest.sha256sums and sums.content.count(b"\n") == manifest.files:
        return None
    # As with a signature: where chance has hit one of both, the archive's checksum tells which.
    if sums.checksum_holds and not found[MANIFEST].checksum_holds:
        return PackDamage("was altered: it names another list of hashes", MANIFEST)
    return PackDamage("was altered: its SHA-256, or its length, is not the manifest's", SUMS)
