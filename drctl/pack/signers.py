"""Known signers: a file that says whose key is whose, in the form of OpenSSH's allowed_signers.

# one key a line: its owner, then the key as OpenSSH writes it; the rest of a line is a remark
ops@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA… the recovery team's key of 2026
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from drctl.errors import InputInvalid
from drctl.pack.file_content import content_of
from drctl.pack.public_key import FINGERPRINT, NoKey, from_text

_LARGEST = 1024 * 1024


def read_signers(path: Path) -> Mapping[str, str]:
    """The owner of each key in that file, by its fingerprint. Raises InputInvalid, with every line that is wrong."""
    owners: dict[str, str] = {}
    problems = []
    for number, line in enumerate(_text(path, "the list of signers").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        owner, _, rest = line.strip().partition(" ")
        try:
            key = from_text(rest)
        except NoKey as no:
            problems.append(f"{number}:1  {no}")
            continue
        if not owner.isprintable():
            problems.append(f"{number}:1  its owner cannot be shown")
        if owners.setdefault(key.fingerprint, owner) != owner:
            problems.append(f"{number}:1  this key is {owners[key.fingerprint]}'s already")
    if problems:
        what = f"{path} has {len(problems)} problem{'' if len(problems) == 1 else 's'}"
        raise InputInvalid(
            what, context=problems, hint="a line is: OWNER ssh-ed25519 KEY, as `drctl key show` prints it"
        )
    return owners


def wanted_signer(given: str) -> str:
    """The fingerprint that `given` is, or that of the public key in the file of that name. Raises InputInvalid."""
    if FINGERPRINT.fullmatch(given):
        return given
    try:
        return from_text(_text(Path(given), "the public key")).fingerprint
    except NoKey as no:
        raise InputInvalid(f"--signer {given}: {no}", hint="drctl key show KEYFILE") from no


def _text(path: Path, called: str) -> str:
    try:
        return content_of(path, called, _LARGEST).decode("utf-8")
    except UnicodeDecodeError:
        raise InputInvalid(f"{called} {path} is no text") from None
