"""A pack is whole only where every byte is as it was written; whatever is not, its entry is named."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drctl.pack.archive import write_archive
from drctl.pack.manifest import (
    FORMAT,
    LONGEST,
    MANIFEST,
    SIGNATURE,
    SIGNER,
    SUMS,
    VERSION,
    JournalSection,
    Manifest,
    ManifestWrong,
    parse_manifest,
    parse_sums,
)
from drctl.pack.opening import open_pack
from drctl.pack.private_key import PrivateKey
from drctl.pack.sealing import FileSigning, seal
from tests.fakes.forged_pack import archived, entries_of, resealed, unsigned

ABOUT = Manifest(
    format=FORMAT,
    version=VERSION,
    run="dr-1",
    runbook="r",
    mode="drill",
    environment="simulated",
    simulated=True,
    state="finished",
    finished=True,
    verdict="PASSED",
    drctl="0.1.0",
    journal=JournalSection(1, "0" * 64),
    files=0,
    sha256sums="",
    signer=None,
)
FILES = {"a.txt": b"some text\n", "b/c.json": b"{}\n"}
KEY = PrivateKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
SIGNING = FileSigning(KEY.public, KEY.sign)
SIGNED, UNSIGNED = seal(FILES, ABOUT, SIGNING), seal(FILES, ABOUT, None)


def damaged(pack: bytes) -> list[str | None]:
    """The entries that are damaged, the first first."""
    return [one.entry for one in open_pack(pack).damage]


def test_a_whole_pack_has_no_damage_and_says_who_signed() -> None:
    opened = open_pack(SIGNED)
    assert opened.damage == ()
    assert opened.signer is not None
    assert opened.signer.fingerprint == KEY.public.fingerprint
    assert opened.files == {**FILES, SIGNER: KEY.public.pem.encode()}
    assert (open_pack(UNSIGNED).damage, open_pack(UNSIGNED).signer) == ((), None)


@pytest.mark.parametrize("pack", [SIGNED, UNSIGNED], ids=["signed", "unsigned"])
def test_every_flipped_bit_is_found_and_the_entry_that_it_lies_in_is_named_first(pack: bytes) -> None:
    inside: dict[int, str] = {}
    begins = 0
    for name, content in entries_of(pack).items():
        begins = pack.index(name.encode(), begins) + len(name)
        inside |= {begins + place: name for place in range(len(content))}
        assert pack[begins : begins + len(content)] == content
        begins += len(content)
    for at in range(len(pack)):
        altered = bytearray(pack)
        altered[at] ^= 1 << at % 8
        found = damaged(bytes(altered))
        assert found, at
        if at in inside:
            assert found[0] == inside[at], at


@pytest.mark.thorough
def test_every_other_bit_is_found_too() -> None:
    for at in range(len(SIGNED) * 8):
        altered = bytearray(SIGNED)
        altered[at // 8] ^= 1 << at % 8
        assert open_pack(bytes(altered)).damage, at


def test_every_truncation_and_whatever_is_appended_is_found() -> None:
    for length in range(0, len(SIGNED), 3):
        assert open_pack(SIGNED[:length]).damage, length
    for more in (b"\0", b"x" * 100, SIGNED):
        assert open_pack(SIGNED + more).damage


Forge = Callable[[dict[str, bytes]], bytes]


def put(name: str, content: bytes, made: Forge = archived) -> Forge:
    return lambda entries: made({**entries, name: content})


def without(name: str, made: Forge = archived) -> Forge:
    return lambda entries: made({other: content for other, content in entries.items() if other != name})


def signer_with(**changes: object) -> Forge:
    def forge(entries: dict[str, bytes]) -> bytes:
        manifest = parse_manifest(entries[MANIFEST])
        assert manifest.signer is not None
        altered = replace(manifest, signer=replace(manifest.signer, **changes))  # type: ignore[arg-type]
        return archived({**entries, MANIFEST: altered.text()})

    return forge


OTHER = PrivateKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))


@pytest.mark.parametrize(
    ("forge", "entry"),
    [
        pytest.param(put("a.txt", b"other\n"), "a.txt", id="another content"),
        pytest.param(put("a.txt", b"other\n", resealed), MANIFEST, id="another content, and hashes made anew"),
        pytest.param(put("new.txt", b"other\n"), "new.txt", id="one more"),
        pytest.param(put("new.txt", b"other\n", resealed), MANIFEST, id="one more, and hashes made anew"),
        pytest.param(without("a.txt"), "a.txt", id="one less"),
        pytest.param(without("a.txt", resealed), MANIFEST, id="one less, and hashes made anew"),
        pytest.param(without(SIGNATURE), SIGNATURE, id="no signature"),
        pytest.param(without(MANIFEST), MANIFEST, id="no manifest"),
        pytest.param(without(SUMS), SUMS, id="no hashes"),
        pytest.param(put(SUMS, b""), SUMS, id="other hashes"),
        pytest.param(put(SIGNATURE, bytes(64)), MANIFEST, id="another signature"),
        pytest.param(put(SIGNATURE, OTHER.sign(entries_of(SIGNED)[MANIFEST])), MANIFEST, id="another's signature"),
        pytest.param(put(SIGNER, OTHER.public.pem.encode()), SIGNER, id="another's key"),
        pytest.param(put(MANIFEST, entries_of(UNSIGNED)[MANIFEST]), SIGNATURE, id="a manifest that nobody signed"),
        pytest.param(signer_with(kms_key="arn:aws:kms:x"), MANIFEST, id="another key's ARN"),
        pytest.param(signer_with(fingerprint=OTHER.public.fingerprint), MANIFEST, id="another's fingerprint"),
        pytest.param(signer_with(public_key=base64.b64encode(b"x").decode()), MANIFEST, id="no key"),
    ],
)
def test_a_forger_who_cannot_sign_is_found_out(forge: Forge, entry: str) -> None:
    opened = open_pack(forge(entries_of(SIGNED)))
    assert opened.damage[0].entry == entry
    if entry in (MANIFEST, SIGNATURE):
        assert opened.signer is None


def test_a_forger_who_takes_the_signature_away_leaves_a_pack_that_nobody_has_signed() -> None:
    opened = open_pack(unsigned({**entries_of(SIGNED), "a.txt": b"other\n"}))
    assert (opened.damage, opened.signer) == ((), None)


def test_another_order_of_entries_is_no_pack_of_drctls() -> None:
    entries = list(entries_of(UNSIGNED).items())
    assert damaged(write_archive([*entries[:2], *reversed(entries[2:])])) == [None]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[" * 5000,
        ABOUT.text()[:-1],
        ABOUT.text().replace(b'"version": 1', b'"version": 2'),
        ABOUT.text().replace(b'"finished": true', b'"finished": 1'),
        ABOUT.text().replace(b'"simulated": true', b'"simulated": true, "simulated": false'),
        ABOUT.text().replace(b'"run": "dr-1"', b'"run": "dr-1", "more": 1'),
        b" " * LONGEST + ABOUT.text(),
        b'{"run": "\\ud800"}',
    ],
)
def test_a_manifest_has_one_form(content: bytes) -> None:
    with pytest.raises(ManifestWrong):
        parse_manifest(content)


@pytest.mark.parametrize(
    "content",
    [
        b"x",
        b"\xff\n",
        b"0" * 64 + b" a\n",
        b"0" * 64 + b"  ../a\n",
        b"0" * 64 + b"  b\n" + b"0" * 64 + b"  a\n",
        b"0" * 64 + b"  a\n" + b"0" * 64 + b"  a\n",
        b"0" * 64 + b"  a\r\n",
        b"0" * 64 + b"  a",
    ],
)
def test_a_list_of_hashes_has_one_form(content: bytes) -> None:
    assert parse_sums(content) is None
