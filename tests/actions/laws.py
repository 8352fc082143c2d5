"""The cases of drctl's own actions: one file for each in `tests/actions/cases`, with `CASES`."""

from __future__ import annotations

import importlib
from pathlib import Path

from drctl.testing.cases import (
    FOREIGN_RUN,
    PAST,
    RUN,
    STEP,
    Case,
    Live,
    Sight,
    Sightings,
    Sights,
)

__all__ = ["FOREIGN_RUN", "PAST", "RUN", "STEP", "Case", "Live", "Sight", "Sightings", "Sights", "every_case"]


def every_case() -> tuple[Case, ...]:
    """Every case of every action."""
    files = sorted((Path(__file__).parent / "cases").glob("*.py"))
    modules = [importlib.import_module(f"tests.actions.cases.{file.stem}") for file in files]
    return tuple(case for module in modules for case in module.CASES)
