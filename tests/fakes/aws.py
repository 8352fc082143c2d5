"""AWS for actions under test: the real sessions, pointed at a simulated AWS."""

from __future__ import annotations

from drctl.testing.access import ACCOUNTS, kept_access, simulated_access

__all__ = ["ACCOUNTS", "kept_access", "simulated_access"]
