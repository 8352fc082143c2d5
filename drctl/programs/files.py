"""What lies in a program's folder, and how it is written. Only the standard library: the supervisor runs it alone."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REQUEST = "request.json"
"""What was asked for: argv, folder, limit, the names of the secrets. No value of the environment."""
STARTED = "started.json"
"""Which process it is, once it is one."""
ENDED = "ended.json"
"""How it ended, once it has."""
OUTPUT = "output"
"""The end of what it said."""
RESULT = "output.json"
"""What it left for the steps after it."""
LOCK = "lock"
"""Locked for as long as somebody starts the program or watches over it."""
LOG = "supervisor.log"


def write_json(file: Path, told: Mapping[str, Any]) -> None:
    """Have `file` hold `told`: whole or not at all, after a power cut too."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    with unfinished.open("w", encoding="utf-8") as out:
        json.dump(told, out)
        out.flush()
        os.fsync(out.fileno())
    unfinished.replace(file)
    sync_folder(file.parent)


def read_json(file: Path) -> Any:
    """What `write_json` wrote; None while there is no such file."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def sync_folder(folder: Path) -> None:
    """Have the names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
