"""How many examples a test of this folder takes."""

from __future__ import annotations

from hypothesis import settings

_USUAL = 50
"""What the suite takes where nothing is said; the thorough profile of tests/conftest.py says more."""


def examples(count: int) -> settings:
    """`count` examples in the suite, and as many times more in a thorough run as its profile has."""
    profile = settings()
    return settings(profile, max_examples=max(1, count * profile.max_examples // _USUAL))
