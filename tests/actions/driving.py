"""The small engine that drives a case, from `drctl.testing`."""

from __future__ import annotations

from drctl.testing.driver import LONGEST, POLL, Driver, Outcome

__all__ = ["LONGEST", "POLL", "Driver", "Outcome"]
