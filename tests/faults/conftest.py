from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def path() -> Iterator[Path]:
    """Where a journal can be, in memory where the system has that: thousands of them are damaged and read."""
    memory = Path("/dev/shm")  # noqa: S108 - only as a faster place for a folder with a name of its own
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    with tempfile.TemporaryDirectory(dir=memory if usable else None) as folder:
        yield Path(folder) / "runs" / "dr-sim-1" / "journal.sqlite"
