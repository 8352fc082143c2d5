"""What a test of your own action needs: cases, the laws that every action keeps, and a simulated AWS.

    from drctl.testing import Case, Live, action_laws

    TestLaws = action_laws(CASES)

Importing this needs no pytest; collecting the laws does (`pip install "drctl[test]"`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

if "pytest" in sys.modules:
    import pytest

    # Before they are imported: a law that is broken shows what it compared.
    pytest.register_assert_rewrite("drctl.testing.laws", "drctl.testing.driver")

from drctl.testing.cases import FOREIGN_RUN, PAST, RUN, STEP, Case, Live, Sight, Sightings, Sights
from drctl.testing.simulated import PRIMARY, PRODUCTION, RECOVERY, SHARED_SERVICES, START, Simulated

__all__ = [
    "FOREIGN_RUN",
    "PAST",
    "PRIMARY",
    "PRODUCTION",
    "RECOVERY",
    "RUN",
    "SHARED_SERVICES",
    "START",
    "STEP",
    "Case",
    "Live",
    "Sight",
    "Sightings",
    "Sights",
    "Simulated",
    "action_laws",
]


def action_laws(cases: Iterable[Case]) -> type:
    """A class of pytest tests: every law, for each of `cases`. Bind it to a name that begins with `Test`."""
    from drctl.testing.table import laws_for

    return laws_for(tuple(cases))
