"""A drctl with a state folder of its own for each test, and no simulated AWS left behind."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from drctl.errors import SimulationGone
from drctl.sim.control_client import attach
from tests.drills.commands import Drctl
from tests.drills.rehearsing import running_worlds


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of what goes wrong in a drill in many ways, the first is drilled here, and all of them by `.ci/drills`."""
    seen: set[str] = set()
    for item in items:
        # What a guard refuses is no drill, and takes no time.
        if (
            item.path.parent != Path(__file__).parent
            or "[" not in item.name
            or item.path.name == "test_environments.py"
        ):
            continue
        name = item.nodeid.partition("[")[0]
        if name in seen:
            item.add_marker(pytest.mark.thorough)
        seen.add(name)


@pytest.fixture
def drctl(tmp_path: Path) -> Iterator[Drctl]:
    folder = tmp_path / "here"
    folder.mkdir()
    yield Drctl(state=tmp_path / "state", folder=folder, pipe=running_worlds().pipe)
    end_simulations(tmp_path / "state")


def end_simulations(state: Path) -> None:
    """Stop every simulated AWS that runs in this state folder have left running."""
    for ready in state.glob("runs/*/simulation/simulation.ready.json"):
        with contextlib.suppress(SimulationGone):
            attach(json.loads(ready.read_text())["url"]).stop()
