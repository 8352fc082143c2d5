"""Tests of the AWS edge; those that need an answer get it from the simulated AWS."""

from __future__ import annotations

from tests.simulated import simulated as simulated
