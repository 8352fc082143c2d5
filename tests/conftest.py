"""How hard hypothesis tries, how rarely memory is looked through, and where temporary files lie.

`DRCTL_FUZZ=thorough` tries a hundred times as much, for an evening by hand.
"""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path

from hypothesis import HealthCheck, settings

_QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large)

# The same examples at every run of the suite: a red build is about the change that it builds, and can be run again.
settings.register_profile("suite", deadline=None, max_examples=50, derandomize=True, suppress_health_check=_QUIET)
settings.register_profile("thorough", deadline=None, max_examples=5000, suppress_health_check=_QUIET)
settings.load_profile("thorough" if os.environ.get("DRCTL_FUZZ") == "thorough" else "suite")

_MEMORY = Path("/dev/shm")  # noqa: S108 - only used where it is there, and by pytest's own folders in it
_ENOUGH = 2 << 30

# A journal waits for the disk at each commit. What is killed here are processes, not machines: memory keeps it as well.
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: looking through it for garbage again and again takes long."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
