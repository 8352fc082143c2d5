"""Whatever a pack's file holds: it is whole, or what is damaged is named. One flipped bit is enough for that."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from drctl.bootstrap.pack_verifying import verify_content
from drctl.bootstrap.packing import PackRequest, new_key, pack_run
from drctl.cli import cli
from drctl.errors import InputInvalid
from drctl.journal.chain import GENESIS, link
from drctl.journal.codec import encode
from drctl.journal.lines import as_lines
from drctl.pack.manifest import MANIFEST, JournalSection, ManifestWrong, parse_manifest
from drctl.pack.opening import open_pack
from drctl.pack.public_key import NoKey, from_text
from drctl.pack.signers import read_signers
from tests.fakes.forged_pack import archived, entries_of, resealed
from tests.fakes.packed_run import write_run
from tests.fuzz.effort import examples
from tests.fuzz.judging import in_time
from tests.fuzz.test_journals import BEGUN, spoilt


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packs")
    write_run(folder / "state")
    new_key(folder / "key")
    return folder


@pytest.fixture(scope="module")
def signed(folder: Path) -> bytes:
    return pack_run(PackRequest(run="latest", state_dir=folder / "state", key=folder / "key", passphrase=str)).content


@pytest.fixture(scope="module")
def unsigned(folder: Path) -> bytes:
    return pack_run(PackRequest(run="latest", state_dir=folder / "state", passphrase=str)).content


def judge(content: bytes) -> bool:
    """Whether the pack is whole. Everything that is said of it can be shown."""
    with in_time():
        found = verify_content(content, {})
    for damage in found.damage:
        assert damage.what
        assert len(damage.what) < 2000
    assert found.whole is not bool(found.damage)
    return found.whole


@examples(60)
@given(st.data())
def test_a_pack_with_a_flipped_bit_is_never_whole_and_its_entry_is_named(
    signed: bytes, unsigned: bytes, data: st.DataObject
) -> None:
    pack = data.draw(st.sampled_from([signed, unsigned]))
    at, bit = data.draw(st.integers(0, len(pack) - 1)), data.draw(st.integers(0, 7))
    altered = bytearray(pack)
    altered[at] ^= 1 << bit
    found = verify_content(bytes(altered), {})
    assert not found.whole
    begins = 0
    for name, content in entries_of(pack).items():
        begins = pack.index(name.encode() + content, begins) + len(name)
        if begins <= at < begins + len(content):
            assert found.damage[0].entry == name


@examples(60)
@given(st.data())
def test_any_bytes_are_a_pack_or_said_to_be_none(signed: bytes, data: st.DataObject) -> None:
    content = bytearray(signed)
    match data.draw(st.sampled_from(["any", "change", "cut", "insert", "zero", "move"])):
        case "any":
            content = bytearray(data.draw(st.sampled_from([b"", b"PK\x03\x04", signed[:60]])) + data.draw(st.binary()))
        case "change":
            for _ in range(data.draw(st.integers(1, 20))):
                content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        case "cut":
            begins = data.draw(st.integers(0, len(content) - 1))
            del content[begins : begins + data.draw(st.integers(1, len(content)))]
        case "insert":
            at = data.draw(st.integers(0, len(content)))
            content[at:at] = data.draw(st.binary(min_size=1, max_size=50))
        case "zero":
            at = data.draw(st.integers(0, len(content) - 512))
            content[at : at + 512] = bytes(512)
        case "move":
            first, second = sorted(data.draw(st.tuples(*[st.integers(0, len(content))] * 2)))
            content = content[second:] + content[first:second] + content[:first]
    assert judge(bytes(content)) is (bytes(content) == signed)


@pytest.mark.thorough
@examples(40)
@given(st.data())
def test_a_pack_whose_every_hash_is_right_is_whole_only_where_the_journal_tells_all_of_it(
    unsigned: bytes, data: st.DataObject
) -> None:
    """A forger without a key makes the hashes anew; what the journal does not tell is found all the same."""
    entries = entries_of(unsigned)
    name = data.draw(st.sampled_from(sorted(entries.keys() - {MANIFEST, "SHA256SUMS"})))
    content = bytearray(entries[name])
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    assert not judge(resealed({**entries, name: bytes(content)}))


@examples(25)
@given(st.lists(spoilt(), min_size=1, max_size=3), st.integers(0, len(BEGUN)), st.data())
def test_a_pack_of_any_events_is_whole_or_said_to_be_damaged(
    folder: Path, unsigned: bytes, odd: list[str], at: int, data: st.DataObject
) -> None:
    bodies = [encode(event) for event in BEGUN]
    rows, head = [], GENESIS
    for seq, body in enumerate([*bodies[:at], *odd, *bodies[at + data.draw(st.integers(0, 3)) :]], 1):
        try:
            head = link(head, seq, 1, body)
        except UnicodeEncodeError:
            break
        rows.append((seq, 1, body, head))
    path = folder / "odd.zip"
    entries = entries_of(unsigned)
    about = dataclasses.replace(parse_manifest(entries[MANIFEST]), journal=JournalSection(len(rows), head))
    path.write_bytes(resealed({**entries, MANIFEST: about.text(), "journal.jsonl": as_lines(rows)}))
    with in_time():
        answered = CliRunner().invoke(cli, ["verify", str(path), "--output", "json"], prog_name="drctl")
    assert answered.exit_code == 2, answered.output
    json.loads(answered.stdout)


@examples(60)
@given(st.binary(max_size=300) | st.text().map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_a_manifest_or_none(unsigned: bytes, content: bytes) -> None:
    with pytest.raises(ManifestWrong):
        parse_manifest(content)
    opened = open_pack(archived({**entries_of(unsigned), MANIFEST: content}))
    assert opened.damage[0].entry == MANIFEST


@examples(60)
@given(st.text(max_size=100) | st.text(max_size=60).map(lambda text: f"ssh-ed25519 {text}"))
def test_any_text_is_a_public_key_or_none(folder: Path, text: str) -> None:
    try:
        key = from_text(text)
    except NoKey:
        pass
    else:
        assert from_text(key.line) == key
    path = folder / "signers"
    path.write_text(f"somebody {text}\n", encoding="utf-8")
    with contextlib.suppress(InputInvalid):
        assert len(read_signers(path)) <= 1
