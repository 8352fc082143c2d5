"""Packs as somebody makes them who knows how: altered inside, with an archive that is in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from drctl.pack.archive import read_archive, write_archive
from drctl.pack.manifest import MANIFEST, SIGNATURE, SUMS, parse_manifest, sha256, sums_of

HEAD = (MANIFEST, SIGNATURE, SUMS)


def entries_of(pack: bytes) -> dict[str, bytes]:
    """Every entry, in order."""
    return {entry.name: entry.content for entry in read_archive(pack).entries}


def archived(entries: Mapping[str, bytes]) -> bytes:
    """The entries in an archive, in the order that drctl writes them in."""
    head = [name for name in HEAD if name in entries]
    return write_archive([(name, entries[name]) for name in [*head, *sorted(entries.keys() - set(HEAD))]])


def resealed(entries: Mapping[str, bytes]) -> bytes:
    """The same with its list of hashes made anew, and that list's hash in the manifest."""
    files = {name: content for name, content in entries.items() if name not in HEAD}
    sums = sums_of(files)
    manifest = replace(parse_manifest(entries[MANIFEST]), files=len(files), sha256sums=sha256(sums)).text()
    return archived({**entries, SUMS: sums, MANIFEST: manifest})


def unsigned(entries: Mapping[str, bytes]) -> bytes:
    """The same, made to look as if nobody had ever signed it."""
    left = {name: content for name, content in entries.items() if name not in (SIGNATURE, "signer.pem")}
    manifest = replace(parse_manifest(entries[MANIFEST]), signer=None).text()
    return resealed({**left, MANIFEST: manifest})
