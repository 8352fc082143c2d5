"""How hard hypothesis tries. `DRCTL_FUZZ=thorough` tries fifty times as much, for an evening by hand."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large)

# The same examples at every run of the suite: a red build is about the change that it builds, and can be run again.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=_QUIET)
settings.register_profile("thorough", deadline=None, max_examples=5000, suppress_health_check=_QUIET)
settings.load_profile("thorough" if os.environ.get("DRCTL_FUZZ") == "thorough" else "suite")
