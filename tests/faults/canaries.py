"""Canaries: values that must be nowhere but where they are kept, in every form in which they could be written down."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus


def forms(secret: str) -> set[bytes]:
    """`secret` as it is, and as programs and libraries write it."""
    plain = secret.encode()
    found = {
        plain,
        json.dumps(secret)[1:-1].encode(),
        json.dumps(json.dumps(secret))[1:-1].encode(),
        quote(secret, safe="").encode(),
        quote_plus(secret).encode(),
        repr(secret)[1:-1].encode(),
        plain.hex().encode(),
    }
    # In base64, what comes before it shifts it: three ways to be written, less the characters at its ends.
    for before in range(3):
        shifted = base64.b64encode(b"x" * before + plain)
        found.add(shifted[4 if before else 0 : len(shifted) // 4 * 4 - 4])
        found.add(base64.urlsafe_b64encode(b"x" * before + plain)[4 if before else 0 : len(shifted) // 4 * 4 - 4])
    return found


def leaks(canaries: Mapping[str, str], places: Iterable[tuple[str, bytes]]) -> list[str]:
    """Each canary that is somewhere, with the place."""
    looked_for = [(name, form) for name, secret in canaries.items() for form in forms(secret)]
    return sorted({f"{name} in {place}" for place, content in places for name, form in looked_for if form in content})


def kept_in(state: Path) -> Iterable[tuple[str, bytes]]:
    """The bytes of every file that a run leaves, but for the one that tells the simulated AWS what it is filled with.

    That one is the secrets' home in a simulation, as Secrets Manager is in AWS: their values are made up by the
    estate, which is a file of the user's, and a world could not hand them out without being told them.
    """
    for file in sorted(state.rglob("*")):
        if file.is_file() and file.name != "simulation.json":
            yield str(file.relative_to(state)), file.read_bytes()
