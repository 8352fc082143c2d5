"""Expected texts, kept as files so that a change of wording is seen in review."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "golden"


def assert_golden(name: str, text: str) -> None:
    """`text` is what the file says. DRCTL_WRITE_GOLDEN=1 writes the file instead, for review."""
    path = FOLDER / name
    if os.environ.get("DRCTL_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"tests/golden/{name} differs; DRCTL_WRITE_GOLDEN=1 writes it anew"
