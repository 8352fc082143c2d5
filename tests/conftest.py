"""How hard hypothesis tries, what is left to the thorough jobs of CI, and where temporary files lie.

`DRCTL_FUZZ=thorough` tries fifty times as much, for an evening by hand.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from hypothesis import HealthCheck, settings

_QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large)

# The same examples at every run of the suite: a red build is about the change that it builds, and can be run again.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=_QUIET)
settings.register_profile("thorough", deadline=None, max_examples=5000, suppress_health_check=_QUIET)
settings.load_profile("thorough" if os.environ.get("DRCTL_FUZZ") == "thorough" else "suite")

_MEMORY = Path("/dev/shm")  # noqa: S108 - only used where it is there, and by pytest's own folders in it
_ENOUGH = 2 << 30

# A journal waits for the disk at each commit. What is killed here are processes, not machines: memory keeps it as well.
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
