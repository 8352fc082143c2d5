"""Tests of the simulated AWS."""

from __future__ import annotations

from tests.simulated import simulated as simulated
