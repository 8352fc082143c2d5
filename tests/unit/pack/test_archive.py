"""An archive has one form: what is read is, byte for byte, what would be written, and everything else is damage."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drctl.pack.archive import read_archive, write_archive
from tests.fuzz.effort import examples

ENTRIES = [("MANIFEST.json", b"{}\n"), ("a/b.txt", b"some text\n"), ("empty", b""), ("z", bytes(range(256)))]
NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,9}(/[A-Za-z0-9_]{1,5})?", fullmatch=True)


@examples(50)
@given(st.dictionaries(NAMES, st.binary(max_size=50), min_size=1, max_size=5))
def test_what_was_written_is_read_and_others_read_it_too(entries: dict[str, bytes]) -> None:
    written = write_archive(list(entries.items()))
    found = read_archive(written)
    assert (found.damage, found.complete) == (None, True)
    assert {entry.name: entry.content for entry in found.entries} == entries
    with zipfile.ZipFile(io.BytesIO(written)) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == entries


def test_unzip_makes_files_that_anybody_may_read_and_nobody_run(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(write_archive(ENTRIES))
    try:
        subprocess.run(["unzip", "-q", "x.zip", "-d", "out"], cwd=tmp_path, check=True)
    except FileNotFoundError:
        pytest.skip("unzip is not installed")
    assert (tmp_path / "out" / "a" / "b.txt").read_bytes() == b"some text\n"
    assert os.stat(tmp_path / "out" / "z").st_mode & 0o777 & ~0o044 == 0o600


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x", "a/../b", "a//b", "a\\b", ".hidden", "a/", "é", "x" * 300])
def test_no_name_leads_out_of_the_folder_it_is_unpacked_into(name: str) -> None:
    with pytest.raises(ValueError, match="no entry may be called"):
        write_archive([(name, b"")])
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as other:
        other.writestr(zipfile.ZipInfo(name or "x" * 250 + "/"), b"")
    assert read_archive(made.getvalue()).damage is not None


def test_a_name_that_is_there_twice_is_damage() -> None:
    found = read_archive(write_archive([("a", b"1"), ("a", b"2")]))
    assert found.damage is not None
    assert (found.damage.entry, found.damage.what) == ("a", "the archive has a twice")


def test_every_flipped_bit_is_found_and_a_byte_of_an_entry_names_that_entry() -> None:
    written = write_archive(ENTRIES)
    inside = {written.index(content) + place: name for name, content in ENTRIES[1:] for place in range(len(content))}
    for at in range(len(written)):
        for bit in range(8):
            altered = bytearray(written)
            altered[at] ^= 1 << bit
            found = read_archive(bytes(altered))
            spoilt = [entry.name for entry in found.entries if not entry.checksum_holds]
            assert found.damage is not None or spoilt, (at, bit)
            if at in inside:
                assert (found.damage, spoilt) == (None, [inside[at]]), (at, bit)


def test_every_truncation_and_whatever_is_appended_is_found() -> None:
    written = write_archive(ENTRIES)
    for length in range(len(written)):
        assert read_archive(written[:length]).damage is not None, length
    for more in (b"\0", b"PK", written):
        found = read_archive(written + more)
        assert found.damage is not None
        assert f"{len(more)} bytes follow" in found.damage.what
