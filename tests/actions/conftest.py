"""Tests of the actions, on the simulated AWS where they need one."""

from __future__ import annotations

from tests.simulated import simulated as simulated
