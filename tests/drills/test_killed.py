"""The default drill, killed with -9 at any moment and resumed, ends as if nothing had happened."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drctl.errors import DrctlError
from drctl.journal.reading import read_journal
from drctl.sim.control_client import Simulation
from tests.drills.commands import Drctl
from tests.drills.conftest import end_simulations
from tests.drills.rehearsing import running_worlds
from tests.drills.test_region_failover import DRILL, changes, state_of


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any, Any, int]]:
    """What an undisturbed drill leaves: document, AWS state, changes, and how many events it wrote."""
    folder = tmp_path_factory.mktemp("undisturbed")
    drctl = Drctl(state=folder / "state", folder=folder, pipe=running_worlds().pipe)
    document = drctl(*DRILL, "--keep", "--output", "json").document
    simulation = drctl.simulation()
    yield document, state_of(simulation), changes(simulation), document["journal"]["events"]
    end_simulations(folder / "state")


def events_in(journal: Path) -> int:
    try:
        return len(read_journal(journal))
    except DrctlError:
        return 0


def kill_when_written(drctl: Drctl, events: int, *, drill: tuple[str, ...] = DRILL) -> None:
    """Run the drill and kill it with -9 once its journal holds that many events."""
    surroundings = {**os.environ, "DRCTL_STATE_DIR": str(drctl.state), "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(
        drctl.command(*drill, "--keep"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=surroundings,
        cwd=drctl.folder,
    )
    journal = drctl.state / "runs" / drctl.wait_for_run() / "journal.sqlite"
    while process.poll() is None and events_in(journal) < events:
        time.sleep(0.002)  # noqa: TID251 - waiting for another process, not for a step
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("share", [0.3, 0.8])
def test_a_killed_drill_is_resumed_to_the_same_end(
    drctl: Drctl, undisturbed: tuple[Any, Any, Any, int], share: float
) -> None:
    document, state, made, events = undisturbed
    kill_when_written(drctl, int(events * share))
    resumed = drctl("resume", "latest", "--keep", "--output", "json").document
    simulation: Simulation = drctl.simulation()
    assert resumed["verdict"] == document["verdict"] == "PASSED"
    assert changes(simulation) == made, "no mutating call is doubled, and none is missing"
    assert state_of(simulation) == state
    assert [step["state"] for step in resumed["steps"]] == [step["state"] for step in document["steps"]]
