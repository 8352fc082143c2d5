"""The simulated AWS of `drctl.testing`, as a fixture.

A conftest of tests that want it says `from tests.simulated import simulated as simulated`.
"""

from __future__ import annotations

from drctl.testing.laws import simulated
from drctl.testing.simulated import PRIMARY, PRODUCTION, RECOVERY, SHARED_SERVICES, START, Simulated
from drctl.testing.simulated import running as _running

__all__ = ["PRIMARY", "PRODUCTION", "RECOVERY", "SHARED_SERVICES", "START", "Simulated", "_running", "simulated"]
