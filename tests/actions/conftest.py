"""Tests of the actions, on the simulated AWS where they need one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulated import simulated as simulated


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of an action that has several cases, the first goes through every law here, and all of them in `.ci/drills`."""
    first: dict[str, str] = {}
    for item in items:
        callspec = getattr(item, "callspec", None)
        case = callspec.params.get("case") if callspec is not None else None
        if case is None or item.path.parent != Path(__file__).parent:
            continue
        if first.setdefault(case.kind, str(case)) != str(case):
            item.add_marker(pytest.mark.thorough)
