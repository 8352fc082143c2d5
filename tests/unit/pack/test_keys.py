"""Keys are those of OpenSSL and OpenSSH, and one that others may have read signs nothing."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path

import pytest

from drctl.errors import DrctlError, InputInvalid, NotFound, Refused
from drctl.pack.private_key import new_private_key, read_private_key
from drctl.pack.public_key import NoKey, from_spki, from_text
from drctl.pack.signers import read_signers, wanted_signer


def nobody() -> str:
    raise Refused("nobody is there to ask")


def tool(*words: str, folder: Path, given: bytes | None = None) -> bytes:
    try:
        return subprocess.run(words, cwd=folder, input=given, check=True, capture_output=True).stdout
    except FileNotFoundError:
        pytest.skip(f"{words[0]} is not installed")


def test_a_new_key_can_be_read_by_its_owner_alone_and_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "key"
    before = os.umask(0)
    try:
        public = new_private_key(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    content = path.read_bytes()
    with pytest.raises(Refused, match="is there already"):
        new_private_key(path)
    assert path.read_bytes() == content
    assert read_private_key(path, nobody).public == public


def test_a_signature_holds_for_its_message_and_its_key_alone(tmp_path: Path) -> None:
    key, other = (read_private_key(path, nobody) for path in keys(tmp_path, 2))
    signature = key.sign(b"message")
    assert signature == key.sign(b"message"), "Ed25519 is deterministic"
    assert key.public.signed(b"message", signature)
    assert not other.public.signed(b"message", signature)
    assert not key.public.signed(b"messagE", signature)
    assert not key.public.signed(b"message", signature[:-1])


def keys(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"key-{number}" for number in range(count)]
    for path in paths:
        new_private_key(path)
    return paths


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_that_others_can_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    (path,) = keys(tmp_path, 1)
    path.chmod(mode)
    with pytest.raises(Refused, match=f"{mode:04o}") as refused:
        read_private_key(path, nobody)
    assert "chmod 600" in str(refused.value.hint)


def test_openssl_makes_keys_that_sign_here_encrypted_ones_too(tmp_path: Path) -> None:
    tool("openssl", "genpkey", "-algorithm", "ed25519", "-out", "plain", folder=tmp_path)
    encrypting = ("openssl", "pkcs8", "-topk8", "-in", "plain", "-out", "hidden", "-passout", "pass:open sesame")
    tool(*encrypting, folder=tmp_path)
    for name in ("plain", "hidden"):
        (tmp_path / name).chmod(0o600)
    public = tool("openssl", "pkey", "-in", "plain", "-pubout", folder=tmp_path).decode()
    key = read_private_key(tmp_path / "plain", nobody)
    assert key.public.pem == public
    assert read_private_key(tmp_path / "hidden", lambda: "open sesame").public == key.public
    with pytest.raises(InputInvalid, match="passphrase") as refused:
        read_private_key(tmp_path / "hidden", lambda: "open barley")
    assert "barley" not in str(refused.value)
    with pytest.raises(Refused, match="nobody is there"):
        read_private_key(tmp_path / "hidden", nobody)


def test_the_fingerprint_is_the_one_that_openssh_shows(tmp_path: Path) -> None:
    (path,) = keys(tmp_path, 1)
    public = read_private_key(path, nobody).public
    (tmp_path / "line").write_text(public.line)
    assert public.fingerprint in tool("ssh-keygen", "-l", "-f", "line", folder=tmp_path).decode()


def test_a_public_key_is_read_back_from_each_way_to_write_it(tmp_path: Path) -> None:
    (path,) = keys(tmp_path, 1)
    public = read_private_key(path, nobody).public
    assert from_text(public.pem) == public
    assert from_text(f"{public.line} a remark") == public
    blob = base64.b64decode(public.line.split()[1])
    for wrong in ("", "ssh-ed25519", "ssh-rsa AAAA", f"ssh-ed25519 {base64.b64encode(blob[1:]).decode()}", "x" * 99):
        with pytest.raises(NoKey):
            from_text(wrong)
    with pytest.raises(NoKey, match="not one of Ed25519"):
        from_spki(b"0" * 44)


@pytest.mark.parametrize("content", [b"", b"x", b"-----BEGIN PRIVATE KEY-----\n", b"\xff" * 99])
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(InputInvalid, match="it is no key in PEM"):
        read_private_key(path, nobody)


def test_a_key_of_another_kind_is_refused_and_so_is_what_is_no_file(tmp_path: Path) -> None:
    tool("openssl", "genpkey", "-algorithm", "x25519", "-out", "other", folder=tmp_path)
    (tmp_path / "other").chmod(0o600)
    with pytest.raises(InputInvalid, match="not of Ed25519"):
        read_private_key(tmp_path / "other", nobody)
    with pytest.raises(NotFound):
        read_private_key(tmp_path / "none", nobody)
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path, tmp_path / "pipe", Path("a\0b")):
        with pytest.raises(DrctlError):
            read_private_key(path, nobody)


def test_a_list_of_signers_names_the_owner_of_each_key(tmp_path: Path) -> None:
    first, second = (read_private_key(path, nobody).public for path in keys(tmp_path, 2))
    signers = tmp_path / "signers"
    signers.write_text(f"# ours\n\nops@example.com {first.line} of 2026\n  audit {second.line}\n")
    assert read_signers(signers) == {first.fingerprint: "ops@example.com", second.fingerprint: "audit"}
    signers.write_text(f"ops {first.line}\nops\nops ssh-ed25519 x\nother {first.line}\n")
    with pytest.raises(InputInvalid, match="3 problems") as refused:
        read_signers(signers)
    assert [line.split(":")[0] for line in refused.value.context] == ["2", "3", "4"]


def test_a_wanted_signer_is_a_fingerprint_or_a_file_of_its_key(tmp_path: Path) -> None:
    (path,) = keys(tmp_path, 1)
    public = read_private_key(path, nobody).public
    (tmp_path / "public").write_text(public.pem)
    assert wanted_signer(public.fingerprint) == wanted_signer(str(tmp_path / "public")) == public.fingerprint
    for wrong in (str(path), str(tmp_path / "none"), str(tmp_path), "SHA256:short", "a\0b"):
        with pytest.raises(Refused):
            wanted_signer(wrong)
