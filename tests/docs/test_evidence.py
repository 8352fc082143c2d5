"""An auditor without drctl types what a pack's README says, and finds what `drctl verify` would find."""

from __future__ import annotations

import re
import shutil
import subprocess
import textwrap
from pathlib import Path

import pytest

from drctl.bootstrap.packing import PackRequest, new_key, pack_run
from drctl.pack.readme import README_TEXT
from tests.fakes.forged_pack import archived, entries_of
from tests.fakes.packed_run import write_run

PAGE = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text()


def commands() -> list[str]:
    """Each block of commands of the README, in order."""
    steps = README_TEXT.partition("TO VERIFY IT WITHOUT DRCTL")[2]
    blocks = re.findall(r"\n\n((?:    .*\n)+)", steps)
    return [textwrap.dedent(block).strip() for block in blocks]


def test_the_page_shows_the_commands_of_the_readme() -> None:
    shown = PAGE.partition("<!-- without drctl -->\n")[2].partition("<!-- end -->")[0]
    assert re.findall(r"```sh\n(.*?)```", shown, flags=re.DOTALL) == ["\n\n".join(commands()) + "\n"]


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, str]:
    """A pack, and the fingerprint of who has signed it."""
    folder = tmp_path_factory.mktemp("evidence")
    write_run(folder / "state")
    public = new_key(folder / "key")
    request = PackRequest(run="latest", state_dir=folder / "state", key=folder / "key", passphrase=str)
    return pack_run(request).content, public.fingerprint


def unpacked(pack: bytes, folder: Path) -> Path:
    for name, content in entries_of(pack).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def typed(number: int, folder: Path) -> tuple[int, str]:
    """How the block of that number ends in a shell, and what it says."""
    wanted = ("openssl", "sha256sum", "python3")
    if missing := [name for name in wanted if shutil.which(name) is None]:
        pytest.skip(f"{missing[0]} is not installed")
    done = subprocess.run(["sh", "-c", commands()[number]], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


SIGNED, WHOSE, LISTED, FILES, CHAIN = range(5)


def test_a_whole_pack_is_whole_by_other_tools_too(pack: tuple[bytes, str], tmp_path: Path) -> None:
    content, fingerprint = pack
    folder = unpacked(content, tmp_path)
    assert len(commands()) == 5
    assert typed(SIGNED, folder) == (0, "Signature Verified Successfully\n")
    assert typed(WHOSE, folder) == (0, f"{fingerprint.removeprefix('SHA256:')}=\n")
    assert typed(LISTED, folder)[1].startswith(' "sha256sums": "')
    # grep ends with 1 where it has found nothing, which is what is wanted.
    assert typed(FILES, folder) == (1, "")
    assert typed(CHAIN, folder)[1].startswith("the chain is whole: ")


def test_other_tools_find_what_was_altered(pack: tuple[bytes, str], tmp_path: Path) -> None:
    folder = unpacked(pack[0], tmp_path)
    for name, step in (("MANIFEST.json", SIGNED), ("SHA256SUMS", LISTED), ("journal.jsonl", CHAIN)):
        path = folder / name
        whole = path.read_bytes()
        path.write_bytes(whole.replace(b"1", b"2", 1))
        assert typed(step, folder)[0] == 1, name
        path.write_bytes(whole)
    (folder / "run.json").write_bytes(b"{}")
    (folder / "more.txt").write_bytes(b"")
    told = typed(FILES, folder)[1]
    assert "run.json: FAILED" in told
    assert "more.txt" in told.splitlines()


def test_every_entry_is_explained(pack: tuple[bytes, str]) -> None:
    entries = entries_of(pack[0])
    assert archived(entries) == pack[0]
    for name in {name.split("/")[0] + ("/" if "/" in name else "") for name in entries}:
        assert f"`{name}`" in PAGE, name
        assert name in README_TEXT or name == "README.txt"
